"""Does a head on tokens carry over to another sensor? The same simulated ground, seen by two sensors.

Labels are a few pixels a class as sensor A sees them. The head is one logistic regression on the encoder's tokens;
it is scored on other pixels of the same ground, seen by A and seen by B. A random forest on spectra, which cannot take
B's bands, is shown A's bands interpolated from B's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from ..inference.backbone import Backbone, load_backbone
from ..inference.device import Device
from ..inference.radiometry import input_scale
from ..inference.statistics import BandStatistics
from ..inference.tiling import TileBlender
from ..raster.grid import Window
from ..training.few_labels.pixel_classifier import macro_f1
from ..training.pretraining.datasets import make_scene
from ..training.pretraining.episodes import episode_scene
from ..training.simulator.simulate import ALL, SceneSpec, SimulatedScene, simulate_scene
from .document import fill

PAIRS = (("EnMAP", "PRISMA"), ("AVIRIS-Classic", "EnMAP"), ("PRISMA", "EMIT"), ("EnMAP", "AVIRIS-NG"))
SIDE_PX = 96
GSD_M = 20.0
LABELS = 30
REGION_PX = 12
PENALTY_C = 0.3  # weaker penalties gain on the sensor they learn from, and lose more on the other


@dataclass(frozen=True)
class Transfer:
    """Macro-F1 of a head trained on sensor A: on A, on B; and the same of a random forest."""

    sensor_a: str
    sensor_b: str
    seed: int
    tokens_a: float
    tokens_b: float
    forest_a: float
    forest_b: float


def transfer(backbone: Backbone, sensor_a: str, sensor_b: str, seed: int) -> Transfer:
    """Measure one pair of sensors on one ground."""
    spec = SceneSpec(sensor=sensor_a, rows=SIDE_PX, cols=SIDE_PX, gsd_m=GSD_M, classes=ALL[:9])
    seen = [simulate_scene(replace(spec, sensor=name), seed) for name in (sensor_a, sensor_b)]
    train, test = _split(seen[0].labels, seed)
    tokens = [tokens_of(backbone, scene) for scene in seen]
    spectra = [_as_seen_by(seen[0], scene) for scene in seen]
    labels = seen[0].labels
    with threadpool_limits(1):
        head = LogisticRegression(C=PENALTY_C, class_weight="balanced", max_iter=300)
        head.fit(tokens[0][train], labels[train])
        forest = RandomForestClassifier(200, random_state=seed).fit(spectra[0][train], labels[train])
    scores = [macro_f1(labels[test], np.asarray(model.predict(features[test]), np.uint8))
              for model, pair in ((head, tokens), (forest, spectra)) for features in pair]
    return Transfer(sensor_a, sensor_b, seed, *scores)


def tokens_of(backbone: Backbone, scene: SimulatedScene) -> NDArray[np.float32]:
    """(rows, cols, channels) tokens of a simulated scene, each component standardised in the scene."""
    good = scene.bands.good_indices
    cube, bands = np.asarray(scene.cube[good], np.float32), scene.bands.only(good)
    described = episode_scene(make_scene("", cube, bands, scene.meta, True), (), "simulated")
    scale = input_scale(scene.meta.level, float(cube.mean()))
    statistics = BandStatistics(described.mean / scale, described.std / scale, described.noise / scale)
    embedder, device = backbone.embedder(bands, scene.meta, scale, statistics), backbone.device

    def compute(tiles: Sequence[Window]) -> list[NDArray[np.float32] | None]:
        return [_encoded(cube[(slice(None), *tile.slices)]) for tile in tiles]

    def _encoded(part: NDArray[np.float32], where: Device = device) -> NDArray[np.float32]:
        batch = embedder.prepare(part[None], np.ones((1, *part.shape[1:]), bool))
        return embedder.maps(batch, where)[0].numpy()

    shape = (cube.shape[1], cube.shape[2])
    channels = _encoded(cube[:, :backbone.tile_px, :backbone.tile_px]).shape[0]
    blender = TileBlender(backbone.lattice(shape), compute, lambda kept, tile: kept, channels)
    tokens = blender.read(Window(0, 0, *shape))
    spread = np.maximum(tokens.std((0, 1)), 1e-6) * np.float32(np.sqrt(channels))
    return (tokens - tokens.mean((0, 1))) / spread


def _as_seen_by(target: SimulatedScene, scene: SimulatedScene) -> NDArray[np.float32]:
    """(rows, cols, bands of target) by linear interpolation over wavelength."""
    good, wanted = scene.bands.good_indices, target.bands.good_indices
    order = np.argsort(scene.bands.wavelength_nm[good])
    at, values = scene.bands.wavelength_nm[good][order], scene.cube[good][order]
    to = target.bands.wavelength_nm[wanted]
    right = np.clip(np.searchsorted(at, to), 1, len(at) - 1)
    share = np.clip((to - at[right - 1]) / (at[right] - at[right - 1]), 0, 1).astype(np.float32)[:, None, None]
    return ((1 - share) * values[right - 1] + share * values[right]).transpose(1, 2, 0)


def _split(labels: NDArray[np.uint8], seed: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks (rows, cols): a few pixels of each class from half of the blocks, and the pixels of the other half."""
    rng = np.random.default_rng(seed)
    rows, cols = (np.arange(n) // REGION_PX for n in labels.shape)
    pool = (rng.random((rows.max() + 1, cols.max() + 1)) < 0.5)[rows[:, None], cols]
    train, test = np.zeros(labels.shape, bool), ~pool
    for label in np.unique(labels):
        places = np.flatnonzero((labels == label) & pool)
        if len(places) < LABELS or (test & (labels == label)).sum() < LABELS:
            test &= labels != label
        else:
            train.flat[rng.choice(places, LABELS, replace=False)] = True
    return train, test


def table(found: Sequence[Transfer]) -> str:
    """Markdown, one row for each pair of sensors and the mean."""
    lines = ["| head trained on | applied to | tokens: A | tokens: B | lost | random forest: A | B | lost |",
             "|---|---|---|---|---|---|---|---|"]
    groups = {pair: [t for t in found if (t.sensor_a, t.sensor_b) == pair]
              for pair in dict.fromkeys((t.sensor_a, t.sensor_b) for t in found)}
    for name, group in [*groups.items(), (("**mean**", ""), list(found))]:
        on_a, on_b, forest_a, forest_b = np.mean([(t.tokens_a, t.tokens_b, t.forest_a, t.forest_b) for t in group], 0)
        lines.append(f"| {name[0]} | {name[1]} | {on_a:.3f} | {on_b:.3f} | {100 * (on_a - on_b):+.1f} "
                     f"| {forest_a:.3f} | {forest_b:.3f} | {100 * (forest_a - forest_b):+.1f} |")
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; see ``make bench``."""
    parser = argparse.ArgumentParser(prog="python -m engine.bench.transfer", description=__doc__)
    parser.add_argument("--weights", default="specaware-pixel")
    parser.add_argument("--seeds", type=int, nargs="+", default=[103, 104, 105])
    parser.add_argument("--output", type=Path, help="folder for transfer.md")
    parser.add_argument("--document", type=Path, help="Markdown file with a place for transfer")
    args = parser.parse_args(argv)
    backbone = load_backbone(args.weights, "cpu")
    found = [transfer(backbone, a, b, seed) for a, b in PAIRS for seed in args.seeds]
    text = table(found)
    if args.output:
        args.output.mkdir(parents=True, exist_ok=True)
        (args.output / "transfer.md").write_text(text, encoding="utf-8")
    if args.document:
        fill(args.document, "transfer", text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
