"""Counts labels by class and warns of what will make a poor map. Runs on another thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from qgis.core import NULL, QgsFeatureSource, QgsRectangle, QgsSpatialIndex, QgsWkbTypes

from .i18n import tr

FEW_PX = 5
MAX_COMPARED = 3000


@dataclass
class Count:
    """Labels of one class: features, and about how many pixels of the scene they cover (None if not known)."""

    places: int = 0
    pixels: float | None = None


@dataclass(frozen=True)
class Counts:
    """Counts by class name, features without a class, and warnings in the user's language."""

    classes: dict[str, Count]
    nameless: int = 0
    warnings: list[str] = field(default_factory=list)


def count(source: QgsFeatureSource, class_index: int, pixel_area: float | None,
          is_cancelled: Callable[[], bool], scene: QgsRectangle | None = None) -> Counts:
    """Count what a layer holds.

    Args:
        source: thread-safe copy of the layer's features.
        class_index: number of the class field.
        pixel_area: area of the scene's pixel in the layer's units, None if the CRSs differ.
        is_cancelled: whether nobody wants to know any more.
        scene: extent of the scene in the CRS of the labels, None if it is not known.
    """
    classes: dict[str, Count] = {}
    nameless, outside, kept = 0, 0, []
    for feature in source.getFeatures():
        if is_cancelled():
            break
        value = feature.attribute(class_index)
        if value in (NULL, None, ""):
            nameless += 1
            continue
        found = classes.setdefault(str(value), Count(pixels=None if pixel_area is None else 0.0))
        found.places += 1
        outside += scene is not None and not feature.geometry().boundingBox().intersects(scene)
        if pixel_area is not None and feature.hasGeometry():
            is_area = feature.geometry().type() == QgsWkbTypes.GeometryType.PolygonGeometry
            found.pixels += feature.geometry().area() / pixel_area if is_area else 1
        if len(kept) <= MAX_COMPARED:
            kept.append(feature)
    overlaps = _overlaps(kept, class_index, is_cancelled) if len(kept) <= MAX_COMPARED else []
    return Counts(classes, nameless, [*_warnings(classes, nameless, outside), *overlaps])


def _warnings(classes: dict[str, Count], nameless: int, outside: int) -> list[str]:
    found = []
    if outside and outside == sum(c.places for c in classes.values()):
        found.append(tr("All labels lie outside the scene. Check the coordinate systems of both layers."))
    elif outside:
        found.append(tr("{} labels lie outside the scene and are not used.").format(outside))
    few = [name for name, c in classes.items() if c.pixels is not None and c.pixels < FEW_PX]
    once = [name for name, c in classes.items() if c.places == 1]
    if len(classes) == 1:
        found.append(tr("There is only one class; at least two are needed."))
    if few:
        found.append(tr("Few pixels: {}. Draw at least {} for each class.").format(", ".join(few), FEW_PX))
    if once:
        found.append(tr("In one place only: {}. Their accuracy cannot be measured; add a second place.").format(
            ", ".join(once)))
    if nameless:
        found.append(tr("{} features have no class and are not used.").format(nameless))
    return found


def _overlaps(features: list, class_index: int, is_cancelled: Callable[[], bool]) -> list[str]:
    """Pairs of classes that claim the same ground."""
    index = QgsSpatialIndex()
    by_id = {}
    for feature in features:
        if feature.hasGeometry():
            index.addFeature(feature)
            by_id[feature.id()] = feature
    pairs = set()
    for number, feature in by_id.items():
        if is_cancelled():
            break
        for other in index.intersects(feature.geometry().boundingBox()):
            one, two = str(feature.attribute(class_index)), str(by_id[other].attribute(class_index))
            if other > number and one != two and (pair := tuple(sorted((one, two)))) not in pairs \
                    and _share_ground(feature.geometry(), by_id[other].geometry()):
                pairs.add(pair)
    return [tr("Labels of {} and {} overlap.").format(*pair) for pair in sorted(pairs)]


def _share_ground(one, two) -> bool:
    """Common borders are no overlap; equal points are."""
    if one.type() == QgsWkbTypes.GeometryType.PolygonGeometry == two.type():
        return one.intersection(two).area() > 1e-6 * min(one.area(), two.area())
    return one.intersects(two)
