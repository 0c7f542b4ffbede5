"""Changes to spectra that leave their class as it is."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ...models.specaware.spectral_input import SpectralInput

BRIGHTNESS, TILT, NOISE = 0.08, 0.04, 0.01
# A band may be missing in the next scene: this share is kept at least.
KEPT_BANDS = 0.6
MIN_BANDS = 4


@dataclass(frozen=True)
class Turn:
    """One of the eight ways to lay a square down: quarter turns, then perhaps mirrored."""

    quarters: int
    mirrored: bool

    def apply(self, x: Tensor) -> Tensor:
        """Turn the last two axes."""
        x = torch.rot90(x, self.quarters, (-2, -1))
        return x.flip(-1) if self.mirrored else x


def random_turn(generator: torch.Generator, square: bool) -> Turn:
    """Any of the eight for squares; of the four that keep the shape for other rectangles."""
    draw = torch.randint(0, 8, (2,), generator=generator).tolist()
    return Turn(draw[0] % 4 if square else 2 * (draw[0] % 2), bool(draw[1] % 2))


def vary_light(images: Tensor, wavelength_nm: Tensor, generator: torch.Generator) -> Tensor:
    """Other illumination, slope and haze: a gain that is smooth over the wavelength, and a little noise.

    Args:
        images: (B, bands, rows, cols).
        wavelength_nm: (bands,).
        generator: of the random numbers, on the CPU.
    """
    t = (wavelength_nm - wavelength_nm.min()) / (wavelength_nm.max() - wavelength_nm.min()).clamp(min=1) * 2 - 1
    shapes = torch.stack([torch.ones_like(t), t, t**2 - 1 / 3]).float()
    sizes = torch.tensor([BRIGHTNESS, TILT, TILT])
    gain = torch.exp(torch.randn(len(images), 3, generator=generator) * sizes @ shapes)
    level = images.abs().mean((2, 3), keepdim=True)
    return images * gain[..., None, None] + torch.randn(images.shape, generator=generator) * NOISE * level


def drop_bands(images: Tensor, spectral: SpectralInput, generator: torch.Generator) -> tuple[Tensor, SpectralInput]:
    """Leave out some bands, so that the model does not lean on any of them: other sensors lack them."""
    count = spectral.bands
    share = KEPT_BANDS + (1 - KEPT_BANDS) * float(torch.rand((), generator=generator))
    kept = torch.randperm(count, generator=generator)[:max(min(MIN_BANDS, count), round(share * count))].sort().values
    wavelength_nm, fwhm_nm = (torch.as_tensor(v)[kept] for v in (spectral.wavelength_nm, spectral.fwhm_nm))
    return images[:, kept], SpectralInput(wavelength_nm, fwhm_nm, spectral.sensor, spectral.level)
