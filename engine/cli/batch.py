"""The verb ``batch``: many scenes on Dask."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from .common import run_verb

FAILED_EXIT = 1


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("batch", help="run a task on many scenes, on this computer or on a Dask cluster")
    parser.add_argument("manifest", help="CSV with a column image; other columns are parameters of the task")
    parser.add_argument("--task", default="classify", choices=["classify"])
    parser.add_argument("--model", metavar="M.safetensors", help="saved model, for scenes that name none")
    parser.add_argument("--output-folder", metavar="DIR", help="where maps go, called like the image")
    parser.add_argument("--weights", metavar="W.safetensors", help="encoder weights, instead of the bundled ones")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"],
                        help="cuda: each scene takes one GPU of a worker")
    parser.add_argument("--memory", dest="memory_gb", type=float, default=2.0, metavar="GB", help="of each scene")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a running Dask scheduler, e.g. tcp://host:8786")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes on this computer (default 1)")
    parser.add_argument("--retries", type=int, default=2, metavar="N", help="when a worker dies (default 2)")
    parser.add_argument("--summary", metavar="S.csv", help="also write a table of all scenes")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(verb=_run)


def _run(args: argparse.Namespace) -> int:
    value = run_verb("batch", args)
    print(json.dumps(value, indent=1) if args.json else _show(value))
    sys.stdout.flush()
    return FAILED_EXIT if value["failed"] else 0


def _show(value: dict[str, Any]) -> str:
    scenes = value["scenes"]
    lines = [f"{'status':18} {'seconds':>8}  output"]
    lines += [f"{s['status']:18} {s['seconds']:8.1f}  {s['output']}{'  ' + s['message'] if s['message'] else ''}"
              for s in scenes]
    return "\n".join([*lines, f"{len(scenes)} scenes in {value['seconds']:.1f} s: {value['done']} done, "
                      f"{value['skipped']} complete already, {value['failed']} failed."])
