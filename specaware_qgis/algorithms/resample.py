"""``specaware:resample``: a scene or a spectral library in the bands of another sensor."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterRasterDestination,
)

from ..compat import ADVANCED
from ..errors import EngineError
from ..i18n import tr
from ..marking import mark
from ..params import sensor_names
from .base import EngineAlgorithm

NO_SENSOR = "from a table of responses"
LIBRARIES = "GeoPackage (*.gpkg);;ENVI spectral library (*.sli);;CSV (*.csv)"
HELP = (
    "Turns a scene or a spectral library into the bands of another sensor, as if that sensor had looked at the same "
    "place: to compare two sensors, to use library spectra with an image, or to see what a multispectral sensor would "
    "have kept.\n\n"
    "Each new band is a weighted mean of the bands it overlaps. The weights follow the sensor's response: a bell curve "
    "of its width, or your own measured curves from a table. The width of the old bands is taken off, so nothing is "
    "smoothed twice. Where the new sensor is finer than the old one, values are interpolated; no detail is "
    "invented.\n\n"
    "Bands that the source does not cover stay empty and are flagged bad; the log counts them. The spatial resolution "
    "does not change.")
HELP_OF = {
    "INPUT": "An image, a product's file as in Convert sensor product, or a spectral library: .sli, .csv with a line a "
             "spectrum, or .gpkg with profiles as QGIS and the EnMAP-Box store them.",
    "TARGET": "The sensor whose bands are wanted. Its bands are taken as bell curves of the width on record.",
    "RESPONSES": "Instead of a sensor: a CSV table with the wavelength in the first column, the response of a band in "
                 "each further column, and a header line.",
    "SENSOR": "Sensor of the input; set it only if the file does not tell, or tells a wrong one.",
    "WAVELENGTHS": "Band table with the columns band, wavelength, fwhm and good, for an image without wavelengths.",
    "GSD": "Size of a pixel in metres, for an image without map coordinates.",
    "OUTPUT": "The resampled image, for an image.",
    "OUTPUT_LIBRARY": "The resampled spectra, for a spectral library: .gpkg, .sli or .csv.",
}


class ResampleAlgorithm(EngineAlgorithm):
    """Resample spectrally."""

    NAME, TITLE = "resample", mark("Resample to another sensor's bands")
    TAGS = ("hyperspectral", "spectral resampling", "response function", "srf", "library", "convolve", "sentinel-2",
            "landsat", "enmap")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    TARGET, RESPONSES, OUTPUT, OUTPUT_LIBRARY = "TARGET", "RESPONSES", "OUTPUT", "OUTPUT_LIBRARY"

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.addParameter(QgsProcessingParameterFile(self.INPUT, tr("Image or spectral library")))
        self.addParameter(QgsProcessingParameterEnum(
            self.TARGET, tr("Resample to the bands of"), [*sensor_names(), NO_SENSOR], defaultValue="Sentinel-2",
            usesStaticStrings=True))
        self.addParameter(QgsProcessingParameterFile(
            self.RESPONSES, tr("Or to bands with these responses (CSV)"), extension="csv", optional=True))
        self._add_overrides_of_input()
        self.addParameter(QgsProcessingParameterRasterDestination(
            self.OUTPUT, tr("Resampled image, for an image"), optional=True, createByDefault=True))
        self.addParameter(QgsProcessingParameterFileDestination(
            self.OUTPUT_LIBRARY, tr("Resampled library, for a library"), LIBRARIES, optional=True,
            createByDefault=False))
        for name, text in (("BANDS", "Bands"), ("SEEN_BANDS", "Bands that the source covers"),
                           ("SPECTRA", "Spectra or pixels")):
            self.addOutput(QgsProcessingOutputNumber(name, tr(text)))

    def _add_overrides_of_input(self) -> None:
        """Folded away and named so that nobody takes them for the sensor that is wanted."""
        self.add_overrides()
        for name, text in ((self.SENSOR, tr("Sensor of the input")), (self.LEVEL, tr("Processing level of the input"))):
            definition = self.parameterDefinition(name)
            definition.setDescription(text)
            definition.setFlags(definition.flags() | ADVANCED)

    def read(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The engine's parameters."""
        scene = self.scene_at(self.parameterAsFile(parameters, self.INPUT, context), parameters, context)
        responses = self.parameterAsFile(parameters, self.RESPONSES, context) or None
        target = self.parameterAsEnumString(parameters, self.TARGET, context)
        output = self.parameterAsFileOutput(parameters, self.OUTPUT_LIBRARY, context) \
            or self.parameterAsOutputLayer(parameters, self.OUTPUT, context)
        if not output:
            raise EngineError(tr("There is no output."), tr("Name a resampled image, or a resampled library."),
                              "bad-output")
        self._is_library = bool(self.parameterAsFileOutput(parameters, self.OUTPUT_LIBRARY, context))
        return {**scene.params(), "output": output, "to_responses": responses,
                "to_sensor": None if responses or target == NO_SENSOR else target}

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Run the job."""
        value = self.run_job("resample", feedback)
        feedback.pushInfo(tr("{} bands, {} of them covered by the source.").format(
            value["band_count"], value["seen_band_count"]))
        return {self.OUTPUT_LIBRARY if self._is_library else self.OUTPUT: value["output"],
                "BANDS": value["band_count"], "SEEN_BANDS": value["seen_band_count"], "SPECTRA": value["spectra"]}
