"""Scenes made from labelled spectral libraries: patches of measured materials, seen through any sensor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ...errors import InputError
from ...reporting import Reporter, tracked
from ..simulator.canvas import Layout, Patch, smooth_noise
from ..simulator.measured import on_fine_grid
from ..simulator.simulate import random_spec, render
from .datasets import PretrainScene, of_simulated

# The column that tells materials apart, finest first; a library without any has a class for each spectrum.
LABEL_COLUMNS = ("Level_7", "subclass", "LEVEL_3", "level_2", "names")
MIN_SPECTRA = 20
MIN_CLASSES, MAX_CLASSES = 4, 16
MAX_PATCHES_PER_CLASS = 5


@dataclass(frozen=True)
class Library:
    """Spectra of known materials.

    Attributes:
        name: of the library, for cards.
        spectra: (n, fine) float32 reflectance on `FINE_NM`.
        class_ids: (n,) material of each, from 0.
    """

    name: str
    spectra: NDArray[np.float32]
    class_ids: NDArray[np.intp]


def read_libraries(folder: Path, reporter: Reporter) -> list[Library]:
    """Read every ``<folder>/<library>/library.npz`` (X (n, bands), wavelengths in nm, label columns).

    Raises:
        InputError: the folder does not exist.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", "Give a folder with one subfolder for each library.")
    libraries = []
    for path in sorted(folder.glob("*/library.npz")):
        with np.load(path, allow_pickle=False) as stored:
            spectra = on_fine_grid(stored["X"].astype(np.float64), stored["wavelengths"])
            usable = np.isfinite(spectra).all(1) & (spectra.max(1, initial=0) > 0.02)
            column = next((c for c in LABEL_COLUMNS if c in stored.files), None)
            names = stored[column] if column else np.arange(len(spectra)).astype(str)
        if usable.sum() < MIN_SPECTRA:
            reporter.log("info", f"{path.parent.name} is left out: only {usable.sum()} spectra are complete.")
            continue
        materials = [_material(str(name)) for name in names[usable]]
        class_ids = np.unique(materials, return_inverse=True)[1]
        libraries.append(Library(path.parent.name, spectra[usable].clip(0, 1.2).astype(np.float32), class_ids))
        reporter.log("info", f"{path.parent.name}: {usable.sum()} spectra of {class_ids.max() + 1} materials")
    return libraries


def _material(name: str) -> str:
    """The material in a name such as splib07a_Alunite_GDS84_BECKb_AREF; other names are left whole."""
    found = re.match(r"splib07[ab]_([^_]+)_", name)
    return found.group(1) if found else name


def library_scenes(libraries: Sequence[Library], count: int, seed: int, side_px: int,
                   reporter: Reporter) -> list[tuple[PretrainScene, NDArray[np.int16]]]:
    """Scenes with their class maps (rows, cols), over all sensors, levels and libraries."""
    rng, scenes = np.random.default_rng([seed, 7]), []
    for index in tracked(range(count), count, reporter, "scenes from libraries"):
        library = libraries[index % len(libraries)]
        spec = random_spec(rng, side_px, side_px)
        layout, ends, classes = _landscape(rng, library, side_px * spec.oversample)
        scene = render(rng, layout, ends, classes, spec)
        scenes.append((of_simulated(f"{library.name}-{index}", scene), scene.labels.astype(np.int16) - 1))
    return scenes


def _landscape(rng: np.random.Generator, library: Library,
               side: int) -> tuple[Layout, NDArray[np.float64], tuple[str, ...]]:
    """Voronoi patches of some materials, the two spectra of each patch, and the materials' names."""
    present = np.unique(library.class_ids)
    chosen = rng.choice(present, min(int(rng.integers(MIN_CLASSES, MAX_CLASSES + 1)), len(present)), replace=False)
    owner = rng.permutation(np.repeat(chosen, rng.integers(2, MAX_PATCHES_PER_CLASS + 1, len(chosen))))
    sites = rng.uniform(0, side, (len(owner), 2))
    cells = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), -1).reshape(-1, 2)
    wobble = np.stack([smooth_noise(rng, (side, side), side / 12).ravel() for _ in range(2)], -1) * side / 60
    patch = cKDTree(sites).query(cells + wobble)[1].reshape(side, side).astype(np.int32)
    background = library.spectra[rng.integers(len(library.spectra))]
    ends = np.concatenate([_patch_ends(rng, library, int(c), background) for c in owner])
    mix = np.clip(0.5 + 0.3 * smooth_noise(rng, (side, side), 4.0), 0, 1).astype(np.float32)
    light = np.clip(1 + rng.uniform(0, 0.25) * smooth_noise(rng, (side, side), side / 8), 0.3, 1.8).astype(np.float32)
    patches = tuple(Patch(str(c), str(c)) for c in owner)
    return Layout(patch, patches, mix, light), ends, tuple(str(c) for c in chosen)


def _patch_ends(rng: np.random.Generator, library: Library, class_id: int,
                background: NDArray[np.float32]) -> NDArray[np.float64]:
    """(2, fine) spectra of a patch: members of its class mixed, with some of the scene's background."""
    members = np.flatnonzero(library.class_ids == class_id)
    first, second = (library.spectra[rng.choice(members)] for _ in range(2))
    share, cover = rng.uniform(0, 0.5), rng.uniform(0, 0.35)
    own = (1 - share) * first + share * second
    other = 0.6 * own + 0.4 * second
    bright = np.exp(rng.normal(0, 0.1))
    return np.asarray(bright * ((1 - cover) * np.stack([own, other]) + cover * background), np.float64)
