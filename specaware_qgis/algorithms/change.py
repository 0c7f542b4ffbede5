"""``specaware:change``: what differs between two images of one place."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
)

from ..compat import VECTOR_POLYGON
from ..i18n import tr
from ..marking import mark
from ..params import FROM_FILE, LEVELS
from ..sources import raster_path
from .base import EngineAlgorithm, present
from .vectors import with_layer

HELP = (
    "Finds what changed between two images of one place.\n\n"
    "The images may differ in grid, coordinate system, resolution and sensor: the later one is read on the pixels of "
    "the earlier one, the bands both have are compared, and differences of season and light are taken out with the "
    "pixels that did not change. The shift between the images is measured; above half a pixel there is a warning.\n\n"
    "Band 1 of the result is the change score, larger for more change; band 2 is 1 where the ground changed. Without "
    "labels the score is in multiples of the automatic threshold: 1 is where the rule draws the line. With labelled "
    "changed and unchanged places it is a probability, and its accuracy comes from places held out.\n\n"
    "A model trained for change on a pair (Train a model, with a later image) gives that probability, too.\n\n"
    "With a land cover model, or labels of land cover in the earlier image, a second map shows what became what, in "
    "hectares; only pixels marked as changed may change their class.\n\n"
    "Everything is computed on this machine. Cancelling stops it and leaves no file.")
HELP_OF = {
    "BEFORE": "The earlier image. The result lies on its pixels.",
    "AFTER": "The later image of the same place.",
    "EXTENT": "Look only in this rectangle.",
    "MASK": "Look only inside these polygons; any coordinate system, partly outside does no harm.",
    "LABELS": "Places known to be changed or unchanged, several of each; the class names must say which is which.",
    "CLASS_FIELD": "The field that says changed or unchanged.",
    "THRESHOLD": "Scores above it count as changed. Empty: 1, or 0.5 with labels or a model trained for change.",
    "MODEL": "Trained for change (Train a model, with a later image); or, for the map of transitions, written by "
             "Classify land cover (Save the model).",
    "LAND_COVER": "Labels of land cover in the earlier image, to make such a model now.",
    "LAND_COVER_FIELD": "The field with the land cover class.",
    "CORRECT_SHIFT": "Move the later image by the shift measured between the two.",
    "SPECTRAL_ONLY": "Do without the encoder: takes two thirds of the time, and was about as good on the pairs it "
                     "was tried on.",
    "FORCE": "Compare radiance with reflectance all the same.",
    "BEFORE_LEVEL": "Radiance or reflectance, only if the file of the earlier image does not say.",
    "AFTER_LEVEL": "Radiance or reflectance, only if the file of the later image does not say.",
    "BEFORE_WAVELENGTHS": "A table band,wavelength,fwhm,good, only if the earlier image has no wavelengths.",
    "AFTER_WAVELENGTHS": "A table band,wavelength,fwhm,good, only if the later image has no wavelengths.",
    "SEED": "The same seed and inputs give the same result.",
    "DEVICE": "Processor or graphics card.",
    "OUTPUT": "A GeoTIFF: band 1 the score, band 2 changed (1) or not (0).",
    "FROM_TO": "A GeoTIFF of transitions with names and colours; needs a model or labels of land cover.",
    "REPORT": "A page with maps and numbers, or JSON if the name ends in .json.",
}


class ChangeAlgorithm(EngineAlgorithm):
    """Detect change."""

    NAME, TITLE = "change", mark("Detect change")
    TAGS = ("change detection", "hyperspectral", "two dates", "difference", "transitions", "from-to")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    BEFORE, AFTER, EXTENT, MASK = "BEFORE", "AFTER", "EXTENT", "MASK"
    LABELS, CLASS_FIELD, THRESHOLD, MODEL = "LABELS", "CLASS_FIELD", "THRESHOLD", "MODEL"
    LAND_COVER, LAND_COVER_FIELD = "LAND_COVER", "LAND_COVER_FIELD"
    CORRECT_SHIFT, SPECTRAL_ONLY, FORCE = "CORRECT_SHIFT", "SPECTRAL_ONLY", "FORCE"
    OUTPUT, FROM_TO = "OUTPUT", "FROM_TO"

    def declare(self) -> None:
        """Add the parameters and outputs."""
        raster, number = QgsProcessingParameterRasterLayer, QgsProcessingParameterNumber
        self.addParameter(raster(self.BEFORE, tr("Earlier image")))
        self.addParameter(raster(self.AFTER, tr("Later image")))
        self.addParameter(QgsProcessingParameterExtent(self.EXTENT, tr("Part to look at"), optional=True))
        self.addParameter(QgsProcessingParameterFeatureSource(
            self.MASK, tr("Polygons to look inside"), [VECTOR_POLYGON], optional=True))
        self.add_labels(self.LABELS, tr("Changed and unchanged places"), self.CLASS_FIELD,
                          tr("Field with changed or unchanged"))
        self.addParameter(number(self.THRESHOLD, tr("Threshold"), number.Type.Double, optional=True, minValue=0.0))
        self.addParameter(QgsProcessingParameterFile(
            self.MODEL, tr("Model of change or of land cover"), extension="safetensors", optional=True))
        self.add_labels(self.LAND_COVER, tr("Or labels of land cover in the earlier image"), self.LAND_COVER_FIELD,
                          tr("Field with the land cover class"))
        self._add_advanced()
        destination = QgsProcessingParameterRasterDestination
        self.addParameter(destination(self.OUTPUT, tr("Change")))
        self.addParameter(destination(self.FROM_TO, tr("Transitions"), optional=True, createByDefault=False))
        self.add_report()
        for name, text in (("CHANGED_SHARE", tr("Share of the pixels that changed")),
                           ("CHANGED_AREA_HA", tr("Changed area (ha)")),
                           ("SHIFT_PX", tr("Shift between the images (pixels)"))):
            self.addOutput(QgsProcessingOutputNumber(name, text))

    def _add_advanced(self) -> None:
        for name, text in ((self.CORRECT_SHIFT, tr("Correct the measured shift")),
                           (self.SPECTRAL_ONLY, tr("Compare spectra only, without the encoder")),
                           (self.FORCE, tr("Compare radiance with reflectance all the same"))):
            self.add_advanced(QgsProcessingParameterBoolean(name, text, defaultValue=False))
        for date, level, table in (
                ("BEFORE", tr("Processing level of the earlier image"), tr("Wavelengths of the earlier image (CSV)")),
                ("AFTER", tr("Processing level of the later image"), tr("Wavelengths of the later image (CSV)"))):
            self.add_advanced(QgsProcessingParameterEnum(
                f"{date}_LEVEL", level, list(LEVELS), defaultValue=FROM_FILE, optional=True, usesStaticStrings=True))
            self.add_advanced(QgsProcessingParameterFile(
                f"{date}_WAVELENGTHS", table, extension="csv", optional=True))
        self.add_seed()
        self.add_device()

    def read(self, parameters: dict[str, Any], context) -> dict[str, Any]:
        """The engine's parameters."""
        before = self.parameterAsRasterLayer(parameters, self.BEFORE, context)
        found: dict[str, Any] = {
            "before": raster_path(before),
            "after": raster_path(self.parameterAsRasterLayer(parameters, self.AFTER, context)),
            "output": self.parameterAsOutputLayer(parameters, self.OUTPUT, context),
            "from_to": self.parameterAsOutputLayer(parameters, self.FROM_TO, context) or None,
            "report": self.parameterAsFileOutput(parameters, self.REPORT, context) or None,
            "model": self.parameterAsFile(parameters, self.MODEL, context) or None,
            "device": self.parameterAsEnumString(parameters, self.DEVICE, context),
            "seed": self.parameterAsInt(parameters, self.SEED, context)}
        for name in (self.CORRECT_SHIFT, self.SPECTRAL_ONLY, self.FORCE):
            found[name.lower()] = self.parameterAsBool(parameters, name, context)
        for date in ("BEFORE", "AFTER"):
            found[f"{date.lower()}_level"] = LEVELS.get(
                self.parameterAsEnumString(parameters, f"{date}_LEVEL", context))
            found[f"{date.lower()}_wavelengths"] = self.parameterAsFile(
                parameters, f"{date}_WAVELENGTHS", context) or None
        if parameters.get(self.THRESHOLD) is not None:
            found["threshold"] = self.parameterAsDouble(parameters, self.THRESHOLD, context)
        if extent := self.extent(parameters, self.EXTENT, context, before.crs()):
            found["extents"] = [extent]
        return found | self._layers(parameters, context)

    def _layers(self, parameters: dict[str, Any], context) -> dict[str, Any]:
        """Mask and labels as files."""
        found: dict[str, Any] = {}
        for key, field, name, field_name in (
                (self.MASK, "", "mask", ""), (self.LABELS, self.CLASS_FIELD, "labels", "class_field"),
                (self.LAND_COVER, self.LAND_COVER_FIELD, "land_cover", "land_cover_field")):
            chosen = self.labels(parameters, key, field, context)
            if chosen is not None:
                found[name] = with_layer(chosen)
                if field_name and chosen.class_field:
                    found[field_name] = chosen.class_field
        return found

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Run the job; the results carry their styles in files beside them."""
        value = self.run_job("change", feedback)
        feedback.pushInfo(tr("{:.2%} of the pixels changed; threshold {:.3g} ({}).").format(
            value["changed_share"], value["threshold"], value["threshold_rule"]))
        shift = value["shift_px"]
        found = {self.OUTPUT: value["output"], self.FROM_TO: value["from_to"], self.REPORT: value["report"],
                 "CHANGED_SHARE": value["changed_share"], "CHANGED_AREA_HA": value["changed_area_ha"],
                 "SHIFT_PX": None if shift is None else (shift[0] ** 2 + shift[1] ** 2) ** 0.5}
        return present(found)
