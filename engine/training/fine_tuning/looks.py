"""What a network sees of labelled tiles: as they are, or in another light, turned, and with bands left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ...inference.device import Device
from ...inference.tuned_reader import SceneInput, clean_look
from ...models.specaware.spectral_input import SpectralInput
from ...models.tuned import Look, TunedNet
from ...reporting import Reporter
from .augment import drop_bands, random_turn, vary_light
from .data import TuneTile


@dataclass(frozen=True)
class KeptLook:
    """A view of a tile, its layers in half precision: a batch of one, and its labels (1, rows, cols)."""

    look: Look
    target: Tensor

    @classmethod
    def of(cls, look: Look, target: Tensor) -> KeptLook:
        """Round the layers; neighbouring wavelengths differ by little, which half precision would round away."""
        return cls(Look(tuple(m.detach().cpu().half() for m in look.layers), look.spectrum.detach().cpu()), target)

    def whole(self) -> Look:
        """In single precision."""
        return Look(tuple(m.float() for m in self.look.layers), self.look.spectrum.float())


def stacked(kept: Sequence[KeptLook], place: torch.device) -> tuple[Look, Tensor]:
    """One batch of several views, and their labels (B, rows, cols)."""
    layers = tuple(torch.cat(parts).float().to(place) for parts in zip(*(k.look.layers for k in kept), strict=True))
    spectra = torch.cat([k.look.spectrum for k in kept]).float().to(place)
    return Look(layers, spectra), torch.cat([k.target for k in kept])


class Looks:
    """The views of a network on the tiles of a scene, or of both dates.

    Args:
        net: encoder and head.
        inputs: the scene, or both dates.
        device: where to compute.
        reporter: asked about cancelling.
    """

    def __init__(self, net: TunedNet, inputs: Sequence[SceneInput], device: Device, reporter: Reporter) -> None:
        self.net, self._inputs, self._device, self._reporter = net, inputs, device, reporter

    @property
    def place(self) -> torch.device:
        """Where batches go."""
        return self._device.torch_device

    @torch.no_grad()
    def clean(self, tile: TuneTile) -> Look:
        """A tile as it is, a batch of one."""
        self._reporter.check_cancelled()
        self.net.eval()
        return clean_look(self.net, self._inputs, [tile.window], self._device, self._reporter)

    def varied(self, tiles: Sequence[TuneTile], generator: torch.Generator) -> tuple[Look, Tensor]:
        """Varied tiles, with gradients where something learns, and their labels (B, rows, cols)."""
        target = torch.from_numpy(np.stack([t.target for t in tiles]))
        turn = random_turn(generator, target.shape[1] == target.shape[2])
        found = []
        for source in self._inputs:
            images, wavelength_nm, spectral = _vary(source, tiles, generator)
            images = turn.apply(images).to(self.place)
            with self._device.autocast():
                found.append(self.net.to(self.place).look(images, wavelength_nm, spectral, source.gsd_m))
        return found[0] if len(found) == 1 else found[0].minus(found[1]), turn.apply(target)

    @torch.no_grad()
    def kept(self, tile: TuneTile, generator: torch.Generator | None) -> KeptLook:
        """A tile to learn from several times, varied where a generator is given."""
        self._reporter.check_cancelled()
        if generator is None:
            return KeptLook.of(self.clean(tile), torch.from_numpy(tile.target)[None])
        return KeptLook.of(*self.varied([tile], generator))


def _vary(source: SceneInput, tiles: Sequence[TuneTile],
          generator: torch.Generator) -> tuple[Tensor, Tensor, SpectralInput | None]:
    """Images of tiles in another light, perhaps with bands left out, and what describes their bands."""
    images, _ = source.read([t.window for t in tiles])
    images, spectral = vary_light(images, source.wavelength_nm, generator), source.spectral
    if spectral is None or torch.rand((), generator=generator) < 0.5:
        return images, source.wavelength_nm, spectral
    images, spectral = drop_bands(images, spectral, generator)
    return images, torch.as_tensor(spectral.wavelength_nm), spectral
