"""The Processing provider."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .algorithms.assess import AssessAlgorithm
from .algorithms.band_weights import BandWeightsAlgorithm
from .algorithms.change import ChangeAlgorithm
from .algorithms.classify import ClassifyAlgorithm
from .algorithms.convert import ConvertAlgorithm
from .algorithms.inspect import InspectAlgorithm
from .algorithms.resample import ResampleAlgorithm
from .algorithms.sample import SampleAlgorithm
from .algorithms.scene import SceneAlgorithm
from .algorithms.suggest import SuggestAlgorithm
from .algorithms.train import TrainAlgorithm
from .paths import resource


class SpecAwareProvider(QgsProcessingProvider):
    """All algorithms of SpecAware."""

    def loadAlgorithms(self) -> None:
        """Called by QGIS."""
        for algorithm in (AssessAlgorithm, BandWeightsAlgorithm, ChangeAlgorithm, ClassifyAlgorithm, ConvertAlgorithm,
                          InspectAlgorithm, ResampleAlgorithm, SampleAlgorithm, SceneAlgorithm, SuggestAlgorithm,
                          TrainAlgorithm):
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
