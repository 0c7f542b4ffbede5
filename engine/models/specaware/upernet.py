"""UPerNet segmentation on SpecAware features (specification section 12; Xiao et al. 2018). Published names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...errors import ModelError
from ..resampled_conv import resampled_conv, resize
from .config import SpecAwareConfig
from .encoder import DEFAULT_GSD_M, SpecAwareEncoder, pad_to_patches
from .spectral_input import SpectralInput

NECK_SCALES = (4.0, 2.0, 1.0, 0.5)
POOL_SIDES = (1, 2, 3, 6)


@dataclass(frozen=True)
class UPerNetConfig:
    """Sizes of the segmentation model.

    Attributes:
        encoder: architecture of the encoder, with four feature layers.
        classes: channels of the result.
        pyramid_dim: channels P of the feature pyramid, divisible by 4.
        segmentation_dim: channels S before the last layer.
    """

    encoder: SpecAwareConfig
    classes: int
    pyramid_dim: int = 256
    segmentation_dim: int = 64

    def __post_init__(self) -> None:
        if len(self.encoder.feature_layers) != len(NECK_SCALES):
            raise ModelError(f"UPerNet needs {len(NECK_SCALES)} feature maps, not {len(self.encoder.feature_layers)}.",
                             "Choose four of the encoder's blocks as feature_layers.")
        if self.pyramid_dim % len(POOL_SIDES) or min(self.classes, self.pyramid_dim, self.segmentation_dim) < 1:
            raise ModelError(f"A UPerNet with {self.classes} classes, {self.pyramid_dim} pyramid and "
                             f"{self.segmentation_dim} segmentation channels is impossible.",
                             "All must be positive, the pyramid's divisible by 4.")


def conv_norm_relu(inputs: int, outputs: int) -> nn.Sequential:
    """1 x 1 convolution without bias, batch normalisation, ReLU."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class EnlargingConv(nn.Conv2d):
    """3 x 3 convolution of an enlarged map."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 3, padding=1)

    def enlarged(self, x: Tensor, size: tuple[int, int]) -> Tensor:
        """(B, P, h, w) -> (B, S, *size), see `resampled_conv`."""
        return resampled_conv([x], self.weight, size) + self.bias.view(-1, 1, 1)  # type: ignore[union-attr]


class Neck(nn.Module):
    """A pyramid of four sizes from four maps of one size: 1 x 1, resize, 3 x 3; no activation."""

    def __init__(self, inputs: int, dim: int) -> None:
        super().__init__()
        self.lateral_convs = nn.ModuleList(nn.Conv2d(inputs, dim, 1) for _ in NECK_SCALES)
        self.convs = nn.ModuleList(EnlargingConv(dim, dim) for _ in NECK_SCALES)

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Four (B, E, Gh, Gw) -> (B, P, s Gh, s Gw) for s = 4, 2, 1, 1/2."""
        levels = []
        for feature, scale, lateral, conv in zip(features, NECK_SCALES, self.lateral_convs, self.convs, strict=True):
            x = lateral(feature)
            rows, cols = (int(side * scale) for side in feature.shape[2:])
            if scale < 1:  # of an odd side the last half cell is left out, as published: the step stays 1 / scale
                x = functional.interpolate(x, scale_factor=scale, mode="bilinear", recompute_scale_factor=False)
            levels.append(conv.enlarged(x, (rows, cols)))  # type: ignore[operator]
        return levels


class PyramidPooling(nn.Module):
    """The smallest map, joined by its averages over 1, 4, 9 and 36 parts."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        part = dim // len(POOL_SIDES)
        self.blocks = nn.ModuleList(nn.Sequential(nn.AdaptiveAvgPool2d(side), conv_norm_relu(dim, part))
                                    for side in POOL_SIDES)
        self.out_conv = conv_norm_relu(2 * dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        """(B, P, h, w) -> (B, P, h, w)."""
        size = (x.shape[2], x.shape[3])
        return self.out_conv(torch.cat([x] + [resize(block(x), size) for block in self.blocks], dim=1))


class TopDownStage(nn.Module):
    """One step to the next larger level."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.skip_conv = conv_norm_relu(dim, dim)

    def forward(self, x: Tensor, level: Tensor) -> Tensor:
        """Enlarge ``x`` to the level's size and add the level, projected."""
        return resize(x, (level.shape[2], level.shape[3])) + self.skip_conv(level)


class Bottleneck(nn.Sequential):
    """All levels enlarged, joined, 3 x 3 to S channels; rearranged, see `resampled_conv`."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())

    def join(self, levels: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Levels (B, P, h_i, w_i) -> (B, S, *size)."""
        return self[2](self[1](resampled_conv(levels, self[0].weight, size)))  # type: ignore[arg-type]


class UPerNetDecoder(nn.Module):
    """Pyramid pooling, top-down path, bottleneck."""

    def __init__(self, dim: int, outputs: int) -> None:
        super().__init__()
        self.psp = PyramidPooling(dim)
        self.fpn_stages = nn.ModuleList(TopDownStage(dim) for _ in NECK_SCALES[1:])
        self.fpn_bottleneck = Bottleneck(dim * len(NECK_SCALES), outputs)

    def pyramid(self, levels: Sequence[Tensor]) -> list[Tensor]:
        """Smallest level first: pooled, then added top-down to each larger one."""
        found = [self.psp(levels[-1])]
        for stage, level in zip(self.fpn_stages, reversed(levels[:-1]), strict=True):
            found.append(stage(found[-1], level))
        return found

    def forward(self, levels: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Four levels, largest first -> (B, S, *size)."""
        return self.fpn_bottleneck.join(self.pyramid(levels), size)


class SpecAwareUPerNet(nn.Module):
    """Encoder, neck, decoder and a 1 x 1 head."""

    def __init__(self, config: UPerNetConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = SpecAwareEncoder(config.encoder)
        self.neck = Neck(config.encoder.embed_dim, config.pyramid_dim)
        self.decoder = UPerNetDecoder(config.pyramid_dim, config.segmentation_dim)
        self.segmentation_head = nn.Sequential(nn.Conv2d(config.segmentation_dim, config.classes, 1))

    def forward(self, image: Tensor, spectral: SpectralInput,
                gsd_m: float | Sequence[float] | Tensor = DEFAULT_GSD_M) -> Tensor:
        """Segment images of one band count.

        Args:
            image: (B, C, H, W), see `SpecAwareEncoder.forward`; at least two patches high and wide.
            spectral: its metadata.
            gsd_m: ground sampling distance in metres, one or one per sample.

        Returns:
            (B, classes, H, W) logits.

        Raises:
            ModelError: the image is smaller than two patches.
        """
        rows, cols = image.shape[2:]
        if min(rows, cols) <= self.config.encoder.patch_px:
            raise ModelError(f"An image of {rows} x {cols} pixels is too small for UPerNet.",
                             f"Give at least {self.config.encoder.patch_px + 1} pixels a side.")
        padded = pad_to_patches(image, self.config.encoder.patch_px)
        features = self.encoder(padded, spectral, gsd_m).features
        logits = self.segmentation_head(self.decoder(self.neck(features), self.decoded_size(features[0])))
        return resize(logits, (padded.shape[2], padded.shape[3]))[:, :, :rows, :cols]

    def decoded_size(self, feature: Tensor) -> tuple[int, int]:
        """The decoder's size for maps (B, E, Gh, Gw): the padded image's if the patch is 4, 8 or 16 pixels wide."""
        factor = int(NECK_SCALES[0]) * max(1, self.config.encoder.patch_px // 4)
        return feature.shape[2] * factor, feature.shape[3] * factor
