"""The command line: verbs that fill the same requests as the worker and QGIS Processing."""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from . import __version__
from .cli_bench import add_bench
from .cli_weights import add_weights
from .errors import InputError, SpecAwareError
from .reporting import ConsoleReporter

ERROR_EXIT = 2
MAX_IDLE_SECONDS = 1_000_000
EXTENT = "--extent"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb. Returns 0, or 2 after printing ``error: CODE: message`` and ``hint: ...``."""
    try:
        args = _parser().parse_args(_joined(sys.argv[1:] if argv is None else argv))
        return args.verb(args)
    except SpecAwareError as error:
        return _complain(error.code, error.message, error.hint)
    except MemoryError:
        return _complain("out-of-memory", "The computer ran out of memory.", "Close other programs, or use --extent.")
    except KeyboardInterrupt:
        return _complain("cancelled", "The job was cancelled.", "No output was written.")


def _joined(argv: Sequence[str]) -> list[str]:
    """The arguments with ``--extent -87.5,...`` as one word: argparse takes a value with a minus for an option."""
    words: list[str] = []
    for word in argv:
        if words and words[-1] == EXTENT and word.startswith("-") and "," in word:
            words[-1] += "=" + word
        else:
            words.append(word)
    return words


def _complain(code: str, message: str, hint: str) -> int:
    """Two lines on stderr, whatever the message holds."""
    print(f"error: {code}: {' '.join(message.split())}\nhint: {' '.join(hint.split())}", file=sys.stderr)
    return ERROR_EXIT


class _Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes look like every other error of the engine."""

    def error(self, message: str) -> Any:
        """Raise instead of printing the usage."""
        raise InputError(f"{message[:1].upper()}{message[1:]}.", f"See `{self.prog} --help`.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m engine", description="Hyperspectral maps with the SpecAware foundation model.")
    parser.add_argument("--version", action="version", version=__version__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _add_inspect(verbs)
    _add_classify(verbs)
    _add_pretrain(verbs)
    add_weights(verbs, _run)
    add_bench(verbs)
    doctor = verbs.add_parser("doctor", help="tell what is installed and which device is used")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(verb=_doctor)
    worker = verbs.add_parser("worker", help="serve jobs over stdin and stdout (used by the QGIS plugin)")
    worker.add_argument("--idle-seconds", type=_seconds, default=900)
    worker.set_defaults(verb=_worker)
    return parser


def _image_options(parser: argparse.ArgumentParser) -> None:
    """Options of every verb that opens an image."""
    parser.add_argument("image", help="a raster with wavelengths: GeoTIFF, ENVI, VRT, ...")
    parser.add_argument("--sensor", help="sensor name, instead of the one guessed from the bands")
    parser.add_argument("--level", choices=["L1", "L2"], help="L1 at-sensor radiance, L2 surface reflectance")
    parser.add_argument("--gsd", dest="gsd_m", type=float, metavar="M", help="ground sampling distance in metres")
    parser.add_argument("--wavelengths", metavar="TABLE.csv", help="band table: band,wavelength,fwhm,good")


def _add_inspect(verbs: Any) -> None:
    parser = verbs.add_parser("inspect", help="tell size, bands, wavelengths, bad bands, sensor and level")
    _image_options(parser)
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(verb=_inspect)


def _add_classify(verbs: Any) -> None:
    parser = verbs.add_parser("classify", help="make a land-cover map from a few labels, or with a saved model")
    _image_options(parser)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--labels",
                        help="polygons or points (GeoPackage, GeoJSON, Shapefile) or a raster, 0 = unlabelled")
    source.add_argument("--model", metavar="M.safetensors", help="use a model saved by --save-model")
    parser.add_argument("--class-field", metavar="F", help="attribute that holds the class")
    parser.add_argument("--labels-layer", metavar="L", help="layer of a file with several")
    parser.add_argument("--output", required=True, metavar="MAP.tif")
    parser.add_argument("--confidence", metavar="C.tif", help="also write the probability of the mapped class")
    parser.add_argument("--report", metavar="R.json", help="also write the report")
    parser.add_argument("--save-model", metavar="M.safetensors", help="also save the classifier")
    parser.add_argument("--weights", metavar="W.safetensors", help="encoder weights, instead of the bundled ones")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(EXTENT, type=_extent, metavar="X0,Y0,X1,Y1", help="only this part, in the image's CRS")
    parser.set_defaults(verb=_classify)


def _add_pretrain(verbs: Any) -> None:
    parser = verbs.add_parser("pretrain", help="pretrain encoder weights on unlabelled and simulated scenes")
    parser.add_argument("--data", nargs="*", default=[], metavar="FOLDER",
                        help="folders of scenes (image.tif, meta.json)")
    parser.add_argument("--output", required=True, metavar="W.safetensors")
    parser.add_argument("--checkpoints", required=True, metavar="FOLDER", help="resumed from if it holds any")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="all cores if left out")
    parser.set_defaults(verb=_pretrain)


def _extent(text: str) -> tuple[float, ...]:
    """``x0,y0,x1,y1`` as floats."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) != 4:
        raise argparse.ArgumentTypeError(f"{text!r} is not four numbers x0,y0,x1,y1")
    return values


def _seconds(text: str) -> float:
    """A waiting time a queue can take."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MAX_IDLE_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number between 0 and {MAX_IDLE_SECONDS}")
    return seconds


def _params(args: argparse.Namespace) -> dict[str, Any]:
    """The request's fields among the parsed arguments."""
    return {name: value for name, value in vars(args).items() if name not in ("verb", "json")}


def _run(task: str, args: argparse.Namespace) -> dict[str, Any]:
    """Run a task; SIGINT and SIGTERM cancel it, so that it can clean up."""
    from .tasks.registry import run_task

    reporter = ConsoleReporter()
    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: reporter.cancelled.set())
    return run_task(task, _params(args), reporter)


def _inspect(args: argparse.Namespace) -> int:
    value = _run("inspect", args)
    print(json.dumps(value, indent=1) if args.json else _table(value, skip=("bands",)))
    return 0


def _classify(args: argparse.Namespace) -> int:
    value = _run("classify", args)
    print(_table(value, skip=("classes", "scores", "warnings")))
    for name, scores in value["scores"].items():
        if scores is not None:
            print(f"{name}: " + ", ".join(f"{k} {v:.3f}" for k, v in scores.items() if isinstance(v, float)))
    return 0


def _pretrain(args: argparse.Namespace) -> int:
    value = _run("pretrain", args)
    print(_table(value))
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from .doctor import diagnose

    found = diagnose()
    print(json.dumps(asdict(found), indent=1) if args.json else _table(asdict(found), skip=("problems",)))
    for problem in found.problems:
        _complain("not-ready", problem.message, problem.hint)
    return 0 if found.ok else ERROR_EXIT


def _worker(args: argparse.Namespace) -> int:
    from .worker import main as serve

    return serve(args.idle_seconds)


def _table(value: dict[str, Any], skip: Sequence[str] = (), indent: str = "") -> str:
    """Lines ``name: value`` for a terminal, what belongs together indented."""
    lines = []
    for name, item in value.items():
        if name in skip or item in (None, "", [], {}):
            continue
        if isinstance(item, dict):
            lines += [f"{indent}{name}:", _table(item, indent=indent + "  ")]
        else:
            shown = ", ".join(f"{v:.10g}" if isinstance(v, float) else str(v) for v in item) if isinstance(
                item, list | tuple) else f"{item:.10g}" if isinstance(item, float) else str(item)
            lines.append(f"{indent}{name}: {shown}")
    return "\n".join(lines)
