"""An encoder with a head that gives every pixel a class, or every pair of pixels "changed" or not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..errors import ModelError
from .families import Encoder
from .resampled_conv import resize
from .specaware.encoder import pad_to_patches
from .specaware.spectral_input import SpectralInput
from .specaware.upernet import NECK_SCALES, Neck, UPerNetDecoder
from .spectralgpt.encoder import SpectralGptEncoder

HEADS = ("linear", "kernel", "mlp", "upernet")
HIDDEN, KERNEL_FEATURES = 128, 512
PYRAMID_DIM, SEGMENTATION_DIM = 64, 32
MAX_CLASSES = 255
TOKEN_DROPOUT = 0.3
# The pixel's own spectrum is read on these wavelengths, so that any sensor gives the same numbers.
GRID_NM = tuple(range(400, 2451, 50))
GRID_FWHM_NM = 50.0
# A grid point farther than this from the nearest band is missing.
GRID_REACH_NM = 60.0


@dataclass(frozen=True)
class TunedConfig:
    """The head.

    Attributes:
        head: one of `HEADS`.
        classes: number of classes.
        siamese: True to compare two images by the differences of their features (as in Daudt et al. 2018, "Fully
            convolutional siamese networks for change detection", section 3), False to classify one.
    """

    head: str
    classes: int
    siamese: bool = False

    def __post_init__(self) -> None:
        if self.head not in HEADS:
            raise ModelError(f"There is no head called {str(self.head)[:40]!r}.", f"Use one of {', '.join(HEADS)}.")
        if not 2 <= self.classes <= MAX_CLASSES:
            raise ModelError(f"A head for {self.classes} classes is not possible.", f"Give 2 to {MAX_CLASSES}.")


@dataclass(frozen=True)
class Look:
    """What the network sees of a batch, or how two dates of it differ.

    Attributes:
        layers: (B, E, h, w) maps of the encoder, layer-normed.
        spectrum: (B, grid, rows, cols) spectra on `GRID_NM`, NaN where the sensor has no band.
    """

    layers: tuple[Tensor, ...]
    spectrum: Tensor

    def minus(self, other: Look) -> Look:
        """What the head of a siamese network looks at: absolute differences."""
        return Look(tuple((a - b).abs() for a, b in zip(self.layers, other.layers, strict=True)),
                    (self.spectrum - other.spectrum).abs())


def on_grid(images: Tensor, wavelength_nm: Tensor) -> Tensor:
    """(B, bands, rows, cols) -> (B, grid, rows, cols): bands weighted by a Gaussian around each grid point."""
    distance = torch.tensor(GRID_NM, dtype=torch.float64)[:, None] - wavelength_nm.double()
    weights = torch.exp(-4 * math.log(2) * (distance / GRID_FWHM_NM) ** 2)
    present = distance.abs().amin(1) <= GRID_REACH_NM
    # A broad band far from a point has a tiny weight, which still counts where it is the only one.
    weights = weights / weights.sum(1, keepdim=True).clamp(min=1e-12)
    grid = torch.einsum("gc,bchw->bghw", weights.to(images), images)
    return torch.where(present.to(images.device).view(-1, 1, 1), grid, torch.nan)


class KernelFeatures(nn.Module):
    """Random Fourier features of a Gaussian kernel (Rahimi and Recht 2007, algorithm 1); not trained."""

    def __init__(self, inputs: int, features: int) -> None:
        super().__init__()
        self.register_buffer("directions", torch.randn(features, inputs) / inputs**0.5)
        self.register_buffer("phases", torch.rand(features) * 2 * torch.pi)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, h, w), standardised -> (B, features, h, w) of a kernel as wide as the data."""
        directions, phases = self.get_buffer("directions"), self.get_buffer("phases")
        return 2**0.5 * torch.cos(functional.conv2d(x, directions[:, :, None, None]) + phases.view(-1, 1, 1))


class PixelHead(nn.Module):
    """Linear, kernel or MLP classifier of each place."""

    def __init__(self, config: TunedConfig, channels: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(channels))
        self.register_buffer("spread", torch.ones(channels))
        # All of a head's inputs together weigh as much, however many they are: few labels must not drown in tokens.
        self._gain = min(1.0, (len(GRID_NM) / channels) ** 0.5)
        kind = "mlp" if config.head == "upernet" else config.head
        last = nn.Conv2d({"linear": channels, "kernel": KERNEL_FEATURES, "mlp": HIDDEN}[kind], config.classes, 1)
        nn.init.zeros_(last.weight)
        body: dict[str, Sequence[nn.Module]] = {
            "linear": (), "kernel": (KernelFeatures(channels, KERNEL_FEATURES),),
            "mlp": (nn.Conv2d(channels, HIDDEN, 1), nn.GELU())}
        self.layers = nn.Sequential(nn.Dropout2d(dropout), *body[kind], last)

    def calibrate(self, batches: Sequence[Tensor]) -> None:
        """Standardise what comes in by the mean and the spread of these, (B, channels, h, w) each."""
        x = torch.cat([m.detach().movedim(1, -1).flatten(0, -2) for m in batches])
        missing = ~torch.isfinite(x).all(0)
        x = torch.where(missing, 0, x)
        self.get_buffer("centre").copy_(x.mean(0))
        # What the training scene lacks must not count in another.
        self.get_buffer("spread").copy_(torch.where(missing, 1e6, x.std(0).clamp(min=1e-3)))

    def last_inputs(self, x: Tensor) -> Tensor:
        """(B, channels, h, w), NaN for what is missing -> (B, features, h, w) that the last layer takes."""
        x = (x - self.get_buffer("centre").view(-1, 1, 1)) / self.get_buffer("spread").view(-1, 1, 1)
        return self.layers[:-1](torch.nan_to_num(x) * self._gain)

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, h, w), NaN for what is missing -> logits (B, classes, h, w)."""
        return self.layers[-1](self.last_inputs(x))


class PyramidHead(nn.Module):
    """UPerNet (Xiao et al. 2018) on four feature maps."""

    def __init__(self, config: TunedConfig, dim: int) -> None:
        super().__init__()
        self.neck = Neck(dim, PYRAMID_DIM)
        self.decoder = UPerNetDecoder(PYRAMID_DIM, SEGMENTATION_DIM)
        self.last = nn.Conv2d(SEGMENTATION_DIM, config.classes, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(cast(Tensor, self.last.bias))

    def forward(self, maps: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Four maps (B, E, h, w) -> logits (B, classes, *size)."""
        rows, cols = maps[0].shape[2:]
        if min(rows, cols) < 2:
            raise ModelError(f"An image of {rows} x {cols} patches is too small for UPerNet.",
                             "Use a linear, kernel or mlp head for such small scenes.")
        step = int(NECK_SCALES[0])
        return resize(self.last(self.decoder(self.neck(maps), (rows * step, cols * step))), size)


