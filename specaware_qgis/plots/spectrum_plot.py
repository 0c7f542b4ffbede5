"""Spectra of several places, sensors and materials over one axis in nanometres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..i18n import tr
from ..spectral.spectra import Spectrum, continuum_removed
from .chart import Curve, Panel, grey_spans
from .stack import PlotStack

KEY = "spectra"
# More bands around the lines would hide each other.
SPREADS_UP_TO = 4


@dataclass(frozen=True, eq=False)
class Shown:
    """A spectrum with its colour; faint ones are only compared with."""

    spectrum: Spectrum
    color: str
    faint: bool = False


class SpectrumPlot(PlotStack):
    """One large panel."""

    def __init__(self, *, painter: bool = False) -> None:
        super().__init__((Panel(KEY, tr("Spectrum"), tr("Mean, and the spread over the pixels"), 7, from_zero=False),),
                         painter=painter)

    def show_spectra(self, shown: Sequence[Shown], without_continuum: bool = False) -> None:
        """Draw spectra; what is bad in all of them is grey."""
        few = sum(not found.faint for found in shown) <= SPREADS_UP_TO
        curves = [_curve(found, without_continuum, few) for found in shown]
        self.show_curves({KEY: curves}, _grey([found.spectrum for found in shown if not found.faint]))


def _curve(found: Shown, without_continuum: bool, with_spread: bool) -> Curve:
    spectrum = continuum_removed(found.spectrum) if without_continuum else found.spectrum
    values = np.where(spectrum.good, spectrum.values, np.nan)
    return Curve(spectrum.name, found.color, spectrum.wavelength_nm, values, spectrum.spread if with_spread else None,
                 faint=found.faint)


def _grey(spectra: Sequence[Spectrum]) -> list:
    """Gaps of the only sensor shown; with several, one's gap is where another measures."""
    if not spectra or any(len(s.good) != len(spectra[0].good) for s in spectra):
        return []
    return grey_spans(spectra[0].wavelength_nm, spectra[0].fwhm_nm, np.any([s.good for s in spectra], axis=0))
