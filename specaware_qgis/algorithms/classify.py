"""``specaware:classify``: a class map from a scene and a few labels, or from a saved model."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
)

from ..errors import EngineError
from ..i18n import tr
from ..marking import mark
from ..params import MEMORY_GB, Labels, Outputs, classify_params
from ..results import Styler
from ..sources import raster_path
from .base import EngineAlgorithm, present

HELP = (
    "Makes a land cover map of a hyperspectral scene from a few labelled places.\n\n"
    "Labels are polygons or points with a class field, or a raster on the scene's grid (0 = unlabelled). 5 to 50 "
    "pixels a class are enough to begin with; put them in several places, so that the accuracy can be measured. "
    "Instead of labels, a model saved by an earlier run can be applied to another scene.\n\n"
    "The sensor and the processing level are read from the file; set them only if the file does not say. If a raster "
    "has no wavelengths, supply a CSV table under the advanced parameters.\n\n"
    "Outputs: the class map with names and colours, the probability of the mapped class (confidence), and a report (a "
    "page, or JSON if the name ends in .json). Uncertainty has three bands: the margin between the two most probable "
    "classes, the entropy, and how unlike the labelled pixels a pixel is (above 1: unlike all of them). "
    "The accuracy in the report comes from a spatial cross-validation inside your labels, and a random forest on the "
    "same folds stands beside it. It does not replace independent reference data.\n\n"
    "To map many scenes, save the model and run this as a batch process with it.\n\n"
    "Everything is computed on this machine, in a process of its own. Cancelling stops it and leaves no file.")
HELP_OF = {
    "INPUT": "A hyperspectral scene in a file; bands with wavelengths.",
    "LABELS": "Places whose class is known, several of each class; any coordinate system.",
    "CLASS_FIELD": "The field that holds the class; found by its name if left empty.",
    "LABELS_RASTER": "Class numbers on the pixels of the scene; 0 is unlabelled.",
    "MODEL": "Saved by an earlier run (Save the model), or trained with Train a model; then no labels are needed.",
    "EXTENT": "Map only this rectangle. The labels outside it are learned from all the same.",
    "SEED": "The same inputs and the same seed give the same map.",
    "VALIDATION": "places: labelled places as a whole. blocks: blocks with a buffer as wide as labels resemble each "
                  "other, stricter. areas: one part of the scene after the other, strictest. none: no accuracy, for "
                  "a first look.",
    "MEMORY": "Budget of the whole engine: large scenes are mapped in blocks that fit.",
    "RESUME": "Keep finished blocks beside the map until it is complete. If the run is stopped, a run with the same "
              "inputs goes on from there; the outputs must have names of their own, not be temporary.",
    "SPECTRAL_ONLY": "Learn without the encoder: large scenes take about half of the time. The map was as good on "
                     "the scenes it was tried on.",
    "REPEATS": "Measures the accuracy several times with other folds; takes that much longer.",
    "OUTPUT": "A GeoTIFF of class numbers with names and colours.",
    "CONFIDENCE": "A GeoTIFF with the probability of the mapped class, 0 to 1.",
    "UNCERTAINTY": "A GeoTIFF of three bands: margin between the two best classes, entropy, and how unlike the "
                   "labelled pixels a pixel is (above 1: unlike all).",
    "REPORT": "A page with maps, accuracy and settings, or JSON if the name ends in .json.",
    "MODEL_OUTPUT": "Keep what was learned, to map other scenes or to find where to label next.",
}

# Whole places, blocks with a buffer as wide as the labels' autocorrelation, one area of the scene after the other, or
# nothing.
VALIDATIONS = ("places", "blocks", "areas", "none")


class ClassifyAlgorithm(EngineAlgorithm):
    """Classify land cover."""

    NAME, TITLE = "classify", mark("Classify land cover")
    TAGS = ("hyperspectral", "classification", "land cover", "specaware", "enmap", "prisma", "emit", "aviris")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    LABELS, CLASS_FIELD, LABELS_RASTER, MODEL = "LABELS", "CLASS_FIELD", "LABELS_RASTER", "MODEL"
    EXTENT, OUTPUT, CONFIDENCE, MODEL_OUTPUT = "EXTENT", "OUTPUT", "CONFIDENCE", "MODEL_OUTPUT"
    UNCERTAINTY, VALIDATION, REPEATS = "UNCERTAINTY", "VALIDATION", "REPEATS"
    MEMORY, RESUME, SPECTRAL_ONLY = "MEMORY", "RESUME", "SPECTRAL_ONLY"

    # QGIS keeps no reference to a post-processor; it would be gone before the layer is loaded.
    _stylers: ClassVar[dict[str, Styler]] = {}

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_scene_parameters()
        self.add_labels(self.LABELS, tr("Labels: polygons or points"), self.CLASS_FIELD, tr("Field with the class"))
        self.addParameter(QgsProcessingParameterRasterLayer(
            self.LABELS_RASTER, tr("Or labels: raster (0 = unlabelled)"), optional=True))
        self.addParameter(QgsProcessingParameterFile(
            self.MODEL, tr("Or a saved model"), extension="safetensors", optional=True))
        self.addParameter(QgsProcessingParameterExtent(self.EXTENT, tr("Part of the scene to map"), optional=True))
        self.add_seed()
        self.add_advanced(QgsProcessingParameterEnum(
            self.VALIDATION, tr("To measure accuracy, hold out"), list(VALIDATIONS), defaultValue=VALIDATIONS[0],
            usesStaticStrings=True))
        self.add_advanced(QgsProcessingParameterNumber(
            self.REPEATS, tr("Repeat that with other folds"), defaultValue=1, minValue=1, maxValue=20))
        self.add_advanced(QgsProcessingParameterNumber(
            self.MEMORY, tr("Memory (GB)"), QgsProcessingParameterNumber.Type.Double, MEMORY_GB, minValue=1.0))
        self.add_advanced(QgsProcessingParameterBoolean(self.RESUME, tr("Go on where a run was stopped"), False))
        self.add_advanced(QgsProcessingParameterBoolean(
            self.SPECTRAL_ONLY, tr("Look at spectra only, without the encoder"), False))
        self.add_device()
        self.addParameter(QgsProcessingParameterRasterDestination(self.OUTPUT, tr("Land cover")))
        self.addParameter(QgsProcessingParameterRasterDestination(
            self.CONFIDENCE, tr("Confidence"), optional=True, createByDefault=True))
        self.addParameter(QgsProcessingParameterRasterDestination(
            self.UNCERTAINTY, tr("Uncertainty: margin, entropy, novelty"), optional=True, createByDefault=False))
        self.add_report()
        self.addParameter(QgsProcessingParameterFileDestination(
            self.MODEL_OUTPUT, tr("Save the model"), "Safetensors (*.safetensors)", optional=True,
            createByDefault=False))
        for name, text in (("MACRO_F1", tr("Macro-F1")), ("OVERALL_ACCURACY", tr("Overall accuracy")),
                           ("RANDOM_FOREST_MACRO_F1", tr("Macro-F1 of a random forest"))):
            self.addOutput(QgsProcessingOutputNumber(name, text))

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Run the job and see to the style of what is loaded."""
        value = self.run_job("classify", feedback)
        self._style(value["output"], Styler(value["classes"]), context)
        if value["confidence"]:
            self._style(value["confidence"], Styler(None), context)
        return self._outputs(value, feedback)

    def read(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The engine's parameters."""
        scene = self.scene(parameters, context)
        image = self.parameterAsRasterLayer(parameters, self.INPUT, context)
        outputs = Outputs(self.parameterAsOutputLayer(parameters, self.OUTPUT, context),
                          self.parameterAsOutputLayer(parameters, self.CONFIDENCE, context),
                          self.parameterAsFileOutput(parameters, self.REPORT, context),
                          self.parameterAsFileOutput(parameters, self.MODEL_OUTPUT, context),
                          self.parameterAsOutputLayer(parameters, self.UNCERTAINTY, context))
        return classify_params(scene, outputs, self._labels(parameters, context),
                               self.parameterAsFile(parameters, self.MODEL, context),
                               device=self.parameterAsEnumString(parameters, self.DEVICE, context),
                               seed=self.parameterAsInt(parameters, self.SEED, context),
                               extent=self.extent(parameters, self.EXTENT, context, image.crs()),
                               validation=self.parameterAsEnumString(parameters, self.VALIDATION, context),
                               repeats=self.parameterAsInt(parameters, self.REPEATS, context),
                               memory_gb=self.parameterAsDouble(parameters, self.MEMORY, context),
                               resume=self.parameterAsBool(parameters, self.RESUME, context),
                               spectral_only=self.parameterAsBool(parameters, self.SPECTRAL_ONLY, context))

    def _labels(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Labels | None:
        vector, raster = parameters.get(self.LABELS), parameters.get(self.LABELS_RASTER)
        if vector and raster:
            raise EngineError(tr("There are two kinds of labels."),
                              tr("Choose either a vector or a raster."), "bad-labels")
        if raster:
            return Labels(raster_path(self.parameterAsRasterLayer(parameters, self.LABELS_RASTER, context)))
        return self.labels(parameters, self.LABELS, self.CLASS_FIELD, context)

    def _style(self, path: str, styler: Styler, context: QgsProcessingContext) -> None:
        if context.willLoadLayerOnCompletion(path):
            self._stylers[path] = styler
            context.layerToLoadOnCompletionDetails(path).setPostProcessor(styler)

    def _outputs(self, value: dict[str, Any], feedback: QgsProcessingFeedback) -> dict[str, Any]:
        ours, theirs = value["scores"]["specaware"], value["scores"]["random_forest"]
        if ours:
            other = f" ({tr('random forest')}: {theirs['macro_f1']:.3f})" if theirs else ""
            feedback.pushInfo(f"{tr('Macro-F1, spatially cross-validated')}: {ours['macro_f1']:.3f}{other}")
        feedback.pushInfo(tr("Done in {:.1f} s on {}.").format(value["seconds"], value["device"]))
        found = {self.OUTPUT: value["output"], self.CONFIDENCE: value["confidence"], self.REPORT: value["report"],
                 self.MODEL_OUTPUT: self._params["save_model"], self.UNCERTAINTY: value["uncertainty"],
                 "MACRO_F1": ours and ours["macro_f1"],
                 "OVERALL_ACCURACY": ours and ours["oa"], "RANDOM_FOREST_MACRO_F1": theirs and theirs["macro_f1"]}
        return present(found)
