"""Spectra of places: read from a layer, averaged, and prepared for comparison. For worker threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from qgis.core import QgsGeometry, QgsPoint, QgsPointXY, QgsRasterDataProvider, QgsRectangle, QgsWkbTypes

from .. import pixels
from ..errors import EngineCancelled, EngineError
from ..i18n import tr

# Larger areas are looked at in a regular sample of about so many pixels.
MAX_PIXELS = 40_000
POLYGON = QgsWkbTypes.GeometryType.PolygonGeometry


@dataclass(frozen=True, eq=False)
class Sensor:
    """The bands of a layer, in file order.

    Attributes:
        wavelength_nm, fwhm_nm: (n,) centres and widths.
        good: (n,) whether a band is usable.
        scales, offsets: (n,) bring what QGIS reads to physical units.
    """

    wavelength_nm: np.ndarray
    fwhm_nm: np.ndarray
    good: np.ndarray
    scales: np.ndarray
    offsets: np.ndarray


@dataclass(frozen=True, eq=False)
class Spectrum:
    """A spectrum by rising wavelength.

    Attributes:
        name: what it is called.
        wavelength_nm, fwhm_nm, good: (n,) of its bands.
        values: (n,) mean in physical units, NaN where there is none.
        spread: (n,) standard deviation, None for a single pixel.
        pixels: how many were averaged.
    """

    name: str
    wavelength_nm: np.ndarray
    fwhm_nm: np.ndarray
    good: np.ndarray
    values: np.ndarray
    spread: np.ndarray | None = None
    pixels: int = 1


def sensor_of(known: dict[str, Any], provider: QgsRasterDataProvider) -> Sensor:
    """The bands as an ``inspect`` result tells them; QGIS applies scale and offset of its own, which is taken out."""
    bands = known["bands"]
    shown = [(provider.bandScale(i) or 1.0, provider.bandOffset(i)) for i in range(1, len(bands) + 1)]
    own, moved = (np.array(part) for part in zip(*shown))
    scales, offsets = np.array(known.get("scales", own), float), np.array(known.get("offsets", moved), float)
    return Sensor(np.array([b["wavelength_nm"] for b in bands]), np.array([b["fwhm_nm"] for b in bands]),
                  np.array([b["good"] for b in bands], bool), scales / own, offsets - moved * scales / own)


def read_area(provider: QgsRasterDataProvider, sensor: Sensor, area: QgsGeometry,
              is_cancelled: Callable[[], bool]) -> np.ndarray:
    """The pixels whose middle lies inside an area, or the one at a point.

    Args:
        provider: made by `pixels.reader`.
        sensor: bands of the layer.
        area: points or polygons in the layer's CRS.
        is_cancelled: asked between bands.

    Returns:
        (bands, pixels) in physical units; none if the area is outside or holds no data.

    Raises:
        EngineCancelled: ``is_cancelled`` said so.
    """
    window = _window(provider, area)
    if window is None:
        return np.empty((len(sensor.good), 0))
    extent, cols, rows = window
    inside = _inside(area, extent, cols, rows)
    found = np.empty((len(sensor.good), int(inside.sum())))
    for i in range(len(found)):
        if is_cancelled():
            raise EngineCancelled
        found[i] = pixels.read(provider, (i + 1,), extent, cols, rows)[0][inside] * sensor.scales[i] + sensor.offsets[i]
    usable = found[sensor.good]
    with np.errstate(invalid="ignore"):
        # Exactly 0 in all bands is how files without a nodata value say that nothing was measured.
        return found[:, np.isfinite(usable).any(0) & ~(usable == 0).all(0)]


def _window(provider: QgsRasterDataProvider, area: QgsGeometry) -> tuple[QgsRectangle, int, int] | None:
    """Extent along the pixels around an area, and how many columns and rows to read of it."""
    whole, box = provider.extent(), area.boundingBox()
    width, height = whole.width() / provider.xSize(), whole.height() / provider.ySize()
    left, right = (int(np.floor((x - whole.xMinimum()) / width)) for x in (box.xMinimum(), box.xMaximum()))
    top, bottom = (int(np.floor((whole.yMaximum() - y) / height)) for y in (box.yMaximum(), box.yMinimum()))
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, provider.xSize() - 1), min(bottom, provider.ySize() - 1)
    if right < left or bottom < top:
        return None
    cols, rows = right - left + 1, bottom - top + 1
    extent = QgsRectangle(whole.xMinimum() + left * width, whole.yMaximum() - (bottom + 1) * height,
                          whole.xMinimum() + (right + 1) * width, whole.yMaximum() - top * height)
    step = max(1.0, (cols * rows / MAX_PIXELS) ** 0.5)
    return extent, max(int(cols / step), 1), max(int(rows / step), 1)


def _inside(area: QgsGeometry, extent: QgsRectangle, cols: int, rows: int) -> np.ndarray:
    """(rows, cols) whether the middle of a pixel is inside; a smaller area takes the pixel that holds it."""
    width, height = extent.width() / cols, extent.height() / rows
    inside = np.zeros((rows, cols), bool)
    if area.type() == POLYGON:
        engine = QgsGeometry.createGeometryEngine(area.constGet())
        engine.prepareGeometry()
        for row in range(rows):
            y = extent.yMaximum() - (row + 0.5) * height
            for col in range(cols):
                inside[row, col] = engine.contains(QgsPoint(extent.xMinimum() + (col + 0.5) * width, y))
    if not inside.any():
        points = [area.pointOnSurface().asPoint()] if area.type() == POLYGON else [
            QgsPointXY(vertex.x(), vertex.y()) for vertex in area.vertices()]
        for point in points:
            row, col = int((extent.yMaximum() - point.y()) / height), int((point.x() - extent.xMinimum()) / width)
            inside[min(max(row, 0), rows - 1), min(max(col, 0), cols - 1)] = True
    return inside


def average(name: str, sensor: Sensor, parts: Iterable[np.ndarray]) -> Spectrum:
    """Mean and spread of pixels, which may come in parts.

    Raises:
        EngineError: there is no pixel.
    """
    count, total, square, seen = 0.0, 0.0, 0.0, 0
    for part in parts:
        finite = np.isfinite(part)
        values = np.where(finite, part, 0.0)
        count, total, square = count + finite.sum(1), total + values.sum(1), square + (values**2).sum(1)
        seen += part.shape[1]
    if not seen:
        raise EngineError(tr("There is no data at {}.").format(name), tr("Choose a place inside the scene."), "no-data")
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / count
        spread = np.sqrt(np.maximum(square / count - mean**2, 0.0))
    order = np.argsort(sensor.wavelength_nm, kind="stable")
    return Spectrum(name, sensor.wavelength_nm[order], sensor.fwhm_nm[order], sensor.good[order], mean[order],
                    spread[order] if seen > 1 else None, seen)


def continuum_removed(spectrum: Spectrum) -> Spectrum:
    """Divide by the upper convex hull of the usable bands (Clark and Roush 1984). A spread says nothing then."""
    used = spectrum.good & np.isfinite(spectrum.values)
    x, y = spectrum.wavelength_nm[used], spectrum.values[used]
    hull: list[int] = []
    for i in range(len(x)):
        while len(hull) > 1 and _below(x, y, hull[-2], hull[-1], i):
            hull.pop()
        hull.append(i)
    continuum = np.interp(spectrum.wavelength_nm, x[hull], y[hull]) if hull else np.ones_like(spectrum.values)
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(used & (continuum > 0), 1 / continuum, np.nan)
    return replace(spectrum, values=spectrum.values * factor, spread=None)


def _below(x: np.ndarray, y: np.ndarray, a: int, b: int, c: int) -> bool:
    """Whether b lies on or below the line from a to c."""
    return (y[b] - y[a]) * (x[c] - x[a]) <= (y[c] - y[a]) * (x[b] - x[a])


def physical(known: dict[str, Any] | None) -> dict[str, Any]:
    """What ``inspect`` told of a layer; raises `EngineError` while that is not known."""
    if known is None:
        raise EngineError(tr("The wavelengths of the scene are not known yet."),
                          tr("Wait a moment, or look at the page Data."), "bad-raster")
    return known


def names_of(spectra: Sequence[Spectrum]) -> list[str]:
    """Names that differ, for files whose readers want that."""
    seen: dict[str, int] = {}
    found = []
    for spectrum in spectra:
        seen[spectrum.name] = seen.get(spectrum.name, 0) + 1
        found.append(spectrum.name if seen[spectrum.name] == 1 else f"{spectrum.name} ({seen[spectrum.name]})")
    return found
