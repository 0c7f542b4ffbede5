"""What both kinds of saved models share: writing the file, and checking what a foreign header says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from ..errors import OutputError
from ..models.files import replacing
from ..raster.legend import ClassInfo

MAX_CARD_CHARS = 1_000_000
HEADER_KEY = "model"


def save_model_file(path: Path, save: Callable[..., None], tensors: Mapping[str, Any],
                    header: Mapping[str, Any]) -> None:
    """Write tensors and header; the file appears only when complete.

    Args:
        path: the file.
        save: ``save_file`` of safetensors, for the kind of tensors.
        tensors: by name.
        header: JSON values.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        with replacing(path) as partial:
            # One entry only: safetensors writes several in random order.
            save(tensors, partial, metadata={HEADER_KEY: json.dumps(header, sort_keys=True)})
    except (SafetensorError, OSError) as error:
        raise OutputError(f"The model cannot be written to {path.parent}: {error}.",
                          "Check the folder and the free space.") from error


def header_of(file: Any) -> dict[str, Any]:
    """The header of an open file, empty if it has none of ours; raises `ValueError` for one that cannot be ours."""
    text = (file.metadata() or {}).get(HEADER_KEY, "{}")
    require(len(text) <= MAX_CARD_CHARS, "its header is too long")
    found = json.loads(text)
    require(isinstance(found, dict), "its header is not an object")
    return found


def read_classes(values: Sequence[Mapping[str, Any]]) -> tuple[ClassInfo, ...]:
    """The classes of a header; raises `ValueError` for numbers or colours that are not possible."""
    classes = tuple(ClassInfo(int(c["id"]), str(c["name"]), tuple(int(v) for v in c["color"]))  # type: ignore[arg-type]
                    for c in values)
    ids = [c.id for c in classes]
    require(len(set(ids)) == len(ids) > 0 and all(0 < i < 256 for i in ids), "the class numbers are not possible")
    require(all(len(c.color) == 3 and all(0 <= v <= 255 for v in c.color) for c in classes),
            "the class colours are not possible")
    return classes


def require(condition: bool, what: str) -> None:
    """Raise `ValueError` unless the condition holds."""
    if not condition:
        raise ValueError(what)
