"""Short trainings on the small scene."""

from __future__ import annotations

import rasterio

from engine.reporting import SilentReporter
from engine.tasks.classify import task as classify
from engine.tasks.classify.task import ClassifyRequest
from engine.tasks.train.task import TrainRequest
from engine.training.fine_tuning import baseline, finetune


def hurry(patch):
    """Fewer trees, views and steps."""
    patch.setattr(baseline, "TREES", 10)
    patch.setattr(finetune, "VIEWS", 2)
    patch.setattr(finetune, "MIN_STEPS_FROZEN", 12)
    patch.setattr(finetune, "MIN_STEPS", 2)
    patch.setattr(finetune, "BATCH_TILES", 1)


def request_for(scene, folder, **changes):
    return TrainRequest(**{"image": str(scene.image), "labels": str(scene.polygons), "class_field": "kind",
                           "output": str(folder / "m.safetensors"), "weights": str(scene.weights), "device": "cpu",
                           "epochs": 3} | changes)


def apply(scene, model, output, image=None):
    """The class map that a model makes, and the warnings."""
    reporter = SilentReporter()
    classify.run(ClassifyRequest(str(image or scene.image), str(output), model=str(model), device="cpu",
                                 weights=str(scene.weights)), reporter)
    with rasterio.open(output) as file:
        return file.read(1), reporter.warnings
