"""``specaware:sample``: reference points drawn from a class map, to be labelled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterVectorDestination,
)

from ..errors import EngineError
from ..i18n import tr
from ..marking import mark
from ..sources import raster_path
from .base import EngineAlgorithm
from .vectors import with_layer

HELP = (
    "Draws a stratified random sample of points from a class map, so that its accuracy can be measured (Olofsson "
    "et al. 2014).\n\n"
    "Fill in the field 'class' of every point from images or in the field, with the class names of the map and "
    "without looking at the map. Leave the fields 'stratum' and 'stratum_pixels' as they are. Then run Assess "
    "class map.\n\n"
    "The number of points follows from the standard error you want, or you give it.")
HELP_OF = {
    "INPUT": "A raster of class numbers, such as Classify land cover writes.",
    "SIZE": "0 computes it from the wanted standard error and the expected accuracy.",
    "TARGET_SE": "0.02 gives an interval of about plus or minus 4 percent for overall accuracy.",
    "EXPECTED": "Your guess of how often the map is right.",
    "ALLOCATION": "Proportional follows the area, equal gives every class the same, compromise gives rare "
                  "classes the number below and divides the rest by area.",
    "TRAINING": "The labels the map was made from: nothing is drawn there, since points that were trained on "
                "say nothing about the rest of the map.",
    "CLASS_FIELD": "The field of the training labels that holds the class.",
    "MIN_PER_CLASS": "How many points the compromise gives a rare class.",
    "SEED": "The same seed and map give the same points.",
    "OUTPUT": "A GeoPackage of points with an empty field 'class'.",
}
ALLOCATIONS = ("compromise", "proportional", "equal")


class SampleAlgorithm(EngineAlgorithm):
    """Draw reference points."""

    NAME, TITLE = "sample", mark("Draw reference points")
    TAGS = ("accuracy", "stratified", "sampling", "reference", "validation", "olofsson")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    SIZE, TARGET_SE, EXPECTED, ALLOCATION = "SIZE", "TARGET_SE", "EXPECTED", "ALLOCATION"
    MIN_PER_CLASS, TRAINING, CLASS_FIELD, OUTPUT = "MIN_PER_CLASS", "TRAINING", "CLASS_FIELD", "OUTPUT"

    def declare(self) -> None:
        """Add the parameters and outputs."""
        number = QgsProcessingParameterNumber
        self.addParameter(QgsProcessingParameterRasterLayer(self.INPUT, tr("Class map")))
        self.addParameter(number(self.SIZE, tr("Number of points (0: from the wanted standard error)"),
                                 defaultValue=0, minValue=0, maxValue=100_000))
        self.addParameter(number(self.TARGET_SE, tr("Wanted standard error of overall accuracy"), number.Type.Double,
                                 defaultValue=0.02, minValue=0.0001, maxValue=0.49))
        self.addParameter(number(self.EXPECTED, tr("Expected accuracy"), number.Type.Double, defaultValue=0.8,
                                 minValue=0.01, maxValue=1.0))
        self.addParameter(QgsProcessingParameterEnum(
            self.ALLOCATION, tr("Allocation to the classes"), list(ALLOCATIONS), defaultValue=ALLOCATIONS[0],
            usesStaticStrings=True))
        self.add_labels(self.TRAINING, tr("Training labels, where nothing is drawn"), self.CLASS_FIELD,
                        tr("Class field of the training labels"))
        self.add_advanced(number(self.MIN_PER_CLASS, tr("Points of rare classes"), defaultValue=50, minValue=2))
        self.add_seed()
        self.addParameter(QgsProcessingParameterVectorDestination(
            self.OUTPUT, tr("Reference points"), QgsProcessing.SourceType.TypeVectorPoint))
        self.addOutput(QgsProcessingOutputNumber("POINTS", tr("Points drawn")))

    def read(self, parameters: dict[str, Any], context) -> dict[str, Any]:
        """The engine's parameters."""
        labels = self.labels(parameters, self.TRAINING, self.CLASS_FIELD, context)
        output = self.parameterAsOutputLayer(parameters, self.OUTPUT, context)
        if not output.lower().endswith(".gpkg"):
            raise EngineError(tr("The points cannot be written to {}.").format(Path(output).name),
                              tr("Choose a GeoPackage (.gpkg)."), "bad-output")
        return {"map": raster_path(self.parameterAsRasterLayer(parameters, self.INPUT, context)), "output": output,
                "size": self.parameterAsInt(parameters, self.SIZE, context) or None,
                "target_se": self.parameterAsDouble(parameters, self.TARGET_SE, context),
                "expected": self.parameterAsDouble(parameters, self.EXPECTED, context),
                "allocation": self.parameterAsEnumString(parameters, self.ALLOCATION, context),
                "min_per_class": self.parameterAsInt(parameters, self.MIN_PER_CLASS, context),
                "training": labels and with_layer(labels),
                "class_field": (labels.class_field or None) if labels else None,
                "seed": self.parameterAsInt(parameters, self.SEED, context)}

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Run the job."""
        value = self.run_job("sample", feedback)
        for stratum in value["strata"]:
            feedback.pushInfo(f"{stratum['name']}: {stratum['points']} / {stratum['pixels']} px")
        return {self.OUTPUT: value["output"], "POINTS": value["points"]}
