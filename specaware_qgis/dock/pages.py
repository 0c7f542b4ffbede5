"""The pages of the dock, in their order in the rail."""

from __future__ import annotations

from .bands import BandsPage
from .change import ChangePage
from .classify import ClassifyPage
from .data import DataPage
from .engine import EnginePage
from .labels import LabelsPage
from .page import Page
from .scenes import ScenesPage
from .spectra import SpectraPage

PAGES: tuple[type[Page], ...] = (DataPage, LabelsPage, ClassifyPage, ChangePage, ScenesPage, BandsPage, SpectraPage,
                                EnginePage)