class TunedNet(nn.Module):
    """Encoder and head.

    Raises:
        ModelError: UPerNet is wanted on an encoder that does not give four feature maps.
    """

    def __init__(self, encoder: Encoder, config: TunedConfig) -> None:
        super().__init__()
        self.encoder, self.config = encoder, config
        count = encoder.config.groups if isinstance(encoder, SpectralGptEncoder) else len(encoder.config.feature_layers)
        dim = encoder.config.embed_dim
        if config.head == "upernet" and count != len(NECK_SCALES):
            raise ModelError(f"UPerNet needs {len(NECK_SCALES)} feature maps, this encoder gives {count}.",
                             "Choose another head, or other weights.")
        self.head = PyramidHead(config, dim) if config.head == "upernet" else \
            PixelHead(config, dim * count, TOKEN_DROPOUT)
        self.spectral_head = PixelHead(config, len(GRID_NM))

    @property
    def patch_px(self) -> int:
        """Side of a patch in pixels."""
        return self.encoder.config.patch_px

    def maps(self, images: Tensor, spectral: SpectralInput | None, gsd_m: float) -> list[Tensor]:
        """Prepared images (B, bands, rows, cols) -> layer-normed maps (B, E, ceil(rows / patch), ceil(cols / patch)).

        Args:
            images: as the embedder of the encoder's family prepares them.
            spectral: metadata of the bands; SpectralGPT needs none.
            gsd_m: ground sampling distance in metres.
        """
        if isinstance(self.encoder, SpectralGptEncoder):
            padded = pad_to_patches(images, self.patch_px)
            grid = (padded.shape[2] // self.patch_px, padded.shape[3] // self.patch_px)
            tokens = self.encoder(padded).unflatten(1, (self.encoder.config.groups, *grid))
            found = list(tokens.movedim(-1, 2).unbind(1))
        else:
            assert spectral is not None  # nosec B101  # for the type checker
            found = self.encoder(images, spectral, gsd_m).features
        return [functional.layer_norm(m.float().movedim(1, -1), m.shape[1:2]).movedim(-1, 1) for m in found]

    def look(self, images: Tensor, wavelength_nm: Tensor, spectral: SpectralInput | None, gsd_m: float) -> Look:
        """See `maps`; ``wavelength_nm`` (bands,) of the images."""
        return Look(tuple(self.maps(images, spectral, gsd_m)), on_grid(images.float(), wavelength_nm))

    def calibrate(self, looks: Sequence[Look]) -> None:
        """Set the heads to the mean and the spread of what they will see."""
        self.spectral_head.calibrate([look.spectrum for look in looks])
        if isinstance(self.head, PixelHead):
            self.head.calibrate([torch.cat(look.layers, dim=1) for look in looks])

    def last_inputs(self, look: Look) -> list[Tensor]:
        """(B, features, rows, cols) that the last layers of the heads of single places take at each pixel.

        First that of the spectra, then that of the tokens unless UPerNet reads these.
        """
        rows, cols = look.spectrum.shape[2:]
        found = [self.spectral_head.last_inputs(look.spectrum)]
        if isinstance(self.head, PixelHead):
            coarse = self.head.last_inputs(torch.cat(look.layers, dim=1))
            padded = (coarse.shape[2] * self.patch_px, coarse.shape[3] * self.patch_px)
            found.append(resize(coarse, padded)[:, :, :rows, :cols])
        return found

    def last_layers(self) -> list[nn.Conv2d]:
        """The layers that take `last_inputs`."""
        heads = [head for head in (self.spectral_head, self.head) if isinstance(head, PixelHead)]
        return [cast(nn.Conv2d, head.layers[-1]) for head in heads]

    @torch.no_grad()
    def flatten(self, temperature: float) -> None:
        """Divide the logits by a temperature, for good: above 1 probabilities become less sure."""
        for layer in [*self.last_layers(), *([self.head.last] if isinstance(self.head, PyramidHead) else [])]:
            for parameter in layer.parameters():
                parameter.div_(temperature)

    def logits(self, look: Look) -> Tensor:
        """(B, classes, rows, cols): the class scores of tokens, enlarged to pixels, and those of the spectra."""
        padded = (look.layers[0].shape[2] * self.patch_px, look.layers[0].shape[3] * self.patch_px)
        coarse = self.head(look.layers, padded) if isinstance(self.head, PyramidHead) else \
            resize(self.head(torch.cat(look.layers, dim=1)), padded)
        rows, cols = look.spectrum.shape[2:]
        return coarse[:, :, :rows, :cols] + self.spectral_head(look.spectrum)
