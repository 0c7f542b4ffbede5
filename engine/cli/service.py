"""The verbs ``doctor`` and ``worker``: is everything there, and serve jobs."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from typing import Any

from .common import table
from .complaint import ERROR_EXIT, complain

MAX_IDLE_SECONDS = 1_000_000


def add(verbs: Any) -> None:
    """Add both verbs to the command line's."""
    doctor = verbs.add_parser("doctor", help="tell what is installed and which device is used")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(verb=_doctor)
    worker = verbs.add_parser("worker", help="serve jobs over stdin and stdout (used by the QGIS plugin)")
    worker.add_argument("--idle-seconds", type=_seconds, default=900)
    worker.set_defaults(verb=_worker)


def _seconds(text: str) -> float:
    """A waiting time a queue can take."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MAX_IDLE_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number between 0 and {MAX_IDLE_SECONDS}")
    return seconds


def _doctor(args: argparse.Namespace) -> int:
    from ..doctor import diagnose

    found = diagnose()
    print(json.dumps(asdict(found), indent=1) if args.json else table(asdict(found), skip=("problems",)))
    for problem in found.problems:
        complain("not-ready", problem.message, problem.hint)
    return 0 if found.ok else ERROR_EXIT


def _worker(args: argparse.Namespace) -> int:
    from ..worker import main as serve

    return serve(args.idle_seconds)
