"""Few-shot episodes: tell the classes of a scene apart from a few of their pixels that lie elsewhere.

Labels are pseudo-classes of real scenes, the covers of simulated ones and the materials of spectral libraries
(episodes: Snell, Swersky and Zemel 2017, "Prototypical networks for few-shot learning", NeurIPS). Every episode is
drawn from its own number: a run that is continued sees what it would have seen.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...errors import InputError
from ...inference.embedders import MAX_DEVIATION
from ...inference.statistics import Patch, band_noise
from ...models.specaware.content import scene_content
from ...models.specaware.spectral_input import SpectralInput
from .datasets import PretrainScene
from .views import choose_bands, told_sensor

# Shares of the sources; what is absent leaves its share to the others.
SHARES = {"real": 0.4, "library": 0.25, "simulated": 0.35}
PIXELS = 2048  # of an episode, all crops together
MIN_CROPS = 3
MIN_VALID = 0.9
MIN_PIXELS = 3  # of a class in a crop, to count as present there
MAX_QUERIES = 64  # of a class


@dataclass(frozen=True)
class EpisodeScene:
    """A scene with class maps.

    Attributes:
        scene: its pixels, scaled to model input.
        maps: one or more (rows, cols) int16 class maps, -1 = no class.
        source: a key of `SHARES`.
        mean, std, noise: (bands,) float32 statistics: noise is the standard deviation of the difference of neighbours.
    """

    scene: PretrainScene
    maps: tuple[NDArray[np.int16], ...]
    source: str
    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    noise: NDArray[np.float32]


def episode_scene(scene: PretrainScene, maps: Sequence[NDArray[np.int16]], source: str) -> EpisodeScene:
    """Add the statistics an encoder with standardised input is given."""
    values, valid = scene.values.astype(np.float32), scene.valid
    pixels = values[:, valid]
    std = pixels.std(1)
    noise = band_noise([Patch(values.transpose(1, 2, 0), valid)], std)
    return EpisodeScene(scene, tuple(maps), source, pixels.mean(1), np.where(std > 0, std, 1).astype(np.float32), noise)


@dataclass(frozen=True)
class EpisodePixels:
    """Which pixels of an episode's crops are examples, and which are to be told.

    Attributes:
        support: (s,) flat positions in (B, crop, crop).
        support_class: (s,) classes from 0.
        query: (q,) flat positions; those of a class lie in other crops than its support.
        query_class: (q,) classes.
    """

    support: Tensor
    support_class: Tensor
    query: Tensor
    query_class: Tensor


@dataclass(frozen=True)
class Episode:
    """Crops of one scene, and some of their pixels.

    Attributes:
        image: (B, C, crop, crop) float32, standardised.
        content: (1, C, 8, 8) the scene's statistics.
        spectral: its bands and sensor.
        gsd_m: its pixel size.
        pixels: examples and pixels to tell.
        source: of the scene.
    """

    image: Tensor
    content: Tensor
    spectral: SpectralInput
    gsd_m: float
    pixels: EpisodePixels
    source: str


class EpisodeSampler:
    """Draws episodes without end: a source, a scene, a class map, a view of the bands, crops, pixels.

    Args:
        scenes: what to draw from.
        crop_px: side of a crop, in scenes that are at least twice as large.
        seed: of every choice.
    """

    def __init__(self, scenes: Sequence[EpisodeScene], crop_px: int, seed: int) -> None:
        if not scenes:
            raise InputError("There is no scene to train on.", "Give a folder of scenes or ask for simulated ones.")
        self._groups = {s: [x for x in scenes if x.source == s] for s in SHARES if any(x.source == s for x in scenes)}
        self._shares = _shares_of([SHARES[s] for s in self._groups])
        self._weights = {s: _shares_of([np.sqrt(x.scene.valid.sum()) for x in group])
                         for s, group in self._groups.items()}
        self._crop_px, self._seed = crop_px, seed

    def episodes(self, first: int = 0) -> Iterator[Episode]:
        """Episodes from the ``first``-th on, without end."""
        return (self.episode(number) for number in itertools.count(first))

    def episode(self, number: int) -> Episode:
        """The episode of this number; scenes that give none just then are passed over."""
        rng = np.random.default_rng([self._seed, number])
        while (found := self._draw(rng)) is None:
            pass
        return found

    def _draw(self, rng: np.random.Generator) -> Episode | None:
        source = list(self._groups)[rng.choice(len(self._groups), p=self._shares)]
        chosen = self._groups[source][rng.choice(len(self._groups[source]), p=self._weights[source])]
        crops = self._crops(rng, chosen.scene)
        if len(crops) < MIN_CROPS:
            return None
        classes = chosen.maps[rng.integers(len(chosen.maps))]
        keep = choose_bands(rng, chosen.scene.bands.wavelength_nm)
        image, labels = self._cut(rng, chosen, classes, crops, keep)
        pixels = draw_pixels(rng, labels.reshape(len(labels), -1))
        if pixels is None:
            return None
        table = chosen.scene.bands.only(keep)
        key = told_sensor(rng, chosen.scene.meta.name)
        spectral = SpectralInput(table.wavelength_nm.tolist(), table.fwhm_nm.tolist(), key, chosen.scene.meta.level)
        content = scene_content(*(torch.from_numpy(v[keep]) for v in (chosen.mean, chosen.std, chosen.noise)))
        return Episode(torch.from_numpy(image), content, spectral, chosen.scene.meta.gsd_m, pixels, chosen.source)

    def _crops(self, rng: np.random.Generator, scene: PretrainScene) -> list[tuple[slice, slice]]:
        """Places of crops of one size that do not overlap and hold data."""
        rows, cols = scene.valid.shape
        side = min(self._crop_px, rows // 2, cols // 2)
        top, left = (int(rng.integers(0, n % side + 1)) for n in (rows, cols))
        places = [(slice(r, r + side), slice(c, c + side)) for r in range(top, rows - side + 1, side)
                  for c in range(left, cols - side + 1, side)]
        places = [places[i] for i in rng.permutation(len(places))]
        found: list[tuple[slice, slice]] = []
        for place in places:
            if len(found) < PIXELS // side**2 and scene.valid[place].mean() >= MIN_VALID:
                found.append(place)
        return found

    def _cut(self, rng: np.random.Generator, chosen: EpisodeScene, classes: NDArray[np.int16],
             crops: Sequence[tuple[slice, slice]],
             keep: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
        """Standardised crops (B, C, crop, crop) and their classes (B, crop, crop), turned and flipped together."""
        scene = chosen.scene
        values = np.stack([scene.values[(keep, *place)] for place in crops]).astype(np.float32)
        valid = np.stack([scene.valid[place] for place in crops])
        mean, std = chosen.mean[keep, None, None], chosen.std[keep, None, None]
        image = np.where(valid[:, None], (values - mean) / std, 0).clip(-MAX_DEVIATION, MAX_DEVIATION)
        labels = np.where(valid, np.stack([classes[place] for place in crops]), np.int16(-1))
        turns, flip = int(rng.integers(4)), bool(rng.random() < 0.5)
        image, labels = (np.rot90(part, turns, axes=(-2, -1)) for part in (image, labels))
        if flip:
            image, labels = image[..., ::-1], labels[..., ::-1]
        return np.ascontiguousarray(image, np.float32), np.ascontiguousarray(labels)


def _shares_of(weights: Sequence[float]) -> NDArray[np.float64]:
    return np.array(weights) / sum(weights)


def draw_pixels(rng: np.random.Generator, labels: NDArray[np.int16]) -> EpisodePixels | None:
    """Support and query pixels of the classes that lie in at least two crops.

    Args:
        rng: generator.
        labels: (crops, pixels), -1 = no class.

    Returns:
        The pixels, None with fewer than two classes.
    """
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for label in np.unique(labels[labels >= 0]):
        present = labels == label
        crops = np.flatnonzero(present.sum(1) >= MIN_PIXELS)
        if len(crops) < 2:
            continue
        # Like a user's labels: a few pixels from one or two places.
        places = rng.choice(crops, 1 if len(crops) == 2 else int(rng.integers(1, 3)), replace=False)
        inside = np.isin(np.arange(len(labels)), places)[:, None]
        support, query = np.flatnonzero(present & inside), np.flatnonzero(present & ~inside)
        parts.append((rng.choice(support, min(len(support), int(rng.integers(2, 9))), replace=False),
                      rng.choice(query, min(len(query), MAX_QUERIES), replace=False)))
    if len(parts) < 2:
        return None
    places_of, classes_of = [], []
    for part in zip(*parts, strict=True):
        places_of.append(torch.from_numpy(np.concatenate(part).astype(np.int64)))
        classes_of.append(torch.repeat_interleave(torch.tensor([len(p) for p in part])))
    return EpisodePixels(places_of[0], classes_of[0], places_of[1], classes_of[1])
