"""The Processing provider."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .algorithms.band_weights import BandWeightsAlgorithm
from .algorithms.classify import ClassifyAlgorithm
from .algorithms.convert import ConvertAlgorithm
from .algorithms.inspect import InspectAlgorithm
from .paths import resource


class SpecAwareProvider(QgsProcessingProvider):
    """All algorithms of SpecAware."""

    def loadAlgorithms(self) -> None:
        """Called by QGIS."""
        for algorithm in (BandWeightsAlgorithm, ClassifyAlgorithm, ConvertAlgorithm, InspectAlgorithm):
            self.addAlgorithm(algorithm())

    def id(self) -> str:
        """Prefix of the algorithms' ids."""
        return "specaware"

    def name(self) -> str:
        """What the toolbox shows."""
        return "SpecAware"

    def icon(self) -> QIcon:
        """The plugin's icon."""
        return QIcon(str(resource("icons", "specaware.svg")))
