"""``specaware:assess``: accuracy and areas of a class map from independent reference points."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterRasterLayer,
)

from ..compat import VECTOR_POINT, VECTOR_POLYGON
from ..errors import EngineError
from ..i18n import tr
from ..marking import mark
from ..sources import raster_path
from .base import EngineAlgorithm, present
from .vectors import with_layer

HELP = (
    "Measures how accurate a class map is, and how large its classes really are, with points that took no part in "
    "making it.\n\n"
    "Overall, user's and producer's accuracy and the areas are estimated with the stratified estimators of "
    "Olofsson et al. 2014 and Stehman 2014, each with its standard error. The estimated areas correct the map's "
    "mistakes; counting pixels does not.\n\n"
    "Reference points that lie on training labels are refused: a map is nearly always right where it was trained.")
HELP_OF = {
    "INPUT": "A raster of class numbers, such as Classify land cover writes.",
    "REFERENCE": "Points with their true class, in any coordinate system. Best are those of Draw reference "
                 "points; other random points are taken as stratified by the classes of the map.",
    "CLASS_FIELD": "The field with the true class: names or numbers as in the map.",
    "TRAINING": "The labels the map was made from; reference points on them are refused.",
    "TRAINING_FIELD": "The field of the training labels that holds the class.",
    "REPORT": "A page with everything, or JSON if the name ends in .json.",
}


class AssessAlgorithm(EngineAlgorithm):
    """Assess a class map."""

    NAME, TITLE = "assess", mark("Assess class map")
    TAGS = ("accuracy", "area", "confusion", "error matrix", "validation", "olofsson", "stehman")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    REFERENCE, CLASS_FIELD, TRAINING, TRAINING_FIELD = "REFERENCE", "CLASS_FIELD", "TRAINING", "TRAINING_FIELD"

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.addParameter(QgsProcessingParameterRasterLayer(self.INPUT, tr("Class map")))
        self.addParameter(QgsProcessingParameterFeatureSource(
            self.REFERENCE, tr("Reference points"), [VECTOR_POINT, VECTOR_POLYGON]))
        self.addParameter(QgsProcessingParameterField(
            self.CLASS_FIELD, tr("Field with the true class"), parentLayerParameterName=self.REFERENCE))
        self.add_labels(self.TRAINING, tr("Training labels, to refuse points on them"), self.TRAINING_FIELD,
                        tr("Class field of the training labels"))
        self.add_report()
        for name, text in (("OVERALL_ACCURACY", tr("Overall accuracy")), ("STANDARD_ERROR", tr("Its standard error")),
                           ("POINTS", tr("Reference points used"))):
            self.addOutput(QgsProcessingOutputNumber(name, text))

    def read(self, parameters: dict[str, Any], context) -> dict[str, Any]:
        """The engine's parameters."""
        # All fields are handed on: those that tell the strata are needed beside the class.
        reference = self.labels(parameters, self.REFERENCE, "", context)
        training = self.labels(parameters, self.TRAINING, self.TRAINING_FIELD, context)
        fields = self.parameterAsFields(parameters, self.CLASS_FIELD, context)
        if reference is None or not fields:
            raise EngineError(tr("There are no reference points with a class."),
                              tr("Choose a layer and its class field."),
                              "bad-labels")
        return {"map": raster_path(self.parameterAsRasterLayer(parameters, self.INPUT, context)),
                "reference": with_layer(reference), "class_field": fields[0],
                "training": training and with_layer(training),
                "training_field": (training.class_field or None) if training else None,
                "report": self.parameterAsFileOutput(parameters, self.REPORT, context) or None}

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Run the job and say what it found."""
        value = self.run_job("assess", feedback)
        feedback.pushInfo(f"{tr('Overall accuracy')}: {_text(value['overall'])}")
        for c in value["classes"]:
            shown = f"{tr('User’s accuracy')} {_text(c['users'])}, {tr('Producer’s accuracy')} {_text(c['producers'])}"
            feedback.pushInfo(f"{c['name']}: {shown}")
        found = {self.REPORT: value["report"], "OVERALL_ACCURACY": value["overall"]["value"],
                 "STANDARD_ERROR": value["overall"]["se"], "POINTS": value["points"]}
        return present(found)


def _text(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return "-"
    return f"{figure['value']:.3f}" + ("" if figure["se"] is None else f" ± {1.96 * figure['se']:.3f}")
