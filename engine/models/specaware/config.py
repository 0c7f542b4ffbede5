"""Architecture of a SpecAware model (specification section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ...errors import ModelError

SCALED, STANDARDISED = "scaled", "standardised"
INPUTS = (SCALED, STANDARDISED)
SUM, MEAN, INTEGRAL = BAND_REDUCTIONS = ("sum", "mean", "integral")


@dataclass(frozen=True)
class SpecAwareConfig:
    """Sizes of encoder and decoder.

    Attributes:
        name: preset this came from, for messages and cards.
        embed_dim: token width E, divisible by 4 and by ``heads``.
        depth: number of ViT blocks.
        heads: attention heads of a block.
        mlp_ratio: hidden width of a block's MLP over E.
        patch_px: patch side k in pixels.
        wv_planes: width w of the hypernetwork.
        rank: rank r of a band's factors U (E x r) and V (r x k^2).
        hyper_layers: layers of the transformer over the bands.
        hyper_heads: its heads.
        hyper_dropout: dropout in the hypernetwork while training.
        content_grid: side of the grid the content branch pools an image to.
        feature_layers: 0-based blocks whose outputs are feature maps.
        position_scale: factor on the GSD in the position embedding (1 in the published 8 px models;
            k/8 keeps the metric meaning for other patch sizes).
        position_gain: factor on the encoder's positions. At 1 they drown the differences between pixels that a
            pixel-wise map needs: random features of Indian Pines gave a macro-F1 of .24, at 0.1 of .61.
        decoder_step: distance of neighbouring patches in the decoder's positions, 0 to take it from the GSD like the
            encoder. A fixed one lets the decoder find a hidden patch's neighbours sooner.
        input_centre: subtracted from pixels before embedding, so that brightness common to all does not dominate.
        input: ``scaled`` pixels (reflectance, or radiance of one mean), or pixels ``standardised`` by each band's mean
            and spread in the scene, which takes away light, air and units; the content branch then sees the scene's
            statistics (see `scene_content`) in place of the tile.
        tile_px: side of the tiles it is made for.
        band_reduction: ``sum`` over bands (published); ``mean`` times ``reference_bands``, which keeps the size of a
            token independent of the band count; or ``integral``, a mean in which each band counts by the part of the
            spectrum that it stands for (see `SpectralInput.shares`), so that sensors which sample the same spectrum
            more or less densely, here or there, give like tokens.
        reference_bands: band count at which ``mean`` equals ``sum``.
        decoder_dim: token width of the masked autoencoder's decoder.
        decoder_depth: its blocks.
        decoder_heads: its heads.
        decoder_rank: rank of the factors of its output layer.
    """

    name: str = "custom"
    embed_dim: int = 768
    depth: int = 12
    heads: int = 12
    mlp_ratio: float = 4.0
    patch_px: int = 8
    wv_planes: int = 128
    rank: int = 64
    hyper_layers: int = 1
    hyper_heads: int = 4
    hyper_dropout: float = 0.1
    content_grid: int = 28
    feature_layers: tuple[int, ...] = (2, 5, 8, 11)
    position_scale: float = 1.0
    position_gain: float = 1.0
    decoder_step: float = 0.0
    input_centre: float = 0.0
    input: str = "scaled"
    tile_px: int = 64
    band_reduction: str = "sum"
    reference_bands: int = 100
    decoder_dim: int = 512
    decoder_depth: int = 8
    decoder_heads: int = 16
    decoder_rank: int = 64

    def __post_init__(self) -> None:
        _check(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SpecAwareConfig:
        """Read back what a weights file's card holds of it.

        Raises:
            ModelError: unknown names, wrong types or sizes no model of ours has.
        """
        known = {f.name: type(f.default) for f in fields(cls)}
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ModelError(f"The model's architecture has unknown settings: {', '.join(map(str, unknown))[:200]}.",
                             "The file may come from a newer version; update the plugin.")
        return cls(**{name: _plain(name, value, known[name]) for name, value in values.items()})


LARGEST = 1e30  # whole numbers of a file may be too large for a float


def _plain(name: str, value: Any, kind: type) -> Any:
    """Check one JSON value against the type of the field's default."""
    if kind is tuple and isinstance(value, list | tuple) and all(type(v) is int for v in value):
        return tuple(value)
    if kind is float and type(value) in (int, float) and abs(value) < LARGEST:
        return float(value)
    if type(value) is kind:
        return value
    raise ModelError(f"The model's architecture has {name} = {str(value)[:60]!r}, not a value of type {kind.__name__}.",
                     "The file is damaged or not one of ours.")


