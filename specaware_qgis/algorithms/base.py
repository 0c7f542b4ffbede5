"""What all algorithms share: names and help, parameters that several have, and running a job in the engine."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingUtils,
)
from qgis.PyQt.QtGui import QIcon

from .. import settings
from ..compat import ADVANCED, VECTOR_POINT, VECTOR_POLYGON
from ..connection import session
from ..errors import EngineError
from ..i18n import tr
from ..params import FROM_FILE, LEVELS, Labels, Scene, sensor_names
from ..paths import resource
from ..sources import raster_path
from .vectors import chosen_labels

# Of parameters that an algorithm has no other words for.
HELP_OF = {
    "SENSOR": "Set it only if the file does not tell the sensor, or tells a wrong one.",
    "LEVEL": "Set it only if the file does not tell: at-sensor radiance (L1) or surface reflectance (L2).",
    "WAVELENGTHS": "Band table with the columns band, wavelength, fwhm and good, for a raster without wavelengths.",
    "GSD": "Size of a pixel in metres, for a raster without map coordinates.",
    "DEVICE": "The graphics card where there is one, else the processor.",
}


class EngineAlgorithm(QgsProcessingAlgorithm):
    """An algorithm whose work is one job of the engine.

    ``prepareAlgorithm`` runs on the main thread and reads the layers; ``processAlgorithm`` only talks to the engine,
    and may therefore run on any thread.

    Attributes:
        NAME: id within the provider.
        TITLE: name in the toolbox, marked for translation.
        TAGS: words to find it by.
        ABOUT: help beside the dialog, marked for translation.
        ABOUT_OF: help of the parameters; others take theirs from `HELP_OF`.
        ICON: file of the icon.
    """

    INPUT, SENSOR, LEVEL, GSD, WAVELENGTHS = "INPUT", "SENSOR", "LEVEL", "GSD", "WAVELENGTHS"
    SEED, DEVICE, REPORT = "SEED", "DEVICE", "REPORT"
    NAME, TITLE, ABOUT, ICON = "", "", "", "specaware.svg"
    TAGS: ClassVar[tuple[str, ...]] = ()
    ABOUT_OF: ClassVar[Mapping[str, str]] = {}

    def name(self) -> str:
        """Id within the provider."""
        return self.NAME

    def displayName(self) -> str:
        """Name in the toolbox."""
        return tr(self.TITLE)

    def shortHelpString(self) -> str:
        """Help beside the dialog."""
        return tr(self.ABOUT)

    def tags(self) -> list[str]:
        """Words to find it by."""
        return list(self.TAGS)

    def createInstance(self) -> EngineAlgorithm:
        """A fresh copy."""
        return type(self)()

    def icon(self) -> QIcon:
        """The algorithm's icon."""
        return QIcon(str(resource("icons", self.ICON)))

    def initAlgorithm(self, config=None) -> None:
        """Declare the parameters and give each its help."""
        self.declare()
        for definition in self.parameterDefinitions():
            definition.setHelp(self.help_of(definition.name()))

    def declare(self) -> None:
        """Add the parameters and outputs."""
        raise NotImplementedError

    def help_of(self, parameter: str) -> str:
        """Help of a parameter, empty if there is none."""
        return tr(self.ABOUT_OF.get(parameter, HELP_OF.get(parameter, "")))

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

    def add_labels(self, name: str, text: str, field: str, field_text: str) -> None:
        """A layer of labelled polygons or points, which may be left out, and its class field."""
        self.addParameter(QgsProcessingParameterFeatureSource(
            name, text, [VECTOR_POLYGON, VECTOR_POINT], optional=True))
        self.addParameter(QgsProcessingParameterField(field, field_text, parentLayerParameterName=name, optional=True))

    def add_seed(self) -> None:
        """The seed, folded away."""
        self.add_advanced(QgsProcessingParameterNumber(
            self.SEED, tr("Seed of the random choices"), defaultValue=0, minValue=0, maxValue=2**31 - 1))

    def add_device(self) -> None:
        """Where to compute, folded away."""
        self.add_advanced(QgsProcessingParameterEnum(
            self.DEVICE, tr("Compute on"), list(settings.DEVICES), defaultValue=settings.device(),
            usesStaticStrings=True))

    def add_report(self, by_default: bool = True) -> None:
        """A report as a page or as JSON; ``by_default`` into a temporary file if no name is given."""
        self.addParameter(QgsProcessingParameterFileDestination(
            self.REPORT, tr("Report"), "HTML (*.html);;JSON (*.json)", optional=True, createByDefault=by_default))

    def add_advanced(self, parameter: QgsProcessingParameterDefinition) -> None:
        """Add a parameter that is folded away."""
        parameter.setFlags(parameter.flags() | ADVANCED)
        self.addParameter(parameter)

    def prepareAlgorithm(self, parameters, context, feedback) -> bool:
        """Read layers and parameters on the main thread; layers that are not files are copied to files.

        A mistake is kept until ``processAlgorithm``, since only that one's exceptions reach the caller in full.
        """
        self._params, self._mistake, self._copies = {}, None, None
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

    def labels(self, parameters: dict[str, Any], name: str, field: str, context: QgsProcessingContext) -> Labels | None:
        """The labels chosen for the parameter ``name``, see `chosen_labels`; a copy lasts until the job has ended."""
        if self._copies is None:
            self._copies = Path(tempfile.mkdtemp(prefix="specaware", dir=QgsProcessingUtils.tempFolder()))
        folder = self._copies / name.lower()
        folder.mkdir()
        return chosen_labels(self, parameters, name, field, context, folder)

    def extent(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext,
               crs: QgsCoordinateReferenceSystem) -> list[float] | None:
        """x_min, y_min, x_max, y_max in a CRS; None if no rectangle was chosen."""
        if not parameters.get(name):
            return None
        box = self.parameterAsExtent(parameters, name, context, crs)
        return None if box.isNull() else [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]

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
        finally:
            if self._copies is not None:
                shutil.rmtree(self._copies, ignore_errors=True)


def present(outputs: dict[str, Any]) -> dict[str, Any]:
    """The outputs of a run that are there."""
    return {name: value for name, value in outputs.items() if value is not None}
