"""Architecture of a SpectralGPT model (specification sections 10 and 16)."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import ModelError

POSITIONS = ("separable", "joint")


@dataclass(frozen=True)
class SpectralGptConfig:
    """Sizes of encoder and decoder.

    Attributes:
        name: preset this came from, for messages.
        bands: bands C of an image, divisible by ``bands_per_token``.
        bands_per_token: neighbouring bands u that make a spectral group.
        patch_px: patch side p in pixels.
        image_px: side S of the square images the position tables are for.
        embed_dim: token width D.
        depth: number of encoder blocks.
        heads: attention heads of a block.
        mlp_ratio: hidden width of a block's MLP over its width.
        decoder_dim: token width E of the masked autoencoder's decoder.
        decoder_depth: its blocks.
        decoder_heads: its heads.
        positions: ``separable`` (a spatial and a spectral table, as pretrained) or ``joint`` (one table for all tokens,
            as in the authors' released classifier).
    """

    name: str = "custom"
    bands: int = 12
    bands_per_token: int = 3
    patch_px: int = 8
    image_px: int = 128
    embed_dim: int = 768
    depth: int = 12
    heads: int = 12
    mlp_ratio: float = 4.0
    decoder_dim: int = 512
    decoder_depth: int = 4
    decoder_heads: int = 16
    positions: str = "separable"

    def __post_init__(self) -> None:
        divisions = (("bands", "bands_per_token"), ("image_px", "patch_px"), ("embed_dim", "heads"),
                     ("decoder_dim", "decoder_heads"))
        for whole, part in divisions:
            value, by = getattr(self, whole), getattr(self, part)
            if by < 1 or value < 1 or value % by:
                raise ModelError(f"The model's architecture is impossible: {whole} = {value} is not divisible by "
                                 f"{part} = {by}.", "Check the model's settings.")
        if self.positions not in POSITIONS or self.depth < 1 or self.decoder_depth < 1 or self.mlp_ratio <= 0:
            raise ModelError(f"The model's architecture is impossible: positions {self.positions[:20]!r}, depths "
                             f"{self.depth} and {self.decoder_depth}, MLP ratio {self.mlp_ratio}.",
                             "Check the model's settings.")

    @property
    def groups(self) -> int:
        """Spectral groups T."""
        return self.bands // self.bands_per_token

    @property
    def grid_side(self) -> int:
        """Patches along a side of the image, g."""
        return self.image_px // self.patch_px

    @property
    def token_values(self) -> int:
        """Values V of a token: bands per token times pixels of a patch."""
        return self.bands_per_token * self.patch_px ** 2


PRESETS = {
    "spectralgpt-base": SpectralGptConfig(name="spectralgpt-base"),
    "spectralgpt-large": SpectralGptConfig(name="spectralgpt-large", embed_dim=1024, depth=24, heads=16),
    "spectralgpt-huge": SpectralGptConfig(name="spectralgpt-huge", embed_dim=1280, depth=32, heads=16),
}


@dataclass(frozen=True)
class DenseConfig:
    """Widths of the pyramid and of its decoder; the defaults are those of the published models.

    Attributes:
        hidden: widths after the first convolution of each of the four levels, finest first.
        out: widths of the four levels; ``hidden`` but where a transposed convolution narrows.
        neck: width of the pooling pyramid's and the decoder's outputs.
        pyramid_norm_groups: groups of the group normalisation in the pyramid.
        neck_norm_groups: the same in the pooling pyramid and the decoder.
        dropout: share of values dropped while training.
    """

    hidden: tuple[int, int, int, int] = (512, 512, 1024, 2048)
    out: tuple[int, int, int, int] = (256, 512, 1024, 2048)
    neck: int = 256
    pyramid_norm_groups: int = 32
    neck_norm_groups: int = 16
    dropout: float = 0.5
