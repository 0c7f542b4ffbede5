"""Renders a scene beside its class map, with legend and accuracy, through a QGIS print layout."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsContrastEnhancement,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsMultiBandColorRenderer,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsRectangle,
    QgsUnitTypes,
)
from qgis.PyQt.QtGui import QColor, QFont

WIDTH_MM, HEIGHT_MM, DPI = 300.0, 150.0, 150
MAP_MM, TOP_MM, LEFT_MM, GAP_MM = 112.0, 24.0, 8.0, 6.0
TRUE_COLOUR_NM, NEAR_INFRARED_NM = (650.0, 550.0, 470.0), (850.0, 650.0, 550.0)
REACH_NM = 40.0
MAX_CLASSES = 18


@dataclass(frozen=True)
class Picture:
    """The scene, its class map and the picture to make."""

    scene: Path
    classes: Path
    output: Path


def render(picture: Picture, inspected: dict[str, Any], report: dict[str, Any]) -> None:
    """Make the picture; starts and ends a QGIS application."""
    application = QgsApplication([], True)
    application.initQgis()
    project = QgsProject.instance()
    scene, classes = (QgsRasterLayer(str(p), p.stem) for p in (picture.scene, picture.classes))
    for layer in (scene, classes):
        project.addMapLayer(layer)
    project.setCrs(classes.crs())
    shown = composite(scene, inspected["bands"])
    style(classes, report["classes"])
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(WIDTH_MM, HEIGHT_MM))
    compose(layout, scene, classes, shown, report)
    # Not exportToImage: it tries to write a position into the PNG, which GDAL refuses with an error.
    if not QgsLayoutExporter(layout).renderPageToImage(0, dpi=DPI).save(str(picture.output)):
        raise RuntimeError(f"{picture.output} could not be written.")
    # QGIS 3.22 crashes on exit with live layers.
    del layout, scene, classes, layer
    project.clear()
    application.exitQgis()


def composite(layer: QgsRasterLayer, bands: list[dict[str, Any]]) -> str:
    """Show three bands chosen by wavelength; returns what they are."""
    good = [b for b in bands if b["good"]]
    name, near = "true colour", nearest(good, TRUE_COLOUR_NM)
    if not near:
        name, near = "colour infrared", nearest(good, NEAR_INFRARED_NM)
    if not near and len(good) >= 4:
        name, near = "false colour", [good[i * (len(good) // 4)] for i in (3, 2, 1)]
    if near:
        layer.setRenderer(QgsMultiBandColorRenderer(layer.dataProvider(), *(b["band"] for b in near)))
        name += f" ({' / '.join(format(b['wavelength_nm'], '.0f') for b in near)} nm)"
    layer.setContrastEnhancement(QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum,
                                 QgsRasterMinMaxOrigin.Limits.CumulativeCut)
    return name


def nearest(bands: list[dict[str, Any]], targets_nm: tuple[float, ...]) -> list[dict[str, Any]]:
    """The band nearest to each target, none at all if one has no band near."""
    found = [min(bands, key=lambda b, t=t: abs(b["wavelength_nm"] - t), default=None) for t in targets_nm]
    distances = [abs(b["wavelength_nm"] - t) for b, t in zip(found, targets_nm, strict=True) if b]
    return found if len(distances) == len(found) and max(distances) <= REACH_NM else []


def style(layer: QgsRasterLayer, classes: list[dict[str, Any]]) -> None:
    """The plugin's own style."""
    from specaware_qgis.results import style_class_map

    style_class_map(layer, classes)


def compose(layout: QgsPrintLayout, scene: QgsRasterLayer, classes: QgsRasterLayer, shown: str,
            report: dict[str, Any]) -> None:
    """Put title, two maps, legend and accuracy on the page."""
    image = report["image"]
    right, legend = LEFT_MM + MAP_MM + GAP_MM, LEFT_MM + 2 * (MAP_MM + GAP_MM)
    text(layout, f"Land cover from {image['bands_used']} bands", LEFT_MM, 6, 200, 16, bold=True)
    caption = TOP_MM - 6
    text(layout, f"{scene.name()}, {shown}", LEFT_MM, caption, MAP_MM, 9, "#555555")
    text(layout, "Land cover by SpecAware", right, caption, MAP_MM, 9, "#555555")
    extent = classes.extent()
    first = add_map(layout, scene, extent, LEFT_MM)
    add_map(layout, classes, extent, right)
    add_scale(layout, first)
    bottom = add_legend(layout, report["classes"], legend)
    add_accuracy(layout, report, legend, bottom + 6)


