"""Which field of a label layer names the classes, and what classes its values are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import LabelError
from ..raster.legend import ClassInfo, default_palette

MAX_CLASSES = 255
# Field names that tell the class, most telling first, written without underscores.
OBVIOUS = (
    ("class", "classname", "classlabel", "label", "labels", "landcover", "landuse", "lulc", "category"),
    ("classid", "classvalue", "classcode", "labelid", "cover", "covertype", "type", "code", "value"),
    ("name",),
    ("id",),
)
NAME_FIELDS = ("classname", "classlabel", "label", "labelname", "name", "landcover", "category")
ID_FIELDS = ("classid", "class", "classvalue", "classcode", "labelid", "code", "value", "id")
FIELD_HINT = "Choose the field that names the class (--class-field)."


@dataclass(frozen=True)
class FeatureClasses:
    """Class of each feature.

    Attributes:
        class_ids: (features,) class id, 0 for a feature without a class.
        classes: all classes of the layer, by id.
        notes: what was assumed.
    """

    class_ids: NDArray[np.uint8]
    classes: tuple[ClassInfo, ...]
    notes: tuple[str, ...]


def classes_of(fields: Mapping[str, NDArray[np.generic]], wanted: str | None) -> FeatureClasses:
    """Find the class field and turn its values into classes.

    Integers of 1 to 255 stay what they are; other values are numbered from 1 in sorted order. Where
    one field holds numbers and another the names that go with them, both are used.

    Args:
        fields: values of each field, one a feature.
        wanted: the field named by the user.

    Raises:
        LabelError: no such or no obvious field, or values that are not classes.
    """
    name = _choose_field(list(fields), wanted)
    values = [_value(item, name) for item in fields[name].tolist()]
    values = _as_numbers(values)
    distinct = sorted({value for value in values if value is not None})
    if not distinct:
        raise LabelError(f"The field {name!r} is empty for all features.", FIELD_HINT)
    if len(distinct) > MAX_CLASSES:
        raise LabelError(f"The field {name!r} has {len(distinct)} different values; {MAX_CLASSES} are the most.",
                         FIELD_HINT)
    are_numbers = isinstance(distinct[0], int)
    partner = _partner(fields, name, values, NAME_FIELDS if are_numbers else ID_FIELDS)
    names = [str(partner[v]) if partner and are_numbers else f"class {v}" if are_numbers else str(v) for v in distinct]
    numbers = distinct if are_numbers else [partner[v] for v in distinct] if partner else []
    ids, notes = _ids(numbers, len(distinct), name)
    lookup = dict(zip(distinct, ids, strict=True))
    class_ids = np.array([0 if v is None else lookup[v] for v in values], np.uint8)
    classes = sorted(default_palette(names, ids), key=lambda info: info.id)
    return FeatureClasses(class_ids, tuple(classes), notes)


def _ids(numbers: Sequence[int | str], count: int, field: str) -> tuple[list[int], tuple[str, ...]]:
    """Pixel values of the classes: their own numbers if those fit, else 1, 2, 3, ..."""
    own = [number for number in numbers if isinstance(number, int)]
    if len(own) == count and all(1 <= number <= MAX_CLASSES for number in own):
        return own, ()
    note = (f"The numbers in {field!r} run from {min(own)} to {max(own)}; classes are numbered from 1.",) if own else ()
    return list(range(1, count + 1)), note


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _choose_field(names: list[str], wanted: str | None) -> str:
    if not names:
        raise LabelError("The labels have no fields.", "Add a field with the class of each polygon or point.")
    listing = ", ".join(names)
    if wanted:
        matches = [n for n in names if n == wanted] or [n for n in names if n.lower() == wanted.lower()]
        if len(matches) != 1:
            raise LabelError(f"The labels have no field {wanted!r}; they have {listing}.", FIELD_HINT)
        return matches[0]
    if len(names) == 1:
        return names[0]
    for tier in OBVIOUS:
        matches = [name for name in names if _plain(name) in tier]
        if len(matches) == 1:
            return matches[0]
        if matches:
            break
    raise LabelError(f"It is not clear which field names the class: {listing}.", FIELD_HINT)


def _value(item: object, field: str) -> int | str | None:
    """A field's value as a class: whole number, text, or None if it is empty."""
    if item is None:
        return None
    if isinstance(item, float):
        if np.isnan(item):
            return None
        if not item.is_integer():
            raise LabelError(f"The field {field!r} holds fractions such as {item:g}, which are no classes.", FIELD_HINT)
        return int(item)
    if isinstance(item, int):
        return int(item)
    return str(item).strip() or None


def _as_numbers(values: list[int | str | None]) -> list[int | str | None]:
    """Text that consists of whole numbers only, as numbers."""
    texts = [value for value in values if isinstance(value, str)]
    if not texts or not all(t.isascii() and t.lstrip("-").isdigit() and len(t) < 12 for t in texts):
        return values
    return [int(value) if isinstance(value, str) else value for value in values]


def _partner(fields: Mapping[str, NDArray[np.generic]], name: str, values: list[int | str | None],
             candidates: Sequence[str]) -> dict[int | str, int | str] | None:
    """Names for numbers, or numbers for names, from another field that goes one to one with this one."""
    want = str if candidates is NAME_FIELDS else int
    for other in sorted((f for f in fields if f != name and _plain(f) in candidates),
                        key=lambda f: candidates.index(_plain(f))):
        try:
            partners = [_value(item, other) for item in fields[other].tolist()]
        except LabelError:
            continue
        pairs = {(v, p) for v, p in zip(values, partners, strict=True) if v is not None}
        mapping = {v: p for v, p in pairs if isinstance(p, want)}
        if len(mapping) == len(pairs) == len({p for _, p in pairs}):
            return mapping  # type: ignore[return-value]
    return None
