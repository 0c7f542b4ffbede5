"""A fine-tuned model put to work: on an image in place of a saved land-cover model, or on a pair to find change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ..errors import ModelError
from ..inference.backbone import Backbone
from ..inference.change.pair import ImagePair
from ..inference.device import Device
from ..inference.features import FeatureReader
from ..inference.model import LandCoverModel
from ..inference.tuned_model import TunedModel, load_tuned
from ..inference.tuned_reader import SceneInput, TunedReader
from ..labels.unchanged import unchanged_class
from ..raster.cube import Cube
from ..reporting import Reporter
from .change.scores import TunedScores


@dataclass(frozen=True)
class TunedMapper:
    """What mapping takes: a model with classes and a classifier, a reader of its features, and the encoder used."""

    model: LandCoverModel
    reader: FeatureReader
    backbone: Backbone


def open_tuned(path: Path, cube: Cube, device: Device, reporter: Reporter) -> TunedMapper:
    """Load a fine-tuned model and set it on an image; how the image differs from the training scene is told.

    Raises:
        ModelError: not such a file, a model of change, or an image of another band range.
    """
    model = load_tuned(path)
    if model.card.task != "classification":
        raise ModelError(f"{path.name} was trained to find change, not land cover.",
                         "Choose a model trained on the labels of one image.")
    backbone = _backbone(path, model, device)
    _check_image(backbone, model, cube, reporter)
    reader = TunedReader(model, (SceneInput(cube, model.net.encoder, reporter),), device, reporter)
    # Both have all that mapping asks of a saved model and of its features.
    return TunedMapper(cast(LandCoverModel, model), cast(FeatureReader, reader), backbone)


@dataclass(frozen=True)
class TunedChange:
    """What change detection takes: where the scores come from, and the encoder used."""

    scores: TunedScores
    backbone: Backbone


def open_tuned_change(path: Path, pair: ImagePair, device: Device, reporter: Reporter) -> TunedChange:
    """Load a model fine-tuned for change and set it on two aligned images, each as it is.

    Raises:
        ModelError: not such a file, a model of land cover, or images of another band range.
        LabelError: the names of its classes do not say which means unchanged.
    """
    model = load_tuned(path)
    if model.card.task != "change":
        raise ModelError(f"{path.name} was trained to map land cover, not to find change.",
                         "Choose a model trained on a pair (train --after).")
    unchanged = unchanged_class(model.classes)
    changed = next(i for i, c in enumerate(model.classes) if c.id != unchanged)
    backbone = _backbone(path, model, device)
    # The later image is read like a cube.
    images = [cast(Cube, image) for image in (pair.before, pair.after)]
    for image in images:
        _check_image(backbone, model, image, reporter)
    inputs = [SceneInput(image, model.net.encoder, reporter) for image in images]
    return TunedChange(TunedScores(TunedReader(model, inputs, device, reporter), changed), backbone)


def _backbone(path: Path, model: TunedModel, device: Device) -> Backbone:
    return Backbone(f"fine-tuned {path.stem}", model.net.encoder, model.card.weights_sha256, device)


def _check_image(backbone: Backbone, model: TunedModel, cube: Cube, reporter: Reporter) -> None:
    """Refuse an image of other bands; tell how it differs from the training scene."""
    backbone.check_bands(cube.bands)
    for note in model.check_scene(cube):
        reporter.log("warning", note)
