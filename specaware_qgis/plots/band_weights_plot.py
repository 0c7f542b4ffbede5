"""Weights of the bands over wavelength, below the spectrum of the place."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..i18n import tr
from .chart import Curve, Panel, Span, grey_spans
from .stack import PlotStack

SPECTRUM, GAIN, RESPONSE, SHIFT, NEEDS = "spectrum", "gain", "response", "content_shift", "needs"
# Shown when no class is chosen: the most probable ones of the last place.
MOST_PROBABLE = 3
# The columns that the engine's own table has.
PER_BAND = (SPECTRUM, "spread", GAIN, RESPONSE, SHIFT)


@dataclass(frozen=True)
class Weighed:
    """A place and what the engine answered.

    Attributes:
        name, color: of the place.
        bands: band table of the image, in file order.
        place: an element of ``places`` of an ``explain`` result.
    """

    name: str
    color: str
    bands: list[dict[str, Any]]
    place: dict[str, Any]

    @property
    def order(self) -> np.ndarray:
        """Positions of the bands by rising wavelength."""
        return np.argsort([band["wavelength_nm"] for band in self.bands], kind="stable")

    def values(self, found: Sequence[float | None], only_good: bool = False) -> np.ndarray:
        """A list with a value a band as an array by rising wavelength; NaN for None, and for bad bands if asked."""
        values = np.array([np.nan if v is None else v for v in found], float)
        if only_good:
            values[[not band["good"] for band in self.bands]] = np.nan
        return values[self.order]

    @property
    def wavelength_nm(self) -> np.ndarray:
        """Centres, rising."""
        return np.array([band["wavelength_nm"] for band in self.bands])[self.order]


def panels() -> tuple[Panel, ...]:
    """The panels from top to bottom."""
    return (
        Panel(SPECTRUM, tr("Spectrum"), tr("What the sensor measured; of a box the mean and the spread"), 3,
              from_zero=False),
        Panel(GAIN, tr("Gain"), tr("Share of the embedding's weight that a band gets before its values are seen"), 2,
              percent=True, brief=tr("the weight it is given")),
        Panel(RESPONSE, tr("Response"), tr("Share of what really reaches the model at this place"), 2, percent=True,
              brief=tr("what counts here")),
        Panel(SHIFT, tr("Content shift"),
              tr("How much the image content changed the band's weights; 0: not at all"), 2, decimals=4,
              brief=tr("what the image changed")),
        Panel(NEEDS, tr("Class needs"),
              tr("What the class' probability loses when the bands around are replaced by their local mean"), 2,
              percent=True, legend=True),
    )


class BandWeightsPlot(PlotStack):
    """Several places in their colours; with a trained model also what its classes need."""

    def __init__(self, *, painter: bool = False) -> None:
        super().__init__(panels(), painter=painter)
        self.set_panel_visible(NEEDS, False)

    def show_places(self, places: Sequence[Weighed], class_name: str = "") -> None:
        """Draw the places.

        Args:
            places: the last one is drawn on top.
            class_name: whose needs to compare; empty for the most probable classes of the last place.
        """
        curves: dict[str, list[Curve]] = {key: [] for key in self.panels}
        for found in places:
            for key in (SPECTRUM, GAIN, RESPONSE, SHIFT):
                curves[key].append(_curve(found, key, alone=len(places) == 1))
        curves[NEEDS] = _needs(places, class_name)
        if bool(curves[NEEDS]) == self._widgets[NEEDS].isHidden():
            self.set_panel_visible(NEEDS, bool(curves[NEEDS]))
        self.show_curves(curves, _grey(places))


def _curve(found: Weighed, key: str, alone: bool) -> Curve:
    measured = key == SPECTRUM
    spread = found.values(found.place["spread"], True) if measured and found.place["pixels"] > 1 else None
    return Curve(found.name, found.color, found.wavelength_nm, found.values(found.place[key], measured), spread,
                 filled=alone and not measured)


def _needs(places: Sequence[Weighed], class_name: str) -> list[Curve]:
    if class_name:
        return [_need(found, need, found.color) for found in places for need in found.place["classes"]
                if need["name"] == class_name]
    last = places[-1] if places else None
    best = last.place["classes"][:MOST_PROBABLE] if last is not None else []
    return [_need(last, need, "#{:02x}{:02x}{:02x}".format(*need["color"])) for need in best]


def _need(found: Weighed, need: dict[str, Any], color: str) -> Curve:
    name = f"{need['name']} ({need['score']:.0%})"
    return Curve(name, color, found.wavelength_nm, found.values(need["drop"]), steps=True)


def _grey(places: Sequence[Weighed]) -> list[Span]:
    """What is bad in the scene of the last place; other scenes' gaps would only confuse."""
    if not places:
        return []
    bands = places[-1].bands
    return grey_spans(*([band[key] for band in bands] for key in ("wavelength_nm", "fwhm_nm", "good")))


def to_csv(places: Sequence[Weighed]) -> str:
    """A row for each place and band, in the columns of the engine's own table."""
    classes = {need["id"]: need["name"] for found in places for need in found.place["classes"]}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["place", "x", "y", "band", "wavelength_nm", "fwhm_nm", "good", "reason", *PER_BAND,
                     *(f"drop {classes[number]}" for number in sorted(classes))])
    for number, found in enumerate(places, 1):
        place, drops = found.place, {need["id"]: need["drop"] for need in found.place["classes"]}
        columns = [place[key] for key in PER_BAND] + [drops.get(k, [None] * len(found.bands)) for k in sorted(classes)]
        for i, band in enumerate(found.bands):
            writer.writerow([number, place["x"], place["y"], band["band"], band["wavelength_nm"], band["fwhm_nm"],
                             int(band["good"]), band["reason"],
                             *("" if column[i] is None else column[i] for column in columns)])
    return text.getvalue()
