"""The verb ``bench``: comparison with stored numbers, and speed."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import InputError

DIFFERS_EXIT = 1


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("bench", help="compare the models with stored numbers; measure speed",
                              description="Without a kind: models, then io.")
    parser.set_defaults(verb=_everything)
    _to_json(parser, None)
    kinds = parser.add_subparsers(metavar="KIND")
    models = kinds.add_parser("models", help="speed and memory of the models' pieces against their formulas; 1 if "
                              "results differ")
    models.add_argument("--bands", type=int, default=224)
    models.add_argument("--side", type=int, default=224, metavar="PX", help="of the image, a multiple of 8")
    models.add_argument("--repeats", type=int, default=7, help="timed runs, of which the median counts")
    _to_json(models)
    models.set_defaults(verb=_models)
    parity = kinds.add_parser("parity", help="compute and compare every array of a fixture folder; 1 if any differs")
    parity.add_argument("folder", help="holds config.json, data.npz and state.safetensors")
    _to_json(parity)
    parity.set_defaults(verb=_parity)
    suggest = kinds.add_parser("suggest", help="simulate whether suggested labels beat random ones; prints markdown")
    suggest.add_argument("folders", nargs="+", metavar="SCENE", help="folder with image.tif and labels.tif")
    suggest.add_argument("--seeds", type=int, default=5, metavar="N", help="rounds a scene (default 5)")
    _to_json(suggest)
    suggest.set_defaults(verb=_suggest)
    scene = kinds.add_parser("scene", help="speed and memory of mapping a large scene with a saved model; markdown")
    scene.add_argument("--rows", type=int, default=1000)
    scene.add_argument("--cols", type=int, default=1000)
    scene.add_argument("--bands", type=int, default=200)
    scene.add_argument("--weights", nargs="+", default=["specaware-small", "specaware-pixel"],
                       metavar="W", help="names or paths")
    scene.add_argument("--vectors", type=int, default=2000, help="support vectors of the SVM")
    scene.add_argument("--svm-share", type=int, default=16, metavar="N", help="the SVM maps one strip in N")
    _to_json(scene)
    scene.set_defaults(verb=_scene)
    io = kinds.add_parser("io", help="speed of reading row strips against plain rasterio, by file layout")
    io.add_argument("--rows", type=int, default=512)
    io.add_argument("--cols", type=int, default=600)
    io.add_argument("--bands", type=int, default=120)
    io.add_argument("--repeats", type=int, default=5)
    _to_json(io)
    io.set_defaults(verb=_io)


def _to_json(parser: argparse.ArgumentParser, default: Any = argparse.SUPPRESS) -> None:
    parser.add_argument("--json", metavar="FILE", default=default, help="also write everything there")


def _write(args: argparse.Namespace, value: Any) -> None:
    """Write to the file asked for, if any."""
    from ..tasks.staging import staged, write_text

    if args.json:
        with staged(Path(args.json)) as partial:
            write_text(partial, json.dumps(value, indent=1) + "\n")


def _everything(args: argparse.Namespace) -> int:
    from ..bench import io, models

    code, speeds = _measure_models(models.Workload(), 7)
    print()
    _write(args, {"models": speeds, "io": _measure_io(io.Scene(), 5)})
    return code


def _models(args: argparse.Namespace) -> int:
    from ..bench.models import Workload

    if min(args.bands, args.side, args.repeats) < 1 or args.side % 8 or not 16 <= args.side <= 1024:
        raise InputError(f"{args.bands} bands, {args.side} px and {args.repeats} repeats cannot be measured.",
                         "Give at least 1 band and 1 repeat, and a side of 16 to 1024 px that 8 divides.")
    code, value = _measure_models(Workload(bands=args.bands, side_px=args.side), args.repeats)
    _write(args, value)
    return code


def _measure_models(workload: Any, repeats: int) -> tuple[int, dict[str, Any]]:
    """Print; the exit code, and everything for programs."""
    from ..bench.models import measure
    from ..bench.speed_report import Machine, as_json, markdown

    machine, measured = Machine.here(), list(measure(workload, repeats))
    print(markdown(workload, measured, machine))
    return 0 if all(piece.same for piece in measured) else DIFFERS_EXIT, as_json(workload, measured, machine)


def _io(args: argparse.Namespace) -> int:
    from ..bench.io import Scene

    if min(args.rows, args.cols, args.bands - 3, args.repeats) < 1:
        raise InputError("The scene is too small to measure.", "Give at least 1 row, 1 column, 4 bands and 1 repeat.")
    _write(args, _measure_io(Scene(args.rows, args.cols, args.bands), args.repeats))
    return 0


def _measure_io(scene: Any, repeats: int) -> dict[str, Any]:
    """Print; everything for programs."""
    from ..bench.io import measure, speed_table
    from ..bench.speed_report import Machine

    machine, speeds = Machine.here(), measure(scene, repeats)
    print(f"Reading {scene.rows} x {scene.cols} px, {scene.bands} bands. {machine}.\n\n{speed_table(speeds)}")
    return {"machine": asdict(machine), "scene": asdict(scene), "layouts": [asdict(speed) for speed in speeds]}


def _scene(args: argparse.Namespace) -> int:
    from ..bench.scene import SceneSize, measure
    from ..bench.scene_table import Floors, as_json, markdown, matrix_rate
    from ..bench.speed_report import Machine
    from ..inference.device import pick_device

    if min(args.rows, args.cols, args.bands - 3, args.vectors - 99, args.svm_share) < 1:
        raise InputError("The scene is too small to measure.", "Give at least 4 bands and 100 support vectors.")
    machine, rate = Machine.here(), matrix_rate(pick_device("cpu").dtype)
    speeds = measure(SceneSize(args.rows, args.cols, args.bands), args.weights, args.vectors, args.svm_share)
    reading = speeds[-1]
    floors = Floors(reading.seconds / reading.pixels, rate)
    print(markdown(speeds, floors, machine))
    _write(args, as_json(speeds, floors, machine))
    return 0


def _parity(args: argparse.Namespace) -> int:
    from ..bench.parity import as_json, compare_folder, parity_table

    parity = compare_folder(Path(args.folder))
    print(parity_table(parity))
    _write(args, as_json(parity))
    return 0 if parity.ok else DIFFERS_EXIT


def _suggest(args: argparse.Namespace) -> int:
    from ..bench.suggest import simulate, table
    from ..reporting import SilentReporter

    rounds = [found for folder in args.folders
              for found in simulate(Path(folder), range(args.seeds), SilentReporter())]
    print(table(rounds))
    _write(args, [asdict(found) for found in rounds])
    return 0
