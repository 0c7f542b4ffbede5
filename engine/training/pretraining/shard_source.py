"""Crops of the patches in a folder of shards."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...inference.radiometry import input_scale
from ...spectral.bands import MODEL_RANGE_NM, BandTable
from .crops import Crop
from .shard_manifest import ShardSet, load_manifest
from .shards import StoredPatch, read_shard

ENOUGH_VALID = 0.9
CROP_TRIES = 6
OPEN_SHARDS = 512  # whose lists of patches are kept
INPUT_RANGE = (-1.0, 10.0)


class ShardPool:
    """Patches of one sensor, level and band set.

    Args:
        folder: of the data set.
        shards: the set.
        side_px: side of the largest crop.

    Raises:
        InputError: the patches are smaller than a crop, or a shard cannot be read.
    """

    def __init__(self, folder: Path, shards: ShardSet, side_px: int) -> None:
        self._paths = [folder / shard.name for shard in shards.shards]
        self._ends = np.cumsum([shard.patches for shard in shards.shards])
        info = _patches(self._paths[0])[0].info
        if min(_patches(self._paths[0])[0].shape[1:]) < side_px:
            raise InputError(f"The patches of {folder} are smaller than a crop of {side_px} px.",
                             "Choose smaller crops.")
        table = BandTable.from_arrays(info.wavelength_nm, info.fwhm_nm)
        centre = table.wavelength_nm
        usable = (centre >= MODEL_RANGE_NM[0]) & (centre <= MODEL_RANGE_NM[1])
        usable[list(info.blanked)] = False
        self._usable = np.flatnonzero(usable)
        self.bands, self.sensor, self.level = table.only(self._usable), info.sensor, info.level
        self.patches = shards.patches

    def crop(self, rng: np.random.Generator, keep: NDArray[np.intp], side_px: int) -> Crop:
        """Of any patch; mostly valid pixels where the patch allows."""
        patch = self._patch(int(rng.integers(self.patches)))
        values, bands = patch.values(), self._usable[keep]
        best, chosen = -1.0, (slice(0, side_px), slice(0, side_px))
        for _ in range(CROP_TRIES):
            row, col = (int(rng.integers(0, side - side_px + 1)) for side in patch.shape[1:])
            where = (slice(row, row + side_px), slice(col, col + side_px))
            # Pixels without a value are 0 in every band.
            if (share := float((values[(bands[len(bands) // 2], *where)] > 0).mean())) > best:
                best, chosen = share, where
            if best >= ENOUGH_VALID:
                break
        scale = input_scale(patch.info.level, patch.info.mean)
        crop = np.stack([values[(band, *chosen)] for band in bands]).astype(np.float32) * np.float32(scale)
        return Crop(crop.clip(*INPUT_RANGE), patch.info.gsd_m)

    def _patch(self, number: int) -> StoredPatch:
        shard = int(np.searchsorted(self._ends, number, side="right"))
        patches = _patches(self._paths[shard])
        if len(patches) != self._ends[shard] - (self._ends[shard - 1] if shard else 0):
            raise InputError(f"{self._paths[shard]} holds {len(patches)} patches, not as many as the manifest says.",
                             "Repeat the command that made the data set.")
        return patches[number - (int(self._ends[shard - 1]) if shard else 0)]


class ShardSource:
    """All sets of a folder of shards, each as often as it has patches.

    Raises:
        InputError: there is no manifest, or no patch.
    """

    def __init__(self, folder: Path, side_px: int) -> None:
        self.pools: Sequence[ShardPool] = [ShardPool(folder, s, side_px) for s in load_manifest(folder) if s.patches]
        if not self.pools:
            raise InputError(f"The shards in {folder} hold no patch.", "Build the data set first.")
        weight = np.array([pool.patches for pool in self.pools], float)
        self._shares = weight / weight.sum()

    def pick(self, rng: np.random.Generator) -> ShardPool:
        """A random set."""
        return self.pools[rng.choice(len(self.pools), p=self._shares)]


@lru_cache(maxsize=OPEN_SHARDS)
def _patches(path: Path) -> list[StoredPatch]:
    return list(read_shard(path))
