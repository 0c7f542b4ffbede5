"""One module a task: a request, a result and run(request, reporter)."""
