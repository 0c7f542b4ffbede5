"""What the verbs share: options, running a task with cancelling, and printing its result."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ..reporting import ConsoleReporter

EXTENT = "--extent"
POINT = "--point"
NOT_PARAMETERS = ("verb", "json")


def image_options(parser: argparse.ArgumentParser) -> None:
    """Options of every verb that opens one image."""
    parser.add_argument("image", help="a raster with wavelengths: GeoTIFF, ENVI, VRT, ...")
    sensor_options(parser)


def sensor_options(parser: argparse.ArgumentParser) -> None:
    """What the user may know better than the file."""
    parser.add_argument("--sensor", help="sensor name, instead of the one guessed from the bands")
    parser.add_argument("--level", choices=["L1", "L2"], help="L1 at-sensor radiance, L2 surface reflectance")
    parser.add_argument("--gsd", dest="gsd_m", type=float, metavar="M", help="ground sampling distance in metres")
    parser.add_argument("--wavelengths", metavar="TABLE.csv", help="band table: band,wavelength,fwhm,good")


def device_options(parser: argparse.ArgumentParser) -> None:
    """Options of every verb that runs the encoder."""
    parser.add_argument("--weights", metavar="W.safetensors", help="encoder weights, instead of the bundled ones")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    parser.add_argument("--seed", type=int, default=0)


def extent(text: str) -> tuple[float, ...]:
    """``x0,y0,x1,y1`` as floats."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) != 4:
        raise argparse.ArgumentTypeError(f"{text!r} is not four numbers x0,y0,x1,y1")
    return values


def run_verb(task: str, args: argparse.Namespace) -> dict[str, Any]:
    """Run a task with the parsed arguments; SIGINT and SIGTERM cancel it, so that it can clean up."""
    from ..tasks.registry import run_task

    reporter = ConsoleReporter()
    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: reporter.cancelled.set())
    return run_task(task, {name: v for name, v in vars(args).items() if name not in NOT_PARAMETERS}, reporter)


def verb(task: str, show: Callable[[dict[str, Any]], str]) -> Callable[[argparse.Namespace], int]:
    """A verb that runs a task and prints its result, as JSON where ``--json`` asks for it."""
    def run(args: argparse.Namespace) -> int:
        value = run_verb(task, args)
        print(json.dumps(value, indent=1) if getattr(args, "json", False) else show(value))
        return 0
    return run


def table(value: dict[str, Any], skip: Sequence[str] = (), indent: str = "") -> str:
    """Lines ``name: value`` for a terminal, what belongs together and lists of sentences indented."""
    lines = []
    for name, item in value.items():
        if name in skip or item in (None, "", [], {}):
            continue
        if isinstance(item, dict):
            lines += [f"{indent}{name}:", table(item, indent=indent + "  ")]
        elif isinstance(item, list | tuple) and any(isinstance(entry, str) and " " in entry for entry in item):
            lines += [f"{indent}{name}:", *(f"{indent}  {entry}" for entry in item)]
        else:
            shown = ", ".join(f"{v:.10g}" if isinstance(v, float) else str(v) for v in item) if isinstance(
                item, list | tuple) else f"{item:.10g}" if isinstance(item, float) else str(item)
            lines.append(f"{indent}{name}: {shown}")
    return "\n".join(lines)


def score_lines(scores: dict[str, Any]) -> list[str]:
    """A line for each of what was scored and its numbers; None stands for what was not."""
    return [f"{name}: " + ", ".join(f"{k} {v:.3f}" for k, v in found.items() if isinstance(v, float))
            for name, found in scores.items() if found is not None]
