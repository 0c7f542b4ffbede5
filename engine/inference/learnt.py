"""What the engine knows of a scene without labels: learnt from it, or restored from a saved model."""

from __future__ import annotations

from dataclasses import dataclass

from ..raster.cube import Cube
from ..reporting import Reporter
from .backbone import Backbone
from .features import FeatureReader, fit_maps
from .linear import LinearMap
from .model import LandCoverModel
from .radiometry import input_scale
from .statistics import Scene, SceneSample
from .tokens import TokenField


@dataclass(frozen=True)
class LearntScene:
    """What is learnt of a scene without labels.

    Attributes:
        scene: its good bands and their statistics.
        scale: factor from its values to encoder input.
        maps: linear feature maps by name.
        tokens: the encoder's tokens at pixels.
        reader: all of these, ready for reading.
    """

    scene: Scene
    scale: float
    maps: dict[str, LinearMap]
    tokens: TokenField
    reader: FeatureReader


def learn_scene(cube: Cube, backbone: Backbone, reporter: Reporter) -> LearntScene:
    """Fit features to a scene.

    Raises:
        ModelError: the backbone cannot take the image's bands.
    """
    backbone.check_bands(cube.bands)
    sample = SceneSample(cube, reporter)
    scene = Scene(cube, cube.bands.good_indices, sample.bands)
    maps = fit_maps(sample)
    scale = input_scale(cube.meta.level, sample.mean_value())
    del sample
    tokens = TokenField.fit(backbone.on(scene, scale, reporter), backbone.lattice(scene.shape),
                            backbone.patch_px)
    return LearntScene(scene, scale, maps, tokens, FeatureReader(scene, maps, tokens))


def restore(cube: Cube, model: LandCoverModel, backbone: Backbone, reporter: Reporter) -> FeatureReader:
    """The features a saved model needs, read from another image.

    Raises:
        ModelError: the image lacks bands of the model, or the backbone cannot take them.
    """
    scene = Scene(cube, model.match_bands(cube.bands), model.statistics)
    tokens = TokenField(backbone.on(scene, model.scale, reporter), model.tokens, backbone.lattice(scene.shape),
                        backbone.patch_px)
    return FeatureReader(scene, model.maps, tokens)
