"""``specaware:convert``: a sensor's product as a GeoTIFF that QGIS shows right."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterRasterDestination,
    QgsRaster,
    QgsRasterLayer,
)

from .. import rgb
from ..i18n import tr
from ..marking import mark
from .base import EngineAlgorithm

STORED = {"float32": mark("Values as they are (float32)"),
          "int16": mark("Reflectance x 10,000 (int16, half the size)")}
HELP = (
    "Writes a sensor's product as a tiled GeoTIFF that QGIS and other programs read right: every band with its "
    "wavelength, width and bad-band flag, values as reflectance 0 to 1 or radiance, missing pixels as nodata, on the "
    "map where the product allows it.\n\n"
    "QGIS opens PRISMA, EMIT, AVIRIS-3 and NEON files with the wrong axes and without coordinates, and EnMAP and DESIS "
    "images without wavelengths and units; this mends them. SpecAware's other algorithms read the products "
    "themselves; convert them to see them on the map, to draw labels on them, or for other programs.\n\n"
    "Choose the file the product comes in: PRISMA .he5; EMIT, AVIRIS-3 .nc; NEON .h5; the METADATA.XML or the image of "
    "EnMAP and DESIS; the MTL text or any band of Hyperion; MTD_MSIL1C.xml or MTD_MSIL2A.xml inside the .SAFE folder "
    "of Sentinel-2; the image or header of ENVI files.")
HELP_OF = {
    "INPUT": "The product's file; see the list on the right.",
    "SENSOR": "Set it only if the product does not tell the sensor, or tells a wrong one.",
    "LEVEL": "Set it only if the product does not tell: at-sensor radiance (L1) or surface reflectance (L2).",
    "WAVELENGTHS": "Band table with the columns band, wavelength, fwhm and good, for a file without wavelengths.",
    "GSD": "Size of a pixel in metres, for a file without map coordinates.",
    "STORED": "float32 keeps every value. int16 rounds reflectance to 0.0001 and needs half the space; the scale is "
              "stored with each band.",
    "OUTPUT": "The GeoTIFF. It opens in true colour where the bands allow it.",
}


class TrueColor(QgsProcessingLayerPostProcessorInterface):
    """Shows the bands that the file marks as red, green and blue; older QGIS shows the first three."""

    def postProcessLayer(self, layer, context, feedback) -> None:
        """Called by QGIS after loading."""
        if isinstance(layer, QgsRasterLayer) and (bands := marked_bands(layer)):
            rgb.show(layer, bands, rgb.limits(layer.dataProvider(), bands))


def marked_bands(layer: QgsRasterLayer) -> list[int]:
    """Numbers of the bands marked as red, green and blue, empty if one of them is not marked."""
    provider = layer.dataProvider()
    marks = [provider.colorInterpretation(number) for number in range(1, layer.bandCount() + 1)]
    colors = QgsRaster.ColorInterpretation
    wanted = (colors.RedBand, colors.GreenBand, colors.BlueBand)
    return [marks.index(mark) + 1 for mark in wanted] if all(mark in marks for mark in wanted) else []


class ConvertAlgorithm(EngineAlgorithm):
    """Convert a product."""

    NAME, TITLE = "convert", mark("Convert sensor product to GeoTIFF")
    TAGS = ("hyperspectral", "import", "convert", "prisma", "emit", "enmap", "desis", "hyperion", "sentinel-2",
            "aviris", "neon", "hymap", "casi", "he5", "netcdf", "hdf5", "envi")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    STORED, OUTPUT = "STORED", "OUTPUT"
    ICON = "convert.svg"

    # QGIS keeps no reference to a post-processor; it would be gone before the layer is loaded.
    _styler: ClassVar[TrueColor]

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.addParameter(QgsProcessingParameterFile(self.INPUT, tr("Sensor product")))
        self.add_overrides()
        self.addParameter(QgsProcessingParameterEnum(
            self.STORED, tr("Store values as"), [tr(text) for text in STORED.values()], defaultValue=0))
        self.addParameter(QgsProcessingParameterRasterDestination(self.OUTPUT, tr("Converted image")))
        for name, text in (("ROWS", tr("Rows")), ("COLS", tr("Columns")), ("BANDS", tr("Bands")),
                           ("GOOD_BANDS", tr("Usable bands"))):
            self.addOutput(QgsProcessingOutputNumber(name, text))
        for name, text in (("PRODUCT", tr("Product")), ("SENSOR_NAME", tr("Sensor")),
                           ("LEVEL_NAME", tr("Processing level"))):
            self.addOutput(QgsProcessingOutputString(name, text))

    def read(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The engine's parameters."""
        scene = self.scene_at(self.parameterAsFile(parameters, self.INPUT, context), parameters, context)
        stored = list(STORED)[self.parameterAsEnum(parameters, self.STORED, context)]
        return {**scene.params(), "stored": stored,
                "output": self.parameterAsOutputLayer(parameters, self.OUTPUT, context)}

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Run the job."""
        value = self.run_job("convert", feedback)
        if context.willLoadLayerOnCompletion(value["output"]):
            ConvertAlgorithm._styler = TrueColor()
            context.layerToLoadOnCompletionDetails(value["output"]).setPostProcessor(ConvertAlgorithm._styler)
        feedback.pushInfo(tr("{}: {} x {} pixels, {} bands.").format(
            value["product"], value["rows"], value["cols"], value["band_count"]))
        return {self.OUTPUT: value["output"], "ROWS": value["rows"], "COLS": value["cols"],
                "BANDS": value["band_count"], "GOOD_BANDS": value["good_band_count"], "PRODUCT": value["product"],
                "SENSOR_NAME": value["sensor"], "LEVEL_NAME": value["level"]}