# Largest sizes accepted: bounds what a hostile weights file can make us allocate.
_LIMITS = {"embed_dim": 2048, "depth": 64, "heads": 64, "patch_px": 64, "wv_planes": 1024, "rank": 256,
           "hyper_layers": 8, "hyper_heads": 16, "content_grid": 64, "tile_px": 512, "reference_bands": 10_000,
           "decoder_dim": 2048, "decoder_depth": 64, "decoder_heads": 64, "decoder_rank": 256}


def _check(config: SpecAwareConfig) -> None:
    """Raise `ModelError` for sizes that do not fit together."""
    def refuse(what: str) -> None:
        raise ModelError(f"The model's architecture is impossible: {what}.", "The file is damaged or not one of ours.")

    for name, limit in _LIMITS.items():
        if not 1 <= getattr(config, name) <= limit:
            refuse(f"{name} = {getattr(config, name)} is not in 1..{limit}")
    for dim, heads in (("embed_dim", "heads"), ("decoder_dim", "decoder_heads"), ("wv_planes", "hyper_heads")):
        if getattr(config, dim) % getattr(config, heads) or getattr(config, dim) % 4:
            refuse(f"{dim} = {getattr(config, dim)} is not divisible by 4 and by {heads}")
    if not config.feature_layers or any(not 0 <= i < config.depth for i in config.feature_layers):
        refuse(f"feature_layers = {list(config.feature_layers)} with {config.depth} blocks")
    if config.band_reduction not in BAND_REDUCTIONS:
        refuse(f"band_reduction = {config.band_reduction[:20]!r}")
    if config.input not in INPUTS or config.tile_px % config.patch_px:
        refuse(f"input = {config.input[:20]!r} with tiles of {config.tile_px} px and patches of {config.patch_px} px")
    if not (0 < config.mlp_ratio <= 8 and 0 <= config.hyper_dropout < 1 and 0 < config.position_scale <= 64):
        refuse("mlp_ratio, hyper_dropout or position_scale out of range")
    if not (0 <= config.position_gain <= 10 and 0 <= config.decoder_step <= 100 and abs(config.input_centre) <= 10):
        refuse("position_gain, decoder_step or input_centre out of range")


PRESETS = {
    "specaware-base": SpecAwareConfig(name="specaware-base"),
    "specaware-large": SpecAwareConfig(name="specaware-large", embed_dim=1024, depth=24, heads=16,
                                       feature_layers=(5, 11, 17, 23)),
    # Ours: fine patches for pixel-wise maps, sized for a CPU.
    "specaware-small": SpecAwareConfig(name="specaware-small", embed_dim=192, depth=8, heads=3, patch_px=2, rank=16,
                                       hyper_dropout=0.0, content_grid=8, feature_layers=(1, 3, 5, 7),
                                       position_scale=0.25, position_gain=0.1, decoder_step=1.0, input_centre=0.25,
                                       band_reduction="mean", decoder_dim=128, decoder_depth=2, decoder_heads=2,
                                       decoder_rank=16),
    # Ours: a token a pixel, for maps from few labels.
    "specaware-pixel": SpecAwareConfig(name="specaware-pixel", embed_dim=64, depth=2, heads=2, patch_px=1, rank=8,
                                       hyper_dropout=0.0, content_grid=8, feature_layers=(1,), position_scale=0.125,
                                       position_gain=0.1, input=STANDARDISED, tile_px=16, band_reduction=INTEGRAL,
                                       decoder_dim=64, decoder_depth=1, decoder_heads=2, decoder_rank=8),
}
