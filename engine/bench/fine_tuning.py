"""Fine-tuned heads against ``classify`` and a random forest: few labels of one scene, spatially disjoint splits.

Splits are those of a harness of its own (a folder with ``fewlabel.py`` and ``benchlib.py``). Every cell is
``train`` and then ``classify --model`` with default settings but head and freeze, on the CPU.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..models.tuned import HEADS
from ..reporting import SilentReporter
from ..tasks.classify.task import ClassifyRequest
from ..tasks.classify.task import run as classify
from ..tasks.train.task import TrainRequest
from ..tasks.train.task import run as train
from ..training.fine_tuning.settings import FREEZE
from .document import fill
from .few_labels import BUFFER_PX, MAX_TEST, MIN_TEST

LABELS = 30
SIMULATED = "simulated"
CLASSIFY, FOREST = "classify", "rf"


@dataclass(frozen=True)
class Cell:
    """Macro-F1 of a method on one split, and how long it took to learn and to map."""

    scene: str
    split: int
    method: str
    macro_f1: float
    seconds: float


def method_of(head: str, freeze: str) -> str:
    """Name of a fine-tuned method in the records."""
    return f"{head}, {freeze}"


def measure(folder: Path, harness: Any, splits: Sequence[int], heads: Sequence[str], freezes: Sequence[str],
            known: Sequence[Cell], tell: Callable[[Cell], None]) -> None:
    """All methods on the splits of one scene, those that are ``known`` left out; ``tell`` gets every new cell."""
    library, done = harness.bl, {(c.scene, c.split, c.method) for c in known}
    scene = library.read_scene(folder)
    labels, groups = harness.load_labels(scene)
    # The fastest first, so that a run that is stopped has the larger part of the table.
    methods = [FOREST, CLASSIFY, *(method_of(h, f) for f in freezes for h in heads)]
    for method in methods:
        for seed in splits:
            if (scene.name, seed, method) in done:
                continue
            rng = np.random.default_rng([seed, LABELS, zlib.crc32(scene.name.encode())])
            split = harness.make_split(labels, LABELS, rng, groups, None, BUFFER_PX, MIN_TEST)
            split.test = harness.thin_test(split.test, MAX_TEST, rng)
            start = time.monotonic()
            if method == FOREST:
                found = harness.run_baseline(FOREST, scene.cube, split, seed, scene.cube)
            else:
                found = _mapped(library, folder / "image.tif", split.train, method, seed)[split.test]
            score = library.class_scores(labels[split.test], found)["f1"]
            tell(Cell(scene.name, seed, method, score, round(time.monotonic() - start, 1)))


def _mapped(library: Any, image: Path, labels: Any, method: str, seed: int) -> Any:
    """(rows, cols) class map learned from a label raster (rows, cols)."""
    with tempfile.TemporaryDirectory(prefix="fine-tuning-") as name:
        known, model, mapped = (Path(name, n) for n in ("labels.tif", "model.safetensors", "map.tif"))
        library.write_labels(known, labels, image)
        if method == CLASSIFY:
            request = ClassifyRequest(str(image), str(mapped), str(known), device="cpu", seed=seed, validation="none")
        else:
            head, freeze = method.split(", ")
            train(TrainRequest(str(image), str(known), str(model), head=head, freeze=freeze, device="cpu", seed=seed),
                  SilentReporter())
            request = ClassifyRequest(str(image), str(mapped), model=str(model), device="cpu", seed=seed)
        classify(request, SilentReporter())
        return library.read_band(mapped)


def table(cells: Sequence[Cell]) -> str:
    """Markdown: a row for each method, macro-F1 on each split, their mean, and the median of the seconds."""
    splits = list(dict.fromkeys((c.scene, c.split) for c in cells))
    scores = {(c.scene, c.split, c.method): c for c in cells}
    lines = ["| method | " + " | ".join(f"{scene}, {split}" for scene, split in splits) + " | mean | seconds |",
             "|---|" + "---|" * (len(splits) + 2)]
    for method in dict.fromkeys(c.method for c in cells):
        row = [scores.get((*split, method)) for split in splits]
        there = [c for c in row if c is not None]
        mean = f"{np.mean([c.macro_f1 for c in there]):.3f}" if len(there) == len(row) else "-"
        name = f"`{method}`" if method not in (CLASSIFY, FOREST) else method
        lines.append(f"| {name} | " + " | ".join("-" if c is None else f"{c.macro_f1:.3f}" for c in row)
                     + f" | {mean} | {np.median([c.seconds for c in there]):.0f} |")
    return "\n".join(lines) + "\n"


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.bench.fine_tuning", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of scenes")
    parser.add_argument("--harness", type=Path, default=Path("../shared/bench"), help="folder with fewlabel.py")
    parser.add_argument("--sample", type=Path, default=Path("resources/sample"), help="the simulated scene")
    parser.add_argument("--scenes", nargs="+", default=[SIMULATED, "salinas_a"])
    parser.add_argument("--splits", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--heads", nargs="+", default=HEADS, choices=HEADS)
    parser.add_argument("--freeze", nargs="+", default=("encoder", "all-but-last", "none"), choices=FREEZE)
    parser.add_argument("--output", type=Path, required=True,
                        help="folder for fine_tuning.json and fine_tuning.md; what it holds already is not run again")
    parser.add_argument("--document", type=Path, help="Markdown file with a place for fine_tuning")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    args = _parse(argv)
    if not args.data.is_dir() or not (args.harness / "fewlabel.py").is_file():
        print("shared data not found", file=sys.stderr)
        return 1
    sys.path.insert(0, str(args.harness))
    harness = importlib.import_module("fewlabel")
    args.output.mkdir(parents=True, exist_ok=True)
    kept = args.output / "fine_tuning.json"
    cells = [Cell(**c) for c in json.loads(kept.read_text(encoding="utf-8"))] if kept.exists() else []

    def tell(cell: Cell) -> None:
        cells.append(cell)
        print(cell, file=sys.stderr, flush=True)
        kept.write_text(json.dumps([asdict(c) for c in cells], indent=1) + "\n", encoding="utf-8")

    with tempfile.TemporaryDirectory(prefix="fine-tuning-") as name:
        simulated = Path(name, SIMULATED)
        simulated.mkdir()
        for own, file in (("image.tif", "scene.tif"), ("labels.tif", "truth.tif")):
            (simulated / own).symlink_to((args.sample / file).resolve())
        for scene in args.scenes:
            folder = simulated if scene == SIMULATED else args.data / scene
            measure(folder, harness, args.splits, args.heads, args.freeze, cells, tell)
    text = table(cells)
    (args.output / "fine_tuning.md").write_text(text, encoding="utf-8")
    if args.document:
        fill(args.document, "fine_tuning", text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
