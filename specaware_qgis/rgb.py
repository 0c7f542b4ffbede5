"""Three bands as a picture, chosen by wavelength."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from qgis.core import (
    QgsContrastEnhancement,
    QgsMultiBandColorRenderer,
    QgsRasterDataProvider,
    QgsRasterLayer,
)

from . import pixels
from .marking import mark

# A band farther away shows something else than what the preset's name says.
REACH_NM = 60.0
SAMPLE_PX = 256
CUT_PERCENT = (2.0, 98.0)


@dataclass(frozen=True)
class Preset:
    """Wavelengths shown as red, green and blue."""

    key: str
    name: str
    about: str
    wavelengths_nm: tuple[float, float, float]


@dataclass(frozen=True)
class Limits:
    """Values shown as darkest and brightest."""

    low: float
    high: float


PRESETS = (
    Preset("natural", mark("Natural"), mark("As the eye sees it: 650, 550, 470 nm"), (650.0, 550.0, 470.0)),
    Preset("cir", mark("CIR"), mark("Colour infrared, vegetation in red: 860, 650, 550 nm"), (860.0, 650.0, 550.0)),
    Preset("swir", mark("SWIR"), mark("Short-wave infrared, soil, moisture and burns: 2200, 860, 650 nm"),
           (2200.0, 860.0, 650.0)),
)


def nearest_bands(bands: Sequence[dict[str, Any]], wavelengths_nm: Sequence[float],
                  reach_nm: float = REACH_NM) -> tuple[int, ...] | None:
    """Numbers of the usable bands nearest to wavelengths; None if one of them has no band within ``reach_nm``.

    Args:
        bands: the band table of an ``inspect`` result.
        wavelengths_nm: what to look for.
        reach_nm: how far a band may be.
    """
    good = [band for band in bands if band["good"]]
    found = []
    for wanted in wavelengths_nm:
        best = min(good, key=lambda band: abs(band["wavelength_nm"] - wanted), default=None)
        if best is None or abs(best["wavelength_nm"] - wanted) > reach_nm:
            return None
        found.append(int(best["band"]))
    return tuple(found)


def limits(provider: QgsRasterDataProvider, bands: Sequence[int]) -> list[Limits]:
    """Cumulative cut of a sample of each band; reads the file, so call it on another thread."""
    size = max(1, min(SAMPLE_PX, provider.xSize())), max(1, min(SAMPLE_PX, provider.ySize()))
    values = pixels.read(provider, bands, provider.extent(), *size)
    found = []
    for band in values:
        seen = band[np.isfinite(band)]
        low, high = (float(v) for v in np.percentile(seen, CUT_PERCENT)) if seen.size else (0.0, 1.0)
        found.append(Limits(low, high if high > low else low + 1.0))
    return found


def joined(stretch: Sequence[Limits]) -> list[Limits]:
    """The same limits for all bands, so that colours stay what they are; for reflectance, where white is white."""
    return [Limits(min(limit.low for limit in stretch), max(limit.high for limit in stretch))] * len(stretch)


def show(layer: QgsRasterLayer, bands: Sequence[int], stretch: Sequence[Limits]) -> None:
    """Draw three bands as red, green and blue."""
    provider = layer.dataProvider()
    renderer = QgsMultiBandColorRenderer(provider, *bands)
    setters = (renderer.setRedContrastEnhancement, renderer.setGreenContrastEnhancement,
               renderer.setBlueContrastEnhancement)
    for band, limit, put in zip(bands, stretch, setters):
        enhancement = QgsContrastEnhancement(provider.dataType(band))
        enhancement.setMinimumValue(limit.low)
        enhancement.setMaximumValue(limit.high)
        enhancement.setContrastEnhancementAlgorithm(
            QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum)
        put(enhancement)
    layer.setRenderer(renderer)
    layer.triggerRepaint()
    layer.emitStyleChanged()
