"""``specaware:train``: fine-tune the model on labels of a scene, or of a pair of scenes."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
)

from ..errors import EngineError
from ..i18n import tr
from ..marking import mark
from ..params import HEADS, Labels
from ..sources import raster_path
from .base import EngineAlgorithm, present

FREEZE = {"encoder": mark("Only the head (fast)"), "all-but-last": mark("Head and last block of the encoder"),
          "none": mark("Everything (slow, many labels)")}
HELP = (
    "Fine-tunes the foundation model on your labels and saves it as one file, which Classify land cover applies to "
    "other scenes, also of other sensors.\n\n"
    "Labels are polygons or points with a class field, or a raster on the scene's grid (0 = unlabelled). With a "
    "second, later scene the model learns to tell changed from unchanged places; the labels then have these two "
    "classes.\n\n"
    "For a map of one scene from a handful of labels, Classify land cover alone is faster and usually better; "
    "fine-tuning pays with many labels, or where one model is to serve many scenes.\n\n"
    "A part of the labelled places is held out. Training stops when the score there no longer rises, and the best "
    "epoch is kept. A random forest on the same pixels stands beside the score. With a folder for checkpoints an "
    "interrupted run goes on where it stopped.\n\n"
    "Everything is computed on this machine, in a process of its own. Cancelling stops it and leaves no model.")
HELP_OF = {
    "INPUT": "The scene the labels lie on; for change the earlier one.",
    "AFTER": "The later scene, to learn change. It may lie on another grid.",
    "LABELS": "Polygons or points, each with a class.",
    "CLASS_FIELD": "The field that holds the class; found by its name if left empty.",
    "LABELS_RASTER": "Class numbers on the scene's grid, 0 where unlabelled.",
    "HEAD": "What turns the encoder's features into classes.",
    "FREEZE": "How much of the model learns. The more learns, the more labels and time are needed.",
    "EPOCHS": "At most; training stops earlier when the score no longer rises.",
    "PATIENCE": "Epochs without a better score before training stops.",
    "RATE": "Learning rate of the head; the encoder learns at a tenth of it and less.",
    "LAYER_DECAY": "Factor on the learning rate from one block of the encoder to the one before it.",
    "DROP_PATH": "Chance of skipping the last block while training; against learning by heart.",
    "CLASS_WEIGHTS": "Let pixels of rare classes count more.",
    "CHECKPOINTS": "Folder for a checkpoint after every epoch. A run of the same data and settings goes on from it.",
    "WAVELENGTHS": "Band table with the columns band, wavelength, fwhm and good, for a file without wavelengths.",
    "GSD": "Size of a pixel in metres, for a file without map coordinates.",
    "SEED": "The same inputs and the same seed give the same model.",
    "OUTPUT": "The model: one file with its card (classes, sensor, bands, scores).",
    "CURVES": "Loss and held-out score of every epoch, written after each: a table (.csv) or a picture "
              "(.png; red the loss from 0 to its largest, blue the held-out macro-F1 from 0 to 1).",
    "REPORT": "A page with curves, held-out scores and settings, or JSON if the name ends in .json.",
}


class TrainAlgorithm(EngineAlgorithm):
    """Fine-tune the model."""

    NAME, TITLE = "train", mark("Fine-tune the model")
    TAGS = ("hyperspectral", "train", "fine-tune", "deep learning", "model", "head", "change", "land cover")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    AFTER, LABELS, CLASS_FIELD, LABELS_RASTER = "AFTER", "LABELS", "CLASS_FIELD", "LABELS_RASTER"
    HEAD, FREEZE, EPOCHS, PATIENCE, RATE = "HEAD", "FREEZE", "EPOCHS", "PATIENCE", "RATE"
    LAYER_DECAY, DROP_PATH, CLASS_WEIGHTS, CHECKPOINTS = "LAYER_DECAY", "DROP_PATH", "CLASS_WEIGHTS", "CHECKPOINTS"
    OUTPUT, CURVES = "OUTPUT", "CURVES"

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.addParameter(QgsProcessingParameterRasterLayer(self.INPUT, tr("Hyperspectral scene")))
        self.addParameter(QgsProcessingParameterRasterLayer(
            self.AFTER, tr("Later scene (to learn change)"), optional=True))
        self.add_labels(self.LABELS, tr("Labels: polygons or points"), self.CLASS_FIELD, tr("Field with the class"))
        self.addParameter(QgsProcessingParameterRasterLayer(
            self.LABELS_RASTER, tr("Or labels: raster (0 = unlabelled)"), optional=True))
        self.addParameter(QgsProcessingParameterEnum(
            self.HEAD, tr("Head"), [tr(text) for text in HEADS.values()], defaultValue=0))
        self.addParameter(QgsProcessingParameterEnum(
            self.FREEZE, tr("What learns"), [tr(text) for text in FREEZE.values()], defaultValue=0))
        self._add_settings()
        self.add_overrides()
        self.addParameter(QgsProcessingParameterFileDestination(
            self.OUTPUT, tr("Model"), "Safetensors (*.safetensors)"))
        self.addParameter(QgsProcessingParameterFileDestination(
            self.CURVES, tr("Training curves"), "CSV (*.csv);;PNG (*.png)", optional=True, createByDefault=False))
        self.add_report(by_default=False)
        for name, text in (("MACRO_F1", tr("Macro-F1")),
                           ("RANDOM_FOREST_MACRO_F1", tr("Macro-F1 of a random forest")),
                           ("BEST_EPOCH", tr("Epoch kept"))):
            self.addOutput(QgsProcessingOutputNumber(name, text))

    def _add_settings(self) -> None:
        real = QgsProcessingParameterNumber.Type.Double
        self.addParameter(QgsProcessingParameterNumber(self.EPOCHS, tr("Epochs"), defaultValue=30, minValue=1))
        for parameter in (
                QgsProcessingParameterNumber(self.PATIENCE, tr("Patience"), defaultValue=8, minValue=1),
                QgsProcessingParameterNumber(self.RATE, tr("Learning rate"), real, 0.002, False, 1e-6, 1.0),
                QgsProcessingParameterNumber(self.LAYER_DECAY, tr("Layer decay"), real, 0.75, False, 0.01, 1.0),
                QgsProcessingParameterNumber(self.DROP_PATH, tr("Drop path"), real, 0.1, False, 0.0, 0.9),
                QgsProcessingParameterBoolean(self.CLASS_WEIGHTS, tr("Weigh rare classes more"), True),
                QgsProcessingParameterFile(self.CHECKPOINTS, tr("Folder for checkpoints"),
                                           QgsProcessingParameterFile.Behavior.Folder, optional=True)):
            self.add_advanced(parameter)
        self.add_seed()
        self.add_device()

    def read(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The engine's parameters."""
        labels = self._labels(parameters, context)
        after = self.parameterAsRasterLayer(parameters, self.AFTER, context)

        def number(name: str) -> float:
            return self.parameterAsDouble(parameters, name, context)

        return {**self.scene(parameters, context).params(), "after": raster_path(after) if after else None,
                "labels": labels.path, "labels_layer": labels.layer or None, "class_field": labels.class_field or None,
                "head": list(HEADS)[self.parameterAsEnum(parameters, self.HEAD, context)],
                "freeze": list(FREEZE)[self.parameterAsEnum(parameters, self.FREEZE, context)],
                "epochs": self.parameterAsInt(parameters, self.EPOCHS, context),
                "patience": self.parameterAsInt(parameters, self.PATIENCE, context), "rate": number(self.RATE),
                "layer_decay": number(self.LAYER_DECAY), "drop_path": number(self.DROP_PATH),
                "weigh_classes": self.parameterAsBool(parameters, self.CLASS_WEIGHTS, context),
                "checkpoints": self.parameterAsFile(parameters, self.CHECKPOINTS, context) or None,
                "seed": self.parameterAsInt(parameters, self.SEED, context),
                "device": self.parameterAsEnumString(parameters, self.DEVICE, context),
                "output": self.parameterAsFileOutput(parameters, self.OUTPUT, context),
                "curves": self.parameterAsFileOutput(parameters, self.CURVES, context) or None,
                "report": self.parameterAsFileOutput(parameters, self.REPORT, context) or None}

    def _labels(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Labels:
        vector = self.labels(parameters, self.LABELS, self.CLASS_FIELD, context)
        raster = self.parameterAsRasterLayer(parameters, self.LABELS_RASTER, context)
        if (vector is None) == (raster is None):
            raise EngineError(tr("There must be one kind of labels."), tr("Choose either a vector or a raster."),
                              "bad-labels")
        return vector or Labels(raster_path(raster))

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Run the job."""
        value = self.run_job("train", feedback)
        ours, theirs = value["scores"]["specaware"], value["scores"]["random_forest"]
        if ours:
            feedback.pushInfo(tr("Macro-F1 of held-out places: {:.3f} (random forest: {:.3f}), epoch {} of {}.").format(
                ours["macro_f1"], theirs["macro_f1"], value["best_epoch"], value["epochs"]))
        found = {self.OUTPUT: value["output"], self.REPORT: value["report"], self.CURVES: self._params["curves"],
                 "MACRO_F1": ours and ours["macro_f1"], "RANDOM_FOREST_MACRO_F1": theirs and theirs["macro_f1"],
                 "BEST_EPOCH": value["best_epoch"]}
        return present(found)
