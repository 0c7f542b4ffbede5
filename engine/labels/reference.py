"""Reference points against a class map: classes matched by name, strata, and what was trained on refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ..errors import LabelError
from ..raster.legend import ClassInfo
from .classmap import ClassMap
from .labelset import LabelSet
from .read import VECTOR_SUFFIXES, file_of, layer_of, read_labels
from .stratified import ReferenceSample
from .vector import read_layer

STRATUM_FIELD, SIZE_FIELD = "stratum", "stratum_pixels"
NEAR_PX = 2
INDEPENDENT_HINT = "Assess with points that no training used, e.g. drawn with `sample --training`."


@dataclass(frozen=True)
class Reference:
    """A reference sample and what it stands for.

    Attributes:
        sample: strata, mapped and reference classes of the points.
        stratum_pixels: size of each stratum.
        classes: classes of map and reference, ids as in ``sample``.
        notes: what was assumed or left out, in sentences.
    """

    sample: ReferenceSample
    stratum_pixels: dict[int, int]
    classes: tuple[ClassInfo, ...]
    notes: tuple[str, ...]


def read_reference(path: str, found: ClassMap, class_field: str | None, layer: str | None,
                   training: LabelSet | None) -> Reference:
    """Read reference points over a map.

    Args:
        path: points (or polygons) with their true class.
        found: the map.
        class_field: field with the class; found by its name if None.
        layer: layer of a file with several.
        training: the labels the map was made from, on the map's grid.

    Raises:
        LabelError: not readable, no class in common with the map, no point on it, or points that were trained on.
    """
    labels = read_labels(path, found.grid, class_field, layer)
    notes = list(labels.notes)
    _check_independent(labels, found, path, training, notes)
    ids, classes = _match(labels, found, notes)
    mapped = found.values[labels.rows, labels.cols]
    strata, sizes = _strata(path, layer, labels, mapped, found)
    kept = (mapped > 0) & (strata > 0)
    if left := int((~kept).sum()):
        notes.append(f"{left} reference pixels lie where the map has no class and were left out.")
    if not kept.any():
        raise LabelError("No reference point lies on a classified pixel of the map.", "Check the place of the points.")
    if labels.kind != "points":
        notes.append("The reference holds areas, not points: their pixels are not independent, and the standard errors "
                     "are too small.")
    return Reference(ReferenceSample(strata[kept], mapped[kept].astype(int), ids[kept]), sizes, classes, tuple(notes))


def _check_independent(labels: LabelSet, found: ClassMap, path: str, training: LabelSet | None,
                       notes: list[str]) -> None:
    """Refuse what was trained on: accuracy there says nothing of the rest of the map."""
    if training is None:
        named = found.tags.get("SPECAWARE_LABELS")
        if named and named == Path(file_of(path)).name:
            raise LabelError(f"The map was trained on labels of this name ({named}).", INDEPENDENT_HINT)
        notes.append("Without the training labels it was not checked whether reference points were trained on"
                     + (f" (the map names {named})." if named else "."))
        return
    places, trained = (np.column_stack([s.rows, s.cols]) for s in (labels, training))
    gap = cKDTree(trained).query(places, p=np.inf)[0]
    if same := int((gap == 0).sum()):
        raise LabelError(f"{same} of {len(places)} reference pixels were trained on.", INDEPENDENT_HINT)
    if near := int((gap <= NEAR_PX).sum()):
        notes.append(f"{near} of {len(places)} reference pixels lie within {NEAR_PX} pixels of a training pixel: "
                     "the accuracy may be too high.")


def _match(labels: LabelSet, found: ClassMap, notes: list[str]) -> tuple[NDArray[np.intp], tuple[ClassInfo, ...]]:
    """Class of each point with the map's numbers; classes the map does not have get numbers above 255."""
    by_name = {_plain(info.name): info.id for info in found.classes}
    known = {info.id for info in found.classes}
    lookup: dict[int, int] = {}
    unknown: list[ClassInfo] = []
    for info in labels.classes:
        number = by_name.get(_plain(info.name))
        if number is None and info.name == f"class {info.id}" and info.id in known:
            number = info.id
        if number is None:
            number = 256 + len(unknown)
            unknown.append(ClassInfo(number, info.name, info.color))
        lookup[info.id] = number
    if len(unknown) == len(labels.classes):
        raise LabelError(f"The reference knows {_listing(labels.classes)}, the map {_listing(found.classes)}: no class "
                         "is common to both.", "Use the class names, or the numbers, of the map.")
    if unknown:
        notes.append(f"The map does not have these classes of the reference: {_listing(unknown)}.")
    return np.array([lookup[int(k)] for k in labels.class_ids], np.intp), (*found.classes, *unknown)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _listing(classes: tuple[ClassInfo, ...] | list[ClassInfo]) -> str:
    names = [info.name for info in classes[:8]]
    return ", ".join(names) + (", ..." if len(classes) > 8 else "")


def _strata(path: str, layer: str | None, labels: LabelSet, mapped: NDArray[np.uint8],
            found: ClassMap) -> tuple[NDArray[np.intp], dict[int, int]]:
    """Strata the points were drawn in, as ``sample`` wrote them; else the classes of the map."""
    by_map = mapped.astype(np.intp), found.pixels()
    file = Path(file_of(path))
    if file.suffix.lower() not in VECTOR_SUFFIXES:
        return by_map
    fields = read_layer(file, layer or layer_of(path)).fields
    if STRATUM_FIELD not in fields or SIZE_FIELD not in fields:
        return by_map
    try:
        strata = np.asarray(fields[STRATUM_FIELD], float)[labels.groups].astype(np.intp)
        sizes = np.asarray(fields[SIZE_FIELD], float)[labels.groups].astype(np.int64)
    except (ValueError, TypeError) as error:
        raise LabelError(f"The fields {STRATUM_FIELD!r} and {SIZE_FIELD!r} do not hold numbers throughout.",
                         "Restore them as `sample` wrote them, or delete both.") from error
    return strata, {int(k): int(sizes[strata == k].max()) for k in np.unique(strata)}