def add_map(layout: QgsPrintLayout, layer: QgsRasterLayer, extent: QgsRectangle, x_mm: float) -> QgsLayoutItemMap:
    """A square map of one layer."""
    item = QgsLayoutItemMap(layout)
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(x_mm, TOP_MM))
    item.attemptResize(QgsLayoutSize(MAP_MM, MAP_MM))
    item.setLayers([layer])
    item.setCrs(layer.crs())
    half = max(extent.width(), extent.height()) / 2
    centre = extent.center()
    item.setExtent(QgsRectangle(centre.x() - half, centre.y() - half, centre.x() + half, centre.y() + half))
    item.setFrameEnabled(True)
    item.setFrameStrokeColor(QColor("#999999"))
    item.setBackgroundColor(QColor("#f4f4f4"))
    return item


def add_scale(layout: QgsPrintLayout, linked: QgsLayoutItemMap) -> None:
    """A scale bar under the first map."""
    bar = QgsLayoutItemScaleBar(layout)
    bar.setStyle("Line Ticks Up")
    bar.setLinkedMap(linked)
    bar.applyDefaultSize(QgsUnitTypes.DistanceUnit.DistanceMeters)
    bar.setHeight(2)
    bar.setFont(QFont("DejaVu Sans", 7))
    bar.attemptMove(QgsLayoutPoint(LEFT_MM, TOP_MM + MAP_MM + 1))
    layout.addLayoutItem(bar)


def add_legend(layout: QgsPrintLayout, classes: list[dict[str, Any]], x_mm: float) -> float:
    """Swatch, name and share of each class, largest first; returns where it ends."""
    total = sum(c["pixels"] for c in classes) or 1
    y_mm = TOP_MM
    for found in sorted(classes, key=lambda c: -c["pixels"])[:MAX_CLASSES]:
        swatch = QgsLayoutItemShape(layout)
        swatch.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
        symbol = swatch.symbol().clone()
        symbol.setColor(QColor(*found["color"]))
        symbol.symbolLayer(0).setStrokeColor(QColor("#999999"))
        swatch.setSymbol(symbol)
        swatch.attemptMove(QgsLayoutPoint(x_mm, y_mm - 0.4))
        swatch.attemptResize(QgsLayoutSize(5, 3.6))
        layout.addLayoutItem(swatch)
        text(layout, f"{found['name']}  {found['pixels'] / total:.0%}", x_mm + 7, y_mm, 44, 8)
        y_mm += 5.4
    return y_mm


def add_accuracy(layout: QgsPrintLayout, report: dict[str, Any], x_mm: float, y_mm: float) -> None:
    """Macro-F1 of both, or that there is none."""
    validation = report.get("validation") or {}
    ours, theirs = validation.get("specaware"), validation.get("random_forest")
    if not ours:
        text(layout, "Accuracy was not assessed.", x_mm, y_mm, 50, 8, "#555555")
        return
    text(layout, f"macro-F1 {ours['macro_f1']:.2f}", x_mm, y_mm, 50, 14, bold=True)
    other = f"random forest {theirs['macro_f1']:.2f}" if theirs else ""
    text(layout, other, x_mm, y_mm + 7, 50, 9)
    text(layout, "spatial cross-validation,\nsame folds for both", x_mm, y_mm + 13, 50, 7, "#555555")


def text(layout: QgsPrintLayout, content: str, x_mm: float, y_mm: float, width_mm: float, size_pt: float,
         color: str = "#222222", bold: bool = False) -> None:
    """A label."""
    label = QgsLayoutItemLabel(layout)
    label.setText(content)
    label.setFont(QFont("DejaVu Sans", int(size_pt), QFont.Weight.Bold if bold else QFont.Weight.Normal))
    label.setFontColor(QColor(color))
    label.attemptMove(QgsLayoutPoint(x_mm, y_mm))
    label.attemptResize(QgsLayoutSize(width_mm, size_pt * 0.6 * (1 + content.count("\n"))))
    layout.addLayoutItem(label)
