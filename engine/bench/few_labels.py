"""Land cover from few labels on spatially disjoint splits: what the encoder adds, and what others reach.

Splits and baselines are those of a harness of its own (a folder with ``fewlabel.py`` and ``benchlib.py``); this program
learns from the split's labels through the same code as ``classify`` and is scored on the split's test pixels. Variants
differ in the tokens alone: none, of untrained weights, of weights files.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from .. import __version__
from ..inference.backbone import Backbone, load_backbone
from ..inference.device import pick_device
from ..inference.features import TOKENS, Features
from ..inference.learnt import learn_scene
from ..labels.labelset import LabelSet
from ..labels.raster import patches
from ..models.specaware import PRESETS, SpecAwareEncoder
from ..models.weights import default_weights_path
from ..models.weights_folder import weights_files
from ..raster.cube import Cube, Overrides
from ..raster.grid import Window
from ..raster.legend import ClassInfo
from ..reporting import SilentReporter
from ..training.few_labels.label_windows import read_labelled
from ..training.few_labels.landcover import choose_samples
from ..training.few_labels.pixel_classifier import fit_classifier
from .document import fill
from .few_labels_report import report

LABEL_COUNTS = (5, 10, 30)
MAX_TEST = 5000
BUFFER_PX = 5
MIN_TEST = 10
BASELINES = ("rf", "svm", "logreg", "logreg+mnf", "expert")
NO_TOKENS, UNTRAINED = "without tokens", "untrained weights"


@dataclass(frozen=True)
class Record:
    """Macro-F1 of a method on one split; ``split`` is a hash of its pixels."""

    scene: str
    labels: int
    seed: int
    method: str
    macro_f1: float
    split: str


class WholeScene:
    """The features of a whole scene, kept in memory."""

    def __init__(self, features: Features) -> None:
        self.features, self.shape = features, features.valid.shape

    def read(self, window: Window) -> Features:
        """A part."""
        return Features({k: v[window.slices] for k, v in self.features.blocks.items()},
                        self.features.valid[window.slices])

    def with_tokens(self, tokens: NDArray[np.float32] | None) -> WholeScene:
        """The same with other tokens (rows, cols, components), or none."""
        blocks = {k: v for k, v in self.features.blocks.items() if k != TOKENS}
        return WholeScene(Features(blocks if tokens is None else blocks | {TOKENS: tokens}, self.features.valid))


def untrained(preset: str = "specaware-pixel") -> Backbone:
    """The architecture with weights as drawn, seed 0."""
    torch.manual_seed(0)
    return Backbone(UNTRAINED, SpecAwareEncoder(PRESETS[preset]).eval(), "", pick_device("cpu"))


def variants(folder: Path, backbones: Mapping[str, Backbone]) -> dict[str, WholeScene]:
    """Features of a scene without tokens, and with those of each backbone."""
    found: dict[str, WholeScene] = {}
    with Cube.open(folder / "image.tif", Overrides(), SilentReporter()) as cube:
        for name, backbone in backbones.items():
            learnt = learn_scene(cube, backbone, SilentReporter())
            whole = WholeScene(learnt.reader.read(cube.grid.whole))
            found.setdefault(NO_TOKENS, whole.with_tokens(None))
            found[name] = found[NO_TOKENS].with_tokens(whole.features.blocks[TOKENS])
    return found


def map_scene(whole: WholeScene, train: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """(rows, cols) class map from a label raster (rows, cols), 0 = unlabelled, as `classify` would make it."""
    claims = patches(train)
    rows, cols = np.divmod(claims.pixels, train.shape[1])
    classes = tuple(ClassInfo(int(k), str(k), (0, 0, 0)) for k in np.unique(claims.class_ids))
    labels = LabelSet(rows, cols, claims.class_ids, claims.groups, classes, (), "raster")
    samples, regions = choose_samples(labels, seed)
    with threadpool_limits(1):
        data = read_labelled(whole, samples, regions.ids, SilentReporter())  # type: ignore[arg-type]
        index = np.flatnonzero(data.valid)
        ids = np.unique(data.class_ids[index])
        fit = fit_classifier(data, index, ids, seed, SilentReporter())
        return np.asarray(ids[fit.classifier.predict(whole.features).argmax(-1)], np.uint8)


def bench_scene(folder: Path, harness: Any, backbones: Mapping[str, Backbone], seeds: Sequence[int],
                tell: Callable[[str], None], known: Collection[Record] = ()) -> list[Record]:
    """All splits of one scene, all methods; baselines that are ``known`` on a split are not run again."""
    scores_of = {(r.split, r.method): r.macro_f1 for r in known}
    library = harness.bl
    scene = library.read_scene(folder)
    cache: dict[str, NDArray[np.float32]] = {}
    records: list[Record] = []
    labels, groups = harness.load_labels(scene)
    for_map = variants(folder, backbones)
    for count in LABEL_COUNTS:
        for seed in seeds:
            rng = np.random.default_rng([seed, count, zlib.crc32(scene.name.encode())])
            split = harness.make_split(labels, count, rng, groups, None, BUFFER_PX, MIN_TEST)
            split.test = harness.thin_test(split.test, MAX_TEST, rng)
            mark = f"{zlib.crc32(split.train.tobytes() + split.test.tobytes()):08x}"
            mapped = {name: map_scene(whole, split.train, seed)[split.test] for name, whole in for_map.items()}
            for name in [b for b in BASELINES if (mark, b) not in scores_of]:
                features = harness.features(scene, harness.BASELINES[name][1], cache)
                mapped[name] = harness.run_baseline(name, features, split, seed,
                                                    harness.features(scene, "spectra", cache))
            scores = {name: library.class_scores(labels[split.test], found)["f1"] for name, found in mapped.items()}
            scores |= {name: scores_of[mark, name] for name in BASELINES if (mark, name) in scores_of}
            records += [Record(scene.name, count, seed, name, score, mark) for name, score in scores.items()]
            tell(f"{scene.name} {count} labels, seed {seed}: " + ", ".join(f"{k} {v:.3f}" for k, v in scores.items()))
    return records


def read_records(path: Path) -> list[Record]:
    """What an earlier run found."""
    return [Record(**r) for r in json.loads(path.read_text(encoding="utf-8"))["records"]]


def environment() -> dict[str, str]:
    """Versions and machine."""
    return {"engine": __version__, "python": platform.python_version(), "torch": torch.__version__,
            "numpy": np.__version__, "machine": platform.machine()}


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.bench.few_labels", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"),
                        help="folder of scenes (image.tif, labels.tif, meta.json)")
    parser.add_argument("--harness", type=Path, default=Path("../shared/bench"), help="folder with fewlabel.py")
    parser.add_argument("--output", type=Path, required=True, help="folder for few_labels.json and few_labels.md")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(5)))
    parser.add_argument("--scenes", nargs="*", help="all with labels if left out")
    parser.add_argument("--known", type=Path, help="few_labels.json with baselines; used where the split is the same")
    parser.add_argument("--join", type=Path, nargs="*", metavar="JSON", help="only report what earlier runs found")
    parser.add_argument("--document", type=Path, help="Markdown file with a place for few_labels")
    parser.add_argument("--weights", nargs="*", default=[], metavar="FILE", help="weights beside the bundled ones")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; see ``make bench``."""
    args = _parse(argv)
    args.output.mkdir(parents=True, exist_ok=True)
    if args.join:
        return _write([r for path in args.join for r in read_records(path)], args.output, args.document)
    if not args.data.is_dir() or not (args.harness / "fewlabel.py").is_file():
        print("shared data not found", file=sys.stderr)
        return 1
    sys.path.insert(0, str(args.harness))
    harness = importlib.import_module("fewlabel")
    bundled = [file.path for file in weights_files() if file.origin == "bundled"]
    backbones = {UNTRAINED: untrained()}
    backbones |= {Path(path).stem: load_backbone(path, "cpu") for path in (*bundled, *args.weights)}
    folders = sorted(path.parent for path in args.data.glob("*/labels.tif")
                     if not args.scenes or path.parent.name in args.scenes)
    known = read_records(args.known) if args.known else []
    records: list[Record] = []
    for folder in folders:
        records += bench_scene(folder, harness, backbones, args.seeds, lambda line: print(line, file=sys.stderr), known)
        body = {"environment": environment(), "records": [asdict(r) for r in records]}
        (args.output / "few_labels.json").write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    return _write(records, args.output, args.document)


def _write(records: Sequence[Record], output: Path, document: Path | None) -> int:
    """The tables, to a file, into a document and to the screen."""
    text = report(records, default_weights_path().stem, BASELINES)
    (output / "few_labels.md").write_text(text, encoding="utf-8")
    if document:
        fill(document, "few_labels", text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
