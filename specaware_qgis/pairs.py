"""Two layers of one place: a first look at how they fit, and the parameters of what compares them."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsGeometry, QgsRasterLayer

from .i18n import tr
from .maptools.areas import DrawnArea
from .params import Scene

LITTLE_OVERLAP = 0.5


def overlap_share(before: QgsRasterLayer, after: QgsRasterLayer) -> float | None:
    """Share of the extent of ``before`` under the extent of ``after``; None if that cannot be told."""
    ours = QgsGeometry.fromRect(before.extent())
    theirs = DrawnArea.from_box(after.extent(), after.crs()).in_crs(before.crs())
    return ours.intersection(theirs).area() / ours.area() if theirs is not None and ours.area() > 0 else None


def blocker(before: QgsRasterLayer | None, after: QgsRasterLayer | None) -> str:
    """Why two layers cannot be compared, in words; empty if they can."""
    if before is None:
        return tr("Add two hyperspectral scenes of one place to begin.")
    if after is None:
        return tr("Add the scene of the other date.")
    if before.source() == after.source():
        return tr("Both layers show the same file. Choose scenes of two dates.")
    if overlap_share(before, after) == 0:
        return tr("The two scenes do not overlap.")
    return ""


def pair_params(before: Scene, after: Scene) -> dict[str, Any]:
    """The parameters that `pair` and `change` share."""
    found: dict[str, Any] = {}
    for date, scene in (("before", before), ("after", after)):
        params = scene.params()
        found[date] = params["image"]
        found |= {f"{date}_{name}": params[name] for name in ("sensor", "level", "wavelengths")}
    return found
