"""A fine-tuned network applied to a scene, or to two dates of one, by tiles that blend."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..models.families import Encoder
from ..models.spectralgpt.encoder import SpectralGptEncoder
from ..models.tuned import Look, TunedNet, on_grid
from ..raster.cube import Cube
from ..raster.grid import Window
from ..reporting import Reporter
from ..spectral.sentinel2 import match_sentinel2
from .backbone import Backbone
from .device import Device, run_with_backoff
from .features import GUIDE, Features
from .radiometry import input_scale
from .statistics import Scene, SceneSample
from .tiling import Lattice, TileBlender
from .tuned_model import LOG_PROBABILITY, TunedModel

BATCH_TILES = 4


class SceneInput:
    """A scene as input of an encoder.

    Args:
        cube: the image, or one aligned to another.
        encoder: the encoder that will see it.
        reporter: asked about cancelling.

    Attributes:
        scene: the image and its statistics.
        wavelength_nm: (bands,) of the prepared images.
        spectral: metadata of the same bands, None for SpectralGPT.
        gsd_m: ground sampling distance.
    """

    def __init__(self, cube: Cube, encoder: Encoder, reporter: Reporter) -> None:
        sample = SceneSample(cube, reporter)
        self.scene = Scene(cube, cube.bands.good_indices, sample.bands)
        scale = input_scale(cube.meta.level, sample.mean_value())
        backbone = Backbone("", encoder, "", Device("cpu", torch.float32, "CPU"))
        bands = cube.bands.only(self.scene.indices)
        self._embedder = backbone.embedder(bands, cube.meta, scale, sample.bands)
        self.spectral = getattr(self._embedder, "spectral", None)
        self.gsd_m = cube.meta.gsd_m
        if isinstance(encoder, SpectralGptEncoder):
            bands = bands.only(match_sentinel2(bands))
        self.wavelength_nm = torch.from_numpy(bands.wavelength_nm)

    def read(self, tiles: Sequence[Window]) -> tuple[Tensor, NDArray[np.bool_]]:
        """Prepared images (B, bands, rows, cols) of tiles of one size, and their validity (B, rows, cols)."""
        patches = [self.scene.read(tile) for tile in tiles]
        valid = np.stack([p.valid for p in patches])
        return self._embedder.prepare(np.stack([p.values.transpose(2, 0, 1) for p in patches]), valid), valid


def clean_look(net: TunedNet, inputs: Sequence[SceneInput], tiles: Sequence[Window], device: Device,
               reporter: Reporter) -> Look:
    """What the network sees of tiles of one size as they are, on the CPU and without gradients."""
    looks = []
    for source in inputs:
        images, _ = source.read(tiles)

        def run(batch: Tensor, on: Device, source: SceneInput = source) -> Tensor:
            net.encoder.to(on.torch_device)
            with torch.inference_mode(), on.autocast():
                return torch.cat(net.maps(batch.to(on.torch_device), source.spectral, source.gsd_m), dim=1).cpu()

        joined = run_with_backoff(run, images, device, reporter).clone()  # a clone may take part in training
        looks.append(Look(tuple(joined.split(net.encoder.config.embed_dim, dim=1)),
                          on_grid(images, source.wavelength_nm)))
    return looks[0] if len(looks) == 1 else looks[0].minus(looks[1])


class TunedReader:
    """Log probabilities of the classes for any window of a scene, as features that a `PixelClassifier` takes.

    Args:
        model: the model.
        inputs: the scene, or both dates on one grid.
        device: where to compute.
        reporter: asked about cancelling, told about lack of memory.
    """

    def __init__(self, model: TunedModel, inputs: Sequence[SceneInput], device: Device, reporter: Reporter) -> None:
        self._net, self._inputs, self._device, self._reporter = model.net, inputs, device, reporter
        self._blender = TileBlender(Lattice(self.shape), self._compute, lambda kept, tile: kept, len(model.classes))

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols) of the scene."""
        return self._inputs[0].scene.shape

    def only(self, names: Collection[str]) -> TunedReader:
        """This reader: it has one kind of features."""
        return self

    def load(self, window: Window) -> Window:
        """Nothing but the window: tiles are read when they are computed."""
        return window

    def features(self, loaded: Window) -> Features:
        """See `read`."""
        return self.read(loaded)

    def read(self, window: Window) -> Features:
        """Features of a window inside the scene; pixels without data in either date are not valid."""
        valid = np.logical_and.reduce([source.scene.read(window).valid for source in self._inputs])
        values = self._blender.read(window)
        return Features({LOG_PROBABILITY: values, GUIDE: np.zeros((*window.shape, 1), np.float32)}, valid)

    def _compute(self, tiles: Sequence[Window]) -> list[NDArray[np.float32] | None]:
        found: list[NDArray[np.float32] | None] = []
        for start in range(0, len(tiles), BATCH_TILES):
            self._reporter.check_cancelled()
            found += self._batch(tiles[start:start + BATCH_TILES])
        return found

    def _batch(self, tiles: Sequence[Window]) -> list[NDArray[np.float32] | None]:
        """(classes, rows, cols) log probabilities; None without data."""
        used = np.logical_and.reduce([source.read(tiles)[1].any((1, 2)) for source in self._inputs])
        if not used.any():
            return [None] * len(tiles)
        look = clean_look(self._net, self._inputs, tiles, self._device, self._reporter)
        self._net.to("cpu")
        with torch.inference_mode():
            logits = self._net.logits(look).float().log_softmax(1).numpy()
        return [values if keep else None for values, keep in zip(logits, used, strict=True)]
