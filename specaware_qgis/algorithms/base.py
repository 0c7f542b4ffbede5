"""What all algorithms share: the scene's parameters, and running a job in the engine."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
)
from qgis.PyQt.QtGui import QIcon

from ..compat import ADVANCED
from ..connection import session
from ..errors import EngineError
from ..i18n import tr
from ..params import FROM_FILE, LEVELS, Scene, sensor_names
from ..paths import resource
from ..sources import raster_path


class EngineAlgorithm(QgsProcessingAlgorithm):
    """An algorithm whose work is one job of the engine.

    ``prepareAlgorithm`` runs on the main thread and reads the layers; ``processAlgorithm`` only talks to the engine,
    and may therefore run on any thread.
    """

    INPUT, SENSOR, LEVEL, GSD, WAVELENGTHS = "INPUT", "SENSOR", "LEVEL", "GSD", "WAVELENGTHS"
    ICON = "specaware.svg"

    def createInstance(self) -> EngineAlgorithm:
        """A fresh copy."""
        return type(self)()

    def icon(self) -> QIcon:
        """The algorithm's icon."""
        return QIcon(str(resource("icons", self.ICON)))

    def add_scene_parameters(self) -> None:
        """The image, and what the user may know better than its file."""
        self.addParameter(QgsProcessingParameterRasterLayer(self.INPUT, tr("Hyperspectral scene")))
        self.add_overrides()

    def add_overrides(self) -> None:
        """What the user may know better than the image's file."""
        self.addParameter(QgsProcessingParameterEnum(
            self.SENSOR, tr("Sensor"), [FROM_FILE, *sensor_names()], defaultValue=FROM_FILE, optional=True,
            usesStaticStrings=True))
        self.addParameter(QgsProcessingParameterEnum(
            self.LEVEL, tr("Processing level"), list(LEVELS), defaultValue=FROM_FILE, optional=True,
            usesStaticStrings=True))
        self.add_advanced(QgsProcessingParameterFile(
            self.WAVELENGTHS, tr("Wavelengths of the bands (CSV)"), extension="csv", optional=True))
        self.add_advanced(QgsProcessingParameterNumber(
            self.GSD, tr("Ground sampling distance (m)"), QgsProcessingParameterNumber.Type.Double, optional=True,
            minValue=0.0))

    def add_advanced(self, parameter: QgsProcessingParameterDefinition) -> None:
        """Add a parameter that is folded away."""
        parameter.setFlags(parameter.flags() | ADVANCED)
        self.addParameter(parameter)

    def prepareAlgorithm(self, parameters, context, feedback) -> bool:
        """Read layers and parameters on the main thread.

        A mistake is kept until ``processAlgorithm``, since only that one's exceptions reach the caller in full.
        """
        self._params, self._mistake = {}, None
        try:
            self._params = self.read(parameters, context)
        except EngineError as error:
            self._mistake = error
        return True

    def read(self, parameters: dict[str, Any], context) -> dict[str, Any]:
        """The engine's parameters; raises `EngineError` for a mistake."""
        raise NotImplementedError

    def scene(self, parameters: dict[str, Any], context) -> Scene:
        """The chosen image and overrides."""
        return self.scene_at(raster_path(self.parameterAsRasterLayer(parameters, self.INPUT, context)), parameters,
                             context)

    def scene_at(self, path: str, parameters: dict[str, Any], context) -> Scene:
        """An image by its path, and the chosen overrides."""
        gsd_m = self.parameterAsDouble(parameters, self.GSD, context) if parameters.get(self.GSD) is not None else None
        return Scene(
            path, self.parameterAsEnumString(parameters, self.SENSOR, context),
            self.parameterAsEnumString(parameters, self.LEVEL, context), gsd_m,
            self.parameterAsFile(parameters, self.WAVELENGTHS, context))

    def run_job(self, task: str, feedback: QgsProcessingFeedback) -> dict[str, Any]:
        """Run the job that was read and pass progress, log and cancelling through ``feedback``."""
        last = [""]

        def progress(fraction: float, message: str) -> None:
            feedback.setProgress(100 * fraction)
            if message and message != last[0]:
                last[0] = message
                feedback.setProgressText(message)

        def log(level: str, message: str) -> None:
            (feedback.pushWarning if level == "warning" else feedback.pushInfo)(message)

        try:
            if self._mistake is not None:
                raise self._mistake
            return session.run(task, self._params, progress, log, feedback.isCanceled)
        except EngineError as error:
            raise QgsProcessingException(error.text()) from None
