"""The spectra that page Spectra shows, and how the project keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...maptools.place import Place
from ...plots.chart import COLORS
from ...spectral.spectra import Spectrum

MAX_SPECTRA = 24
ARRAYS = ("wavelength_nm", "fwhm_nm", "values", "spread")


@dataclass(frozen=True, eq=False)
class Item:
    """A spectrum of the page.

    Attributes:
        key: names it for as long as it lives.
        spectrum: what was measured.
        color: of its curve.
        source: name of the layer.
        place: where it was picked, None for those of features.
    """

    key: int
    spectrum: Spectrum
    color: str
    source: str
    place: Place | None = None


def free_color(items: Sequence[Item]) -> str:
    """The colour used least."""
    used = [item.color for item in items]
    return min(COLORS, key=lambda color: (used.count(color), COLORS.index(color)))


def to_state(item: Item) -> dict[str, Any]:
    """As JSON values."""
    spectrum = item.spectrum
    state: dict[str, Any] = {"name": spectrum.name, "color": item.color, "source": item.source,
                             "pixels": spectrum.pixels, "good": [int(good) for good in spectrum.good]}
    for name in ARRAYS:
        values = getattr(spectrum, name)
        state[name] = None if values is None else [float(f"{v:.6g}") if np.isfinite(v) else None for v in values]
    return state


def from_state(key: int, state: Any) -> Item | None:
    """Back from a project, which anybody may have written; None if it makes no sense."""
    if not isinstance(state, dict):
        return None
    try:
        waves, fwhm, values, spread = (None if state.get(name) is None else np.array(
            [np.nan if v is None else float(v) for v in state[name]]) for name in ARRAYS)
        good = np.array([bool(v) for v in state["good"]])
        sizes = {len(part) for part in (waves, fwhm, values, good)} | ({len(spread)} if spread is not None else set())
        if len(sizes) != 1 or not len(waves) or not np.isfinite(waves).all():
            return None
        spectrum = Spectrum(str(state["name"]), waves, fwhm, good, values, spread, int(state.get("pixels", 1)))
    except (KeyError, TypeError, ValueError):
        return None
    color = state.get("color")
    return Item(key, spectrum, color if isinstance(color, str) and color.startswith("#") else COLORS[0],
                str(state.get("source", "")))
