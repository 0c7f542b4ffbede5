"""The pages of the dock, in their order in the rail."""

from __future__ import annotations

from .bands.page import BandsPage
from .change.page import ChangePage
from .classify.page import ClassifyPage
from .data.page import DataPage
from .engine.page import EnginePage
from .labels.page import LabelsPage
from .page import Page
from .scenes.page import ScenesPage
from .spectra.page import SpectraPage

PAGES: tuple[type[Page], ...] = (DataPage, LabelsPage, ClassifyPage, ChangePage, ScenesPage, BandsPage, SpectraPage,
                                EnginePage)
