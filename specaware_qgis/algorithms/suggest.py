"""``specaware:suggest``: places worth labelling next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorDestination,
)

from ..errors import EngineError
from ..i18n import tr
from ..marking import mark
from .base import EngineAlgorithm

HELP = (
    "Names places whose labels would improve a land cover map most: places the map is unsure of, unlike what was "
    "labelled so far, and spread over the kinds of doubt and over the scene.\n\n"
    "The points come in order of priority. 'guess' is what the model takes the place for, 'margin' how sure it is "
    "(0: not at all), 'novelty' how unlike the labelled pixels it is (above 1: unlike all of them). Look at each "
    "place, fill in 'class', add the points to your labels and classify again.")
HELP_OF = {
    "INPUT": "The scene that was mapped, or another one of the same sensor.",
    "SENSOR": "Only if the file does not say which sensor took the image.",
    "LEVEL": "Radiance or reflectance, only if the file does not say.",
    "WAVELENGTHS": "A table band,wavelength,fwhm,good, only if the file has no wavelengths.",
    "GSD": "Size of a pixel in metres, only if the file does not say.",
    "MODEL": "Written by Classify land cover (Save the model).",
    "COUNT": "30 places are a good round.",
    "EXTENT": "Look only in this part of the scene.",
    "GAP": "Between two places; 0 chooses it by the size of the scene.",
    "SEED": "The same seed and inputs give the same points.",
    "DEVICE": "Processor or graphics card.",
    "OUTPUT": "A GeoPackage of points with an empty field 'class'.",
}


class SuggestAlgorithm(EngineAlgorithm):
    """Suggest places to label."""

    NAME, TITLE = "suggest", mark("Suggest where to label next")
    TAGS = ("active learning", "labels", "uncertainty", "sampling", "hyperspectral")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    MODEL, COUNT, GAP, EXTENT, OUTPUT = "MODEL", "COUNT", "GAP", "EXTENT", "OUTPUT"

    def declare(self) -> None:
        """Add the parameters and outputs."""
        number = QgsProcessingParameterNumber
        self.add_scene_parameters()
        self.addParameter(QgsProcessingParameterFile(self.MODEL, tr("Saved model"), extension="safetensors"))
        self.addParameter(number(self.COUNT, tr("Number of places"), defaultValue=30, minValue=1, maxValue=1000))
        self.addParameter(QgsProcessingParameterExtent(self.EXTENT, tr("Part of the scene"), optional=True))
        self.add_advanced(number(self.GAP, tr("Least distance in pixels (0: by the size of the scene)"),
                                 number.Type.Double, defaultValue=0, minValue=0))
        self.add_seed()
        self.add_device()
        self.addParameter(QgsProcessingParameterVectorDestination(
            self.OUTPUT, tr("Places to label"), QgsProcessing.SourceType.TypeVectorPoint))
        self.addOutput(QgsProcessingOutputNumber("POINTS", tr("Places found")))

    def read(self, parameters: dict[str, Any], context) -> dict[str, Any]:
        """The engine's parameters."""
        output = self.parameterAsOutputLayer(parameters, self.OUTPUT, context)
        if not output.lower().endswith(".gpkg"):
            raise EngineError(tr("The points cannot be written to {}.").format(Path(output).name),
                              tr("Choose a GeoPackage (.gpkg)."), "bad-output")
        image = self.parameterAsRasterLayer(parameters, self.INPUT, context)
        return {**self.scene(parameters, context).params(),
                "model": self.parameterAsFile(parameters, self.MODEL, context), "output": output,
                "count": self.parameterAsInt(parameters, self.COUNT, context),
                "gap_px": self.parameterAsDouble(parameters, self.GAP, context) or None,
                "extent": self.extent(parameters, self.EXTENT, context, image.crs()),
                "device": self.parameterAsEnumString(parameters, self.DEVICE, context),
                "seed": self.parameterAsInt(parameters, self.SEED, context)}

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Run the job."""
        value = self.run_job("suggest", feedback)
        feedback.pushInfo(tr("Mean margin {:.2f} at these places, {:.2f} in the scene.").format(
            value["mean_margin"], value["scene_margin"]))
        return {self.OUTPUT: value["output"], "POINTS": value["points"]}
