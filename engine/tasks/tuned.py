"""A fine-tuned model put to work on an image in place of a saved land-cover model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ..errors import ModelError
from ..inference.backbone import Backbone
from ..inference.device import Device
from ..inference.features import FeatureReader
from ..inference.model import LandCoverModel
from ..inference.tuned_model import load_tuned
from ..inference.tuned_reader import SceneInput, TunedReader
from ..raster.cube import Cube
from ..reporting import Reporter


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
    backbone = Backbone(f"fine-tuned {path.stem}", model.net.encoder, model.card.weights_sha256, device)
    backbone.check_bands(cube.bands)
    for note in model.check_scene(cube):
        reporter.log("warning", note)
    reader = TunedReader(model, (SceneInput(cube, model.net.encoder, reporter),), device, reporter)
    # Both have all that mapping asks of a saved model and of its features.
    return TunedMapper(cast(LandCoverModel, model), cast(FeatureReader, reader), backbone)
