"""Weights files: safetensors with the architecture and a model card in the header. Never pickle."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..errors import ModelError
from .specaware.config import SpecAwareConfig
from .specaware.encoder import SpecAwareEncoder
from .specaware.meta import attribute_vectors
from .vit import parameter_count

FORMAT = "specaware-weights-1"
SUFFIX = ".safetensors"
MAX_FILE_BYTES = 4 * 1024 ** 3
STORED_DTYPES = ("F16", "BF16", "F32")
DECODER_PREFIXES = ("mask_token", "decoder_")  # an autoencoder's weights that are not the encoder's


@dataclass(frozen=True)
class WeightsCard:
    """What a weights file holds and where it came from.

    Attributes:
        name: of the model.
        created_from: how the weights were made, in a sentence.
        seen: data sets and scenes seen in training.
        training: summary of the training run: time, losses, settings.
        licence: of the weights.
        architecture: see `SpecAwareConfig.to_dict`; filled in on saving.
        parameters: number of parameters; filled in on saving.
        sha256: hash of the file; filled in on loading, empty in the file itself.
    """

    name: str
    created_from: str
    seen: tuple[str, ...]
    training: Mapping[str, Any]
    licence: str
    architecture: Mapping[str, Any]
    parameters: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class WeightsHeader:
    """The card of a weights file and the types its weights are stored in, such as ``F16``."""

    card: WeightsCard
    dtypes: tuple[str, ...]


def default_weights_path() -> Path:
    """The bundled weights of the small model."""
    return Path(__file__).resolve().parents[2] / "resources" / f"specaware-small{SUFFIX}"


def weights_hash(path: Path) -> str:
    """SHA-256 of the file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save_weights(path: Path, encoder: SpecAwareEncoder, card: WeightsCard,
                 dtype: torch.dtype = torch.float16) -> None:
    """Write the encoder, in half precision unless told otherwise; the file appears only when it is complete.

    Raises:
        ModelError: a weight is not finite in that precision.
    """
    state = {name: value.detach().to("cpu", dtype).contiguous()
             for name, value in SpecAwareEncoder.state_dict(encoder).items() if not name.startswith(DECODER_PREFIXES)}
    for name, value in state.items():
        _require_finite(name, value, path)
    header = asdict(card) | {"architecture": encoder.config.to_dict(), "sha256": "",
                             "parameters": sum(value.numel() for value in state.values())}
    partial = path.with_name(path.name + ".part")
    save_file(state, partial, metadata={"format": FORMAT, "card": json.dumps(header, sort_keys=True)})
    partial.chmod(0o644)  # safetensors makes it private
    os.replace(partial, path)


def load_weights(path: Path | None = None) -> tuple[SpecAwareEncoder, WeightsCard]:
    """Read a weights file, the bundled one if None, and check everything in it before using it.

    Returns:
        The encoder in float32 and evaluation mode, and its card.

    Raises:
        ModelError: not a weights file of ours, damaged, or with weights that are missing, unknown, of a wrong shape
            or not finite.
    """
    path = default_weights_path() if path is None else Path(path)
    _check_file(path)
    try:
        with safe_open(path, framework="pt") as file:
            card = _read_card(file.metadata() or {}, path)
            config = SpecAwareConfig.from_dict(card.architecture)
            _check_entries(file, expected_weights(config), path)
            state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError) as error:
        raise _unreadable(path, error) from error
    for name, value in state.items():
        _require_finite(name, value, path)
    encoder = SpecAwareEncoder(config)
    encoder.load_state_dict(state)
    return encoder.eval(), WeightsCard(**{**_as_fields(card), "parameters": parameter_count(encoder),
                                          "sha256": weights_hash(path)})


def read_header(path: Path) -> WeightsHeader:
    """Card and precision of a weights file, without reading its weights.

    Raises:
        ModelError: not a weights file of ours, or damaged.
    """
    _check_file(path)
    try:
        with safe_open(path, framework="pt") as file:
            card = _read_card(file.metadata() or {}, path)
            return WeightsHeader(card, tuple(sorted({file.get_slice(name).get_dtype() for name in file.keys()})))  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise _unreadable(path, error) from error


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise ModelError(f"There is no weights file {path}.", "Check the path, or leave it out for the bundled model.")
    if path.suffix != SUFFIX or path.stat().st_size > MAX_FILE_BYTES:
        raise ModelError(f"{path.name} is not a weights file of ours.", f"Choose a {SUFFIX} file this program wrote.")


def _unreadable(path: Path, error: Exception) -> ModelError:
    return ModelError(f"{path.name} cannot be read as a weights file ({error}).",
                      "The file is damaged or of another kind; get it again.")


def _as_fields(card: WeightsCard) -> dict[str, Any]:
    return {f.name: getattr(card, f.name) for f in fields(card)}


def _read_card(metadata: Mapping[str, str], path: Path) -> WeightsCard:
    """The card from the header; the texts of a foreign file are data, never paths or markup."""
    if metadata.get("format") != FORMAT:
        raise ModelError(f"{path.name} is not a SpecAware weights file (format {str(metadata.get('format'))[:60]!r}).",
                         "Choose a file written by this program.")
    try:
        values = json.loads(metadata["card"])
        card = WeightsCard(**values | {"seen": tuple(str(s) for s in values["seen"])})
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"The model card in {path.name} cannot be read ({error}).",
                         "The file is damaged or comes from a newer version.") from error
    texts = (card.name, card.created_from, card.licence)
    if not all(isinstance(t, str) for t in texts) or not all(isinstance(m, dict)
                                                             for m in (card.architecture, card.training)):
        raise ModelError(f"The model card in {path.name} has values of a wrong type.", "The file is damaged.")
    return card


def expected_weights(config: SpecAwareConfig) -> dict[str, Tensor]:
    """Names and shapes of an encoder's weights, without memory for them: the file may name a huge architecture."""
    attribute_vectors()  # its cached constants must not be made on the meta device
    with torch.device("meta"):
        return SpecAwareEncoder(config).state_dict()


def _check_entries(file: Any, expected: Mapping[str, Tensor], path: Path) -> None:
    """Names, shapes and types, from the header alone."""
    names = set(file.keys())
    for what, odd in (("lacks", set(expected) - names), ("has unknown", names - set(expected))):
        if odd:
            raise ModelError(f"{path.name} {what} {len(odd)} weights (first: {min(odd)[:80]!r}).",
                             "The file does not fit the architecture it names; get it again.")
    for name, tensor in expected.items():
        entry = file.get_slice(name)
        if tuple(entry.get_shape()) != tuple(tensor.shape) or entry.get_dtype() not in STORED_DTYPES:
            raise ModelError(f"The weight {name} in {path.name} is {entry.get_dtype()} {entry.get_shape()}, "
                             f"not floating point {list(tensor.shape)}.",
                             "The file does not fit the architecture it names; get it again.")


def _require_finite(name: str, value: Tensor, path: Path) -> None:
    if not bool(torch.isfinite(value).all()):
        raise ModelError(f"The weight {name} of {path.name} holds values that are not finite numbers.",
                         "The training diverged or the file is damaged.")
