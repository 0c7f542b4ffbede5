"""The verb ``bench``: comparison with stored numbers, and speed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ..errors import InputError

DIFFERS_EXIT = 1


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("bench", help="compare the models with stored numbers; measure speed")
    parser.set_defaults(verb=_models, bands=224, side=224, repeats=7, json=None)
    kinds = parser.add_subparsers(metavar="KIND")
    models = kinds.add_parser("models", help="speed and memory of the models' pieces against their formulas; 1 if "
                              "results differ (this is what runs if no kind is given)")
    models.add_argument("--bands", type=int, default=224)
    models.add_argument("--side", type=int, default=224, metavar="PX", help="of the image, a multiple of 8")
    models.add_argument("--repeats", type=int, default=7, help="timed runs, of which the median counts")
    models.add_argument("--json", metavar="FILE", help="also write everything there")
    models.set_defaults(verb=_models)
    parity = kinds.add_parser("parity", help="compute and compare every array of a fixture folder; 1 if any differs")
    parity.add_argument("folder", help="holds config.json, data.npz and state.safetensors")
    parity.set_defaults(verb=_parity)
    suggest = kinds.add_parser("suggest", help="simulate whether suggested labels beat random ones; prints markdown")
    suggest.add_argument("folders", nargs="+", metavar="SCENE", help="folder with image.tif and labels.tif")
    suggest.add_argument("--seeds", type=int, default=5, metavar="N", help="rounds a scene (default 5)")
    suggest.set_defaults(verb=_suggest)
    scene = kinds.add_parser("scene", help="speed and memory of mapping a large scene with a saved model; markdown")
    scene.add_argument("--rows", type=int, default=1000)
    scene.add_argument("--cols", type=int, default=1000)
    scene.add_argument("--bands", type=int, default=200)
    scene.add_argument("--weights", nargs="+", default=["specaware-small", "specaware-pixel"],
                       metavar="W", help="names or paths")
    scene.add_argument("--vectors", type=int, default=2000, help="support vectors of the SVM")
    scene.add_argument("--svm-share", type=int, default=16, metavar="N", help="the SVM maps one strip in N")
    scene.add_argument("--json", metavar="FILE", help="also write everything there")
    scene.set_defaults(verb=_scene)
    io = kinds.add_parser("io", help="speed of reading row strips against plain rasterio, by file layout")
    io.add_argument("--rows", type=int, default=512)
    io.add_argument("--cols", type=int, default=600)
    io.add_argument("--bands", type=int, default=120)
    io.add_argument("--repeats", type=int, default=5)
    io.set_defaults(verb=_io)


def _models(args: argparse.Namespace) -> int:
    from ..bench.models import Workload, measure
    from ..bench.speed_report import Machine, as_json, markdown
    from ..tasks.staging import staged, write_text

    if min(args.bands, args.side, args.repeats) < 1 or args.side % 8 or not 16 <= args.side <= 1024:
        raise InputError(f"{args.bands} bands, {args.side} px and {args.repeats} repeats cannot be measured.",
                         "Give at least 1 band and 1 repeat, and a side of 16 to 1024 px that 8 divides.")
    workload, machine = Workload(bands=args.bands, side_px=args.side), Machine.here()
    measured = list(measure(workload, args.repeats))
    print(markdown(workload, measured, machine))
    if args.json:
        with staged(Path(args.json)) as partial:
            write_text(partial, json.dumps(as_json(workload, measured, machine), indent=1) + "\n")
    return 0 if all(piece.same for piece in measured) else DIFFERS_EXIT


def _io(args: argparse.Namespace) -> int:
    from ..bench.io import Scene, measure, speed_table

    if min(args.rows, args.cols, args.bands - 3, args.repeats) < 1:
        raise InputError("The scene is too small to measure.", "Give at least 1 row, 1 column, 4 bands and 1 repeat.")
    print(speed_table(measure(Scene(args.rows, args.cols, args.bands), args.repeats)))
    return 0


def _scene(args: argparse.Namespace) -> int:
    from ..bench.scene import SceneSize, measure
    from ..bench.scene_table import Floors, as_json, markdown, matrix_rate
    from ..bench.speed_report import Machine
    from ..inference.device import pick_device
    from ..tasks.staging import staged, write_text

    if min(args.rows, args.cols, args.bands - 3, args.vectors - 99, args.svm_share) < 1:
        raise InputError("The scene is too small to measure.", "Give at least 4 bands and 100 support vectors.")
    machine, rate = Machine.here(), matrix_rate(pick_device("cpu").dtype)
    speeds = measure(SceneSize(args.rows, args.cols, args.bands), args.weights, args.vectors, args.svm_share)
    reading = speeds[-1]
    floors = Floors(reading.seconds / reading.pixels, rate)
    print(markdown(speeds, floors, machine))
    if args.json:
        with staged(Path(args.json)) as partial:
            write_text(partial, json.dumps(as_json(speeds, floors, machine), indent=1) + "\n")
    return 0


def _parity(args: argparse.Namespace) -> int:
    from ..bench.parity import compare_folder, parity_table

    parity = compare_folder(Path(args.folder))
    print(parity_table(parity))
    return 0 if parity.ok else DIFFERS_EXIT


def _suggest(args: argparse.Namespace) -> int:
    from ..bench.suggest import simulate, table
    from ..reporting import SilentReporter

    rounds = [found for folder in args.folders
              for found in simulate(Path(folder), range(args.seeds), SilentReporter())]
    print(table(rounds))
    return 0
