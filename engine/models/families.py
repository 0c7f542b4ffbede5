"""The kinds of encoder a weights file can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
from torch import Tensor

from ..errors import ModelError
from .specaware.config import SpecAwareConfig
from .specaware.encoder import SpecAwareEncoder
from .specaware.meta import attribute_vectors
from .spectralgpt.config import SpectralGptConfig
from .spectralgpt.encoder import SpectralGptEncoder

Encoder = SpecAwareEncoder | SpectralGptEncoder
# Largest sizes accepted: bounds what a hostile file can make us build.
SPECTRALGPT_LIMITS = {name: limit for limit, names in {
    64: ("patch_px", "depth", "heads", "decoder_depth", "decoder_heads"), 1024: ("bands", "bands_per_token"),
    4096: ("image_px", "embed_dim", "decoder_dim")}.items() for name in names}


@dataclass(frozen=True)
class Family:
    """One kind of encoder.

    Attributes:
        name: ``specaware`` or ``spectralgpt``.
        format: name in the header of its weights files.
        config: architecture from JSON values; raises `ModelError`.
        build: encoder of an architecture, and its class.
    """

    name: str
    format: str
    config: Callable[[Mapping[str, Any]], Any]
    build: type[Encoder]

    def expected(self, config: Any) -> dict[str, Tensor]:
        """Names and shapes of an encoder's weights, without memory for them: a file may name a huge architecture."""
        attribute_vectors()  # its cached constants must not be made on the meta device
        with torch.device("meta"):
            return self.build(config).state_dict()


def spectralgpt_config(values: Mapping[str, Any]) -> SpectralGptConfig:
    """Architecture of a SpectralGPT from JSON values.

    Raises:
        ModelError: unknown names, wrong types or sizes no model of ours has.
    """
    known: dict[str, Any] = {f.name: f.default for f in fields(SpectralGptConfig)}
    plain: dict[str, Any] = {}
    for name, value in values.items():
        value = float(value) if name == "mlp_ratio" and type(value) is int else value
        if name not in known or type(value) is not type(known[name]):
            raise ModelError(f"The model's architecture has {str(name)[:40]} = {str(value)[:60]!r}.",
                             "The file is damaged or comes from a newer version.")
        if value > SPECTRALGPT_LIMITS.get(name, value) or (name == "mlp_ratio" and not 0 < value <= 8):
            raise ModelError(f"The model's architecture is impossible: {name} = {value}.", "The file is damaged.")
        plain[name] = value
    return SpectralGptConfig(**plain)


SPECAWARE = Family("specaware", "specaware-weights-1", SpecAwareConfig.from_dict, SpecAwareEncoder)
SPECTRALGPT = Family("spectralgpt", "spectralgpt-weights-1", spectralgpt_config, SpectralGptEncoder)
FAMILIES = {family.format: family for family in (SPECAWARE, SPECTRALGPT)}


def family_of(encoder: Encoder) -> Family:
    """The kind an encoder, or an autoencoder on top of it, is of."""
    return next(family for family in FAMILIES.values() if isinstance(encoder, family.build))


def architecture_of(encoder: Encoder) -> dict[str, Any]:
    """JSON values that the family's ``config`` reads back."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(encoder.config).items()}
