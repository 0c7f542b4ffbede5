"""What a warm engine keeps between jobs: the last image, open, with what was learnt of it, and the last encoder.

One of each is kept. They are used anew only while the files they come from have the same size and time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..inference.backbone import Backbone, load_backbone
from ..inference.learnt import LearntScene, learn_scene
from ..inference.radiometry import input_scale
from ..inference.statistics import BandStatistics, SceneSample
from ..models.weights import default_weights_path
from ..models.weights_folder import find_weights
from ..raster.cube import Cube, Overrides
from ..reporting import Reporter, SilentReporter

Fingerprint = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Statistics:
    """Of the good bands, and the factor from values to the model's input."""

    bands: BandStatistics
    scale: float


class Relay:
    """Passes on to the reporter of the job of the moment: what is kept outlives the job it was made for."""

    def __init__(self) -> None:
        self.target: Reporter = SilentReporter()

    def progress(self, fraction: float, message: str = "") -> None:
        """Pass it on."""
        self.target.progress(fraction, message)

    def log(self, level: str, message: str) -> None:
        """Pass it on."""
        self.target.log(level, message)

    def check_cancelled(self) -> None:
        """Ask the job of the moment."""
        self.target.check_cancelled()


class WarmScene:
    """An open image that belongs to this module: not to be closed by who uses it."""

    def __init__(self, cube: Cube, request: tuple[str, Overrides], files: Iterable[str | os.PathLike[str]]) -> None:
        self.cube, self.request, self._files = cube, request, tuple(map(str, files))
        self._seen = fingerprint(self._files)
        self._relay = Relay()
        self._learnt: tuple[Backbone, LearntScene] | None = None

    @property
    def is_fresh(self) -> bool:
        """True while none of its files has changed."""
        return fingerprint(self._files) == self._seen

    @cached_property
    def statistics(self) -> Statistics:
        """Found when first asked for."""
        sample = SceneSample(self.cube, SilentReporter())
        return Statistics(sample.bands, input_scale(self.cube.meta.level, sample.mean_value()))

    def learnt(self, backbone: Backbone, reporter: Reporter) -> LearntScene:
        """What can be learnt of it without labels; with the encoder used last, it is there already.

        Raises:
            ModelError: the encoder cannot take the image's bands.
        """
        self._relay.target = reporter
        if self._learnt is None or self._learnt[0] is not backbone:
            self._learnt = None  # two would not be needed, and take memory
            self._learnt = backbone, learn_scene(self.cube, backbone, self._relay)
        return self._learnt[1]


@dataclass
class _Kept:
    scene: WarmScene | None = None
    backbone: Backbone | None = None
    backbone_key: tuple[Fingerprint, str] | None = None


_kept = _Kept()


def fingerprint(files: Iterable[str | os.PathLike[str]]) -> Fingerprint:
    """Name, time and size of files; a file that is gone has neither."""
    found = []
    for file in files:
        try:
            status = os.stat(file)
            found.append((str(file), status.st_mtime_ns, status.st_size))
        except OSError:
            found.append((str(file), 0, -1))
    return tuple(found)


def warm_scene(image: str, overrides: Overrides, reporter: Reporter) -> WarmScene:
    """The image, open; the one used last if it is the same. Its notes are logged either way.

    Raises:
        RasterError: not a usable image.
        WavelengthError: no usable wavelengths.
        InputError: an override that cannot be meant.
    """
    request = (os.path.abspath(image), overrides)
    scene = _kept.scene
    if scene is not None and scene.request == request and scene.is_fresh:
        for note in scene.cube.notes:
            reporter.log("warning", note)
        return scene
    forget_scene()
    cube = Cube.open(image, overrides, reporter)
    _kept.scene = WarmScene(cube, request, [*cube.files, *([overrides.wavelengths] if overrides.wavelengths else [])])
    return _kept.scene


def forget_scene() -> None:
    """Close the image that is kept."""
    if _kept.scene is not None:
        _kept.scene.cube.close()
        _kept.scene = None


def warm_backbone(weights: str | None, device: str) -> Backbone:
    """The encoder, as `load_backbone` gives it; the one used last if it is the same."""
    path: Path = default_weights_path() if weights is None else find_weights(weights)
    key = (fingerprint([path]), device)
    if _kept.backbone is None or _kept.backbone_key != key:
        _kept.backbone, _kept.backbone_key = load_backbone(path, device), key
    return _kept.backbone
