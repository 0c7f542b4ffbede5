"""Weights files: safetensors with the architecture and a model card in the header. Never pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..errors import ModelError
from .families import FAMILIES, SPECAWARE, Encoder, Family, architecture_of, family_of
from .files import file_hash, replacing
from .specaware.encoder import SpecAwareEncoder
from .vit import parameter_count

SUFFIX = ".safetensors"
MAX_FILE_BYTES = 4 * 1024 ** 3
MAX_CARD_CHARS = 1_000_000
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
        architecture: settings of the model's configuration; filled in on saving.
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
    """The card of a weights file, the types its weights are stored in, such as ``F16``, and the kind of its model."""

    card: WeightsCard
    dtypes: tuple[str, ...]
    family: Family


def default_weights_path() -> Path:
    """The bundled weights that are used unless told otherwise."""
    return Path(__file__).resolve().parents[2] / "resources" / f"specaware-pixel{SUFFIX}"


def save_weights(path: Path, encoder: Encoder, card: WeightsCard,
                 dtype: torch.dtype = torch.float16) -> None:
    """Write the encoder, in half precision unless told otherwise; the file appears only when it is complete.

    Raises:
        ModelError: a weight is not finite in that precision.
    """
    state = {name: value.detach().to("cpu", dtype).contiguous()
             for name, value in encoder.state_dict().items() if not name.startswith(DECODER_PREFIXES)}
    for name, value in state.items():
        _require_finite(name, value, path)
    header = asdict(card) | {"architecture": architecture_of(encoder), "sha256": "",
                             "parameters": sum(value.numel() for value in state.values())}
    with replacing(path) as partial:
        # One key: safetensors writes several in random order, and the same weights must give the same hash.
        save_file(state, partial, metadata={family_of(encoder).format: json.dumps(header, sort_keys=True)})


def load_weights(path: Path | None = None) -> tuple[SpecAwareEncoder, WeightsCard]:
    """Read a weights file, the bundled one if None, and check everything in it before using it.

    Returns:
        The encoder in float32 and evaluation mode, and its card.

    Raises:
        ModelError: not a weights file of ours, damaged, or with weights that are missing, unknown, of a wrong shape
            or not finite.
    """
    encoder, card = _load(default_weights_path() if path is None else Path(path), (SPECAWARE,))
    assert isinstance(encoder, SpecAwareEncoder)  # nosec B101  # for the type checker
    return encoder, card


def load_any(path: Path) -> tuple[Encoder, WeightsCard]:
    """The same for a file of whatever kind."""
    return _load(Path(path), tuple(FAMILIES.values()))


def _load(path: Path, families: Sequence[Family]) -> tuple[Encoder, WeightsCard]:
    """Read and check a file of one of these kinds."""
    _check_file(path)
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            family = _family(metadata, path, families)
            card = _read_card(metadata[family.format], path)
            config = family.config(card.architecture)
            _check_entries(file, family.expected(config), path)
            state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError) as error:
        raise _unreadable(path, error) from error
    for name, value in state.items():
        _require_finite(name, value, path)
    encoder = family.build(config)
    encoder.load_state_dict(state)
    return encoder.eval(), replace(card, parameters=parameter_count(encoder), sha256=file_hash(path))


def read_header(path: Path) -> WeightsHeader:
    """Card and precision of a weights file, without reading its weights.

    Raises:
        ModelError: not a weights file of ours, or damaged.
    """
    _check_file(path)
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            family = _family(metadata, path, tuple(FAMILIES.values()))
            card = _read_card(metadata[family.format], path)
            dtypes = {file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118 (not a dict)
            return WeightsHeader(card, tuple(sorted(dtypes)), family)
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


def _family(metadata: Mapping[str, str], path: Path, wanted: Sequence[Family]) -> Family:
    """The kind of model the header names."""
    family = next((f for f in FAMILIES.values() if f.format in metadata), None)
    if family is None:
        raise ModelError(f"{path.name} is not a SpecAware weights file (its header names {str(list(metadata))[:60]}).",
                         "Choose a file written by this program.")
    if family not in wanted:
        raise ModelError(f"{path.name} holds a model of the kind {family.format}, which cannot be used here.",
                         f"Choose one of the kind {' or '.join(f.format for f in wanted)}.")
    return family


def _read_card(text: str, path: Path) -> WeightsCard:
    """The card in the header; the texts of a foreign file are data, never paths or markup."""
    try:
        if len(text) > MAX_CARD_CHARS:
            raise ValueError(f"it has {len(text)} characters")
        values = json.loads(text)
        card = WeightsCard(**values | {"seen": tuple(str(s) for s in values["seen"])})
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ModelError(f"The model card in {path.name} cannot be read ({error}).",
                         "The file is damaged or comes from a newer version.") from error
    texts = (card.name, card.created_from, card.licence)
    if not all(isinstance(t, str) for t in texts) or not all(isinstance(m, dict)
                                                             for m in (card.architecture, card.training)):
        raise ModelError(f"The model card in {path.name} has values of a wrong type.", "The file is damaged.")
    return card


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
