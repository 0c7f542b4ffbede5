"""``specaware:band_weights``: how much the model weighs each band at some places."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterPoint,
    QgsRasterLayer,
)

from ..compat import VECTOR_POINT
from ..errors import EngineError
from ..i18n import tr
from ..marking import mark
from .base import EngineAlgorithm

MAX_POINTS = 64
SHOWN_BANDS = 5
HELP = (
    "Tells how much SpecAware weighs each band at a point, at the points of a layer, or inside a box. Give one of the "
    "three.\n\n"
    "SpecAware generates the weights of every band from the band's metadata and from the image: of the whole "
    "scene with the default weights, of the place's surroundings with others. "
    "<b>Gain</b> is the share of the embedding's weight a band gets before its values are seen, <b>response</b> the "
    "share of what really reaches the model at this place, <b>content shift</b> how much the image content changed "
    "the band's weights (0: not at all).\n\n"
    "With a saved land cover model the table also tells, for each class, how much of its probability is lost when "
    "a group of neighbouring bands is replaced by its local mean. This is the independent check on the weights.\n\n"
    "The result is a table (CSV) with a row for each place and band: spectrum, spread, gain, response and content "
    "shift. Bad bands have no weights. A name that ends in .json gives everything in one document.")
HELP_OF = {
    "INPUT": "A raster with wavelengths. Its bands, sensor and processing level are read from the file.",
    "GSD": "Size of a pixel in metres, for a raster without a georeference.",
    "POINT": "A place on the scene. The weights are those of the 64 x 64 pixels around it, the response is that of "
             "the patch that holds it.",
    "POINTS": "Up to {} points, or the selected ones only. Each gets its own rows in the table.",
    "EXTENT": "A box on the scene. The weights are means over it; of a large box, parts spread over it are taken.",
    "MODEL": "A model saved by Classify land cover. Then the table has a column for each class.",
    "WEIGHTS": "SpecAware weights instead of the bundled ones. A saved model needs those it was trained with.",
    "DEVICE": "auto takes a CUDA graphics card where there is one. The numbers are the same.",
    "OUTPUT": "The table. CSV, or JSON if the name ends in .json.",
}


class BandWeightsAlgorithm(EngineAlgorithm):
    """Weights of the bands."""

    NAME, TITLE = "band_weights", mark("Explain band weights")
    TAGS = ("hyperspectral", "explain", "bands", "weights", "importance", "occlusion", "specaware", "spectrum")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    POINT, POINTS, EXTENT, MODEL = "POINT", "POINTS", "EXTENT", "MODEL"
    WEIGHTS, OUTPUT = "WEIGHTS", "OUTPUT"

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_scene_parameters()
        self.addParameter(QgsProcessingParameterPoint(self.POINT, tr("Place"), optional=True))
        self.addParameter(QgsProcessingParameterFeatureSource(
            self.POINTS, tr("Or places: points"), [VECTOR_POINT], optional=True))
        self.addParameter(QgsProcessingParameterExtent(self.EXTENT, tr("Or a box"), optional=True))
        self.addParameter(QgsProcessingParameterFile(
            self.MODEL, tr("Saved model, to see what its classes need"), extension="safetensors", optional=True))
        self.add_advanced(QgsProcessingParameterFile(
            self.WEIGHTS, tr("Other SpecAware weights"), extension="safetensors", optional=True))
        self.add_device()
        self.addParameter(QgsProcessingParameterFileDestination(
            self.OUTPUT, tr("Band weights"), "CSV (*.csv);;JSON (*.json)"))
        self.addOutput(QgsProcessingOutputNumber("PLACES", tr("Places")))
        self.addOutput(QgsProcessingOutputString("WEIGHTS_NAME", tr("Weights")))

    def help_of(self, parameter: str) -> str:
        """The same, with the most points there may be."""
        return super().help_of(parameter).format(MAX_POINTS)

    def read(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The engine's parameters."""
        image = self.parameterAsRasterLayer(parameters, self.INPUT, context)
        return {**self.scene(parameters, context).params(), **self._place(parameters, context, image),
                "model": self.parameterAsFile(parameters, self.MODEL, context) or None,
                "weights": self.parameterAsFile(parameters, self.WEIGHTS, context) or None,
                "device": self.parameterAsEnumString(parameters, self.DEVICE, context),
                "output": self.parameterAsFileOutput(parameters, self.OUTPUT, context)}

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Ask the engine, and tell the most important bands of each place."""
        value = self.run_job("explain", feedback)
        for number, place in enumerate(value["places"], 1):
            feedback.pushInfo(f"{tr('Place')} {number}: {_strongest(value['bands'], place)}")
            if place["classes"]:
                best = place["classes"][0]
                feedback.pushInfo(f"  {best['name']}: {best['score']:.2f}")
        return {self.OUTPUT: value["output"], "PLACES": len(value["places"]), "WEIGHTS_NAME": value["weights"]}

    def _place(self, parameters: dict[str, Any], context: QgsProcessingContext,
               image: QgsRasterLayer) -> dict[str, Any]:
        """``points`` or ``extent`` in the image's CRS."""
        given = [key for key in (self.POINT, self.POINTS, self.EXTENT) if parameters.get(key)]
        if len(given) != 1:
            raise EngineError(tr("{} kinds of places were chosen.").format(len(given)),
                              tr("Choose one: a place, a layer of points, or a box."), "bad-input")
        if given[0] == self.POINT:
            point = self.parameterAsPoint(parameters, self.POINT, context, image.crs())
            return {"points": [[point.x(), point.y()]]}
        if given[0] == self.EXTENT:
            return {"extent": self.extent(parameters, self.EXTENT, context, image.crs())}
        return {"points": _points(self.parameterAsSource(parameters, self.POINTS, context), image, context)}


def _points(source: QgsProcessingFeatureSource | None, image: QgsRasterLayer,
            context: QgsProcessingContext) -> list[list[float]]:
    """x, y of all points in the image's CRS."""
    if source is None:
        raise EngineError(tr("The layer of points cannot be read."), tr("Choose another layer."), "bad-input")
    transform = QgsCoordinateTransform(source.sourceCrs(), image.crs(), context.transformContext())
    found: list[list[float]] = []
    for feature in source.getFeatures():
        geometry = feature.geometry()
        try:
            geometry.transform(transform)
        except QgsCsException as error:
            raise EngineError(tr("The points cannot be transformed: {}.").format(error),
                              tr("Check the coordinate systems of points and image."), "bad-input") from None
        found += [[vertex.x(), vertex.y()] for vertex in geometry.vertices()]
        if len(found) > MAX_POINTS:
            raise EngineError(tr("There are more than {} points.").format(MAX_POINTS), tr("Select some of them."),
                              "bad-input")
    if not found:
        raise EngineError(tr("The layer holds no point."), tr("Choose another layer, or other features."),
                          "bad-input")
    return found


def _strongest(bands: list[dict[str, Any]], place: dict[str, Any]) -> str:
    """The bands with the largest response."""
    response = place["response"]
    used = sorted((i for i, share in enumerate(response) if share is not None), key=lambda i: -response[i])
    return ", ".join(f"{bands[i]['wavelength_nm']:.0f} nm ({response[i]:.1%})" for i in used[:SHOWN_BANDS])
