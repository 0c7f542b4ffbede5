"""A worker that speaks the protocol and misbehaves as told: ``python stub_worker.py [start-up fault]``.

The jobs it knows: ``ok``, ``echo-env``, ``slow`` (cancels when asked), ``hang`` (never answers), ``junk``, ``die``,
``refuse``, ``child`` (hangs with a child of its own), ``later-id`` (answers another job first).
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time

messages: queue.Queue = queue.Queue()


def send(**body) -> None:
    sys.stdout.write(json.dumps(body) + "\n")
    sys.stdout.flush()


def read() -> None:
    for line in sys.stdin:
        messages.put(json.loads(line))
    os._exit(0)


def slow(job: str) -> None:
    for step in range(600):
        send(type="progress", id=job, fraction=step / 600, message="working")
        try:
            message = messages.get(timeout=0.05)
        except queue.Empty:
            continue
        if message["type"] == "cancel":
            send(type="error", id=job, code="cancelled", message="The job was cancelled.", hint="")
            return


def work(job: str, task: str, params: dict) -> None:
    if task == "ok":
        send(type="progress", id=job, fraction=0.5, message="half")
        send(type="log", id=job, level="warning", message="a warning")
        send(type="result", id=job, value={"pid": os.getpid(), "params": params})
    elif task == "echo-env":
        send(type="result", id=job, value=dict(os.environ))
    elif task == "slow":
        slow(job)
    elif task == "hang":
        open(params["part"], "w").close()
        send(type="progress", id=job, fraction=0.1, message="hanging")
        time.sleep(600)
    elif task == "child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        send(type="progress", id=job, fraction=0.1, message=str(child.pid))
        time.sleep(600)
    elif task == "junk":
        print("Segmentation faults are not JSON", flush=True)
    elif task == "die":
        print("the last words", file=sys.stderr, flush=True)
        os._exit(3)
    elif task == "refuse":
        send(type="error", id=job, code="no-wavelengths", message="There are no wavelengths.", hint="Give a table.")
    elif task == "later-id":
        send(type="result", id="another", value={"wrong": True})
        send(type="result", id=job, value={"wrong": False})


def main() -> None:
    fault = sys.argv[1] if len(sys.argv) > 1 else ""
    if fault == "die-at-start":
        sys.exit("ModuleNotFoundError: No module named 'torch'")
    if fault == "silent":
        time.sleep(600)
    if fault == "junk-at-start":
        print("Welcome to Python!", flush=True)
    send(type="hello", protocol=99 if fault == "old" else 1, engine="0", python="3", torch="2", devices=["cpu"])
    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            message = messages.get(timeout=0.2 if fault == "idle" else 600)
        except queue.Empty:
            return
        if message["type"] == "shutdown":
            return
        if message["type"] == "run":
            work(message["id"], message["task"], message["params"])


if __name__ == "__main__":
    main()
