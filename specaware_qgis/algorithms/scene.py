"""``specaware:scene``: chips, or the cells of a grid, given classes from a few examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
)

from ..compat import VECTOR_POLYGON
from ..errors import EngineError
from ..i18n import tr
from ..marking import mark
from ..scene_style import SceneStyler
from ..sources import raster_path
from .base import EngineAlgorithm, present
from .vectors import with_layer

HELP = (
    "Gives whole image chips, or the cells of a grid over a scene, a class: residential, forest, river ... The classes "
    "are learned from a few labelled examples; five a class are enough to begin with.\n\n"
    "Either choose a scene and draw polygons or points with a class on it: the scene is cut into a regular grid, and "
    "every cell gets a class, its probability and the second guess. With a layer of units, such as fields or parcels, "
    "every unit gets one class instead.\n\n"
    "Or choose a folder with one folder of chips per class (or a CSV with the columns path and label) to learn from, "
    "and a folder or a CSV with the column path to classify. Chips need not have wavelengths: Sentinel-2 is recognised "
    "by its bands.\n\n"
    "The share of right answers that is told comes from labelled chips that were held out, with a 95 % interval; a "
    "plain logistic regression stands beside it.\n\n"
    "Everything is computed on this machine, in a process of its own. Cancelling stops it and leaves no file.")
HELP_OF = {
    "INPUT": "A scene to cut into a grid. Leave it empty if you classify a folder or a table of chips.",
    "LABELS": "Polygons or points over the scene, each with a class.",
    "CLASS_FIELD": "The field that holds the class; found by its name if left empty.",
    "UNITS": "Polygons over the scene that get one class each, such as fields or parcels, instead of the cells of a "
             "grid. Only what lies inside a polygon is looked at, in the examples, too; these must be polygons.",
    "CHIP": "Side of a cell of the grid, and of the examples cut out around polygons and points, in pixels.",
    "TRAIN": "Instead of polygons: a folder with one folder of chips per class.",
    "TRAIN_TABLE": "Instead of polygons: a CSV with the columns path and label.",
    "PREDICT": "Instead of a scene: a folder of chips to classify.",
    "PREDICT_TABLE": "Instead of a scene: a CSV with the column path.",
    "SENSOR": "Set it only if the files do not tell the sensor, or tell a wrong one.",
    "LEVEL": "Set it only if the files do not tell: at-sensor radiance (L1) or surface reflectance (L2).",
    "WAVELENGTHS": "Band table with the columns band, wavelength, fwhm and good, for files without wavelengths.",
    "GSD": "Size of a pixel in metres, for files without map coordinates.",
    "SEED": "The same inputs and the same seed give the same result.",
    "OUTPUT": "A layer of outlines (.gpkg, .geojson) or a table (.csv) with class, probability and second guess.",
    "REPORT": "A page with maps, held-out scores and settings, or JSON if the name ends in .json.",
}


class SceneAlgorithm(EngineAlgorithm):
    """Classify scenes."""

    NAME, TITLE = "scene", mark("Classify scenes")
    TAGS = ("hyperspectral", "scene", "chips", "patches", "tiles", "grid", "classification", "sentinel-2")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    LABELS, CLASS_FIELD, CHIP = "LABELS", "CLASS_FIELD", "CHIP"
    TRAIN, TRAIN_TABLE, PREDICT, PREDICT_TABLE = "TRAIN", "TRAIN_TABLE", "PREDICT", "PREDICT_TABLE"
    UNITS, OUTPUT = "UNITS", "OUTPUT"
    ICON = "page_scenes.svg"

    # QGIS keeps no reference to a post-processor; it would be gone before the layer is loaded.
    _stylers: ClassVar[dict[str, SceneStyler]] = {}

    def declare(self) -> None:
        """Add the parameters and outputs."""
        folder = QgsProcessingParameterFile.Behavior.Folder
        self.addParameter(QgsProcessingParameterRasterLayer(self.INPUT, tr("Scene to cut into a grid"), optional=True))
        self.add_labels(self.LABELS, tr("Examples: polygons or points on the scene"), self.CLASS_FIELD,
                        tr("Field with the class"))
        self.addParameter(QgsProcessingParameterFeatureSource(
            self.UNITS, tr("Units to classify instead of a grid"), [VECTOR_POLYGON], optional=True))
        self.addParameter(QgsProcessingParameterNumber(
            self.CHIP, tr("Side of a cell (pixels)"), defaultValue=64, minValue=4, maxValue=1024))
        self.addParameter(QgsProcessingParameterFile(
            self.TRAIN, tr("Or examples: folder with one folder per class"), folder, optional=True))
        self.addParameter(QgsProcessingParameterFile(
            self.PREDICT, tr("Or classify: folder of chips"), folder, optional=True))
        self.add_advanced(QgsProcessingParameterFile(
            self.TRAIN_TABLE, tr("Or examples: table with path and label"), extension="csv", optional=True))
        self.add_advanced(QgsProcessingParameterFile(
            self.PREDICT_TABLE, tr("Or classify: table with path"), extension="csv", optional=True))
        self.add_overrides()
        self.add_seed()
        self.add_device()
        self.addParameter(QgsProcessingParameterFileDestination(
            self.OUTPUT, tr("Scenes"), "GeoPackage (*.gpkg);;GeoJSON (*.geojson);;CSV (*.csv)"))
        self.add_report(by_default=False)
        self.addOutput(QgsProcessingOutputNumber("CHIPS", tr("Chips or units classified")))
        self.addOutput(QgsProcessingOutputNumber("ACCURACY", tr("Share of held-out examples that were right")))
        self.addOutput(QgsProcessingOutputNumber("BASELINE_ACCURACY", tr("The same of a logistic regression")))

    def read(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The engine's parameters."""
        labels = self.labels(parameters, self.LABELS, self.CLASS_FIELD, context)
        units = self.labels(parameters, self.UNITS, "", context)
        image = self.parameterAsRasterLayer(parameters, self.INPUT, context)
        train = [labels.path] if labels else []
        train += [t for t in self._files(parameters, context, self.TRAIN, self.TRAIN_TABLE) if t]
        predict = [raster_path(image)] if image is not None else []
        predict += [p for p in self._files(parameters, context, self.PREDICT, self.PREDICT_TABLE) if p]
        if len(train) != 1 or len(predict) != 1:
            raise EngineError(
                tr("There are {} sources of examples and {} things to classify; there must be one of each.").format(
                    len(train), len(predict)),
                tr("Choose a scene with polygons or points on it, or two folders or tables of chips."), "bad-input")
        scene = self.scene_at(predict[0], parameters, context).params()
        return {"train": train[0], "predict": scene.pop("image"), **scene,
                "output": self.parameterAsFileOutput(parameters, self.OUTPUT, context),
                "report": self.parameterAsFileOutput(parameters, self.REPORT, context) or None,
                "class_field": (labels.class_field or None) if labels else None,
                "labels_layer": (labels.layer or None) if labels else None,
                "units": with_layer(units) if units else None,
                "chip_px": self.parameterAsInt(parameters, self.CHIP, context),
                "seed": self.parameterAsInt(parameters, self.SEED, context),
                "device": self.parameterAsEnumString(parameters, self.DEVICE, context)}

    def _files(self, parameters: dict[str, Any], context: QgsProcessingContext, *names: str) -> list[str]:
        return [self.parameterAsFile(parameters, name, context) for name in names]

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Run the job and see to the style of the layer."""
        value = self.run_job("scene", feedback)
        self._load(value, context)
        if value["accuracy"] is not None:
            low_high = value["accuracy_interval"]
            interval = f" ({low_high[0]:.2f} - {low_high[1]:.2f})" if low_high else ""
            feedback.pushInfo(tr("Held-out examples right: {:.2f}{}; logistic regression: {:.2f}.").format(
                value["accuracy"], interval, value["baseline_accuracy"]))
        found = {self.OUTPUT: value["output"], self.REPORT: value["report"], "CHIPS": value["chips"],
                 "ACCURACY": value["accuracy"], "BASELINE_ACCURACY": value["baseline_accuracy"]}
        return present(found)

    def _load(self, value: dict[str, Any], context: QgsProcessingContext) -> None:
        """A file destination is not loaded by itself; a layer of outlines is wanted on the map."""
        path = value["output"]
        if Path(path).suffix.lower() == ".csv" or context.project() is None:
            return
        details = QgsProcessingContext.LayerDetails(tr("Scenes"), context.project(), self.OUTPUT)
        self._stylers[path] = SceneStyler(value["classes"])
        details.setPostProcessor(self._stylers[path])
        context.addLayerToLoadOnCompletion(path, details)
