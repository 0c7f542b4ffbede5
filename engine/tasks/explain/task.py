"""Explain: how much the model weighs each band at some places, and which bands a trained classifier needs there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, ModelError
from ...inference.backbone import Backbone
from ...inference.band_weights import WeighedTile, weigh_bands
from ...inference.embedders import SpecAwareEmbedder
from ...inference.model import LandCoverModel, load_model
from ...inference.occlusion import Occlusion, band_groups, occlude
from ...inference.places import MAX_TILES, PlaceTile, place_tiles
from ...inference.statistics import Scene
from ...raster.grid import Grid, Window
from ...raster.writer import check_output
from ...reporting import PartReporter, Reporter
from ..inspect import BandInfo, json_number
from ..sensor_note import tell_sensor
from ..staging import staged
from ..warm import WarmScene, warm_backbone, warm_scene
from .files import check_suffix, write_result
from .request import ClassNeed, ExplainRequest, ExplainResult, PlaceWeights

MAX_POINTS = 64


@dataclass(frozen=True)
class _Setting:
    """Everything that is the same for all places."""

    scene: Scene
    scale: float
    backbone: Backbone
    model: LandCoverModel | None

    def spread_out(self, values: NDArray[np.float64]) -> list[float | None]:
        """A value a used band to one a band of the file."""
        found: list[float | None] = [None] * len(self.scene.cube.bands)
        for index, value in zip(self.scene.indices, values, strict=True):
            found[int(index)] = json_number(value)
        return found


def run(request: ExplainRequest, reporter: Reporter) -> ExplainResult:
    """Weigh the bands.

    Raises:
        InputError: neither or both of points and extent are given, they lie outside or have no data, or a file is not
            usable.
        ModelError: the encoder is not a SpecAware.
        OutputError: the output cannot be written.
    """
    start = time.monotonic()
    _check(request)
    warm = warm_scene(request.image, request.overrides, reporter)
    if request.output:
        check_output(request.output, warm.cube.files)
    windows = _windows(request, warm.cube.grid)
    backbone = warm_backbone(request.weights, request.device)
    if backbone.family != "specaware":
        raise ModelError(f"{backbone.name} embeds every image with the same weights: there is nothing to explain.",
                         "Choose SpecAware weights.")
    tell_sensor(warm.cube.meta, reporter)
    setting = _setting(request, warm, backbone)
    notes = list(warm.cube.notes)
    places = []
    for i, window in enumerate(windows):
        reporter.check_cancelled()
        part = PartReporter(reporter, i / len(windows), (i + 1) / len(windows))
        places.append(_place(setting, window, notes, part))
        part.progress(1.0)
    bands = [BandInfo(i, b.wavelength_nm, b.fwhm_nm, b.good, b.reason) for i, b in enumerate(warm.cube.bands, 1)]
    groups = [[int(setting.scene.indices[i]) + 1 for i in group] for group in band_groups(setting.model.bands)
              ] if setting.model else []
    result = ExplainResult(request.output, backbone.name, backbone.sha256, bands, groups, places, notes,
                           round(time.monotonic() - start, 3))
    if request.output:
        with staged(Path(request.output)) as path:
            write_result(path, result, Path(request.output).suffix.lower())
            reporter.check_cancelled()
    return result


def _check(request: ExplainRequest) -> None:
    """Refuse what cannot work before any work starts."""
    if (request.points is None) == (request.extent is None):
        raise InputError("Give either points or an extent.", "Use --point x,y (once or several times) or --extent.")
    if request.points is not None and not 0 < len(request.points) <= MAX_POINTS:
        raise InputError(f"{len(request.points)} points were given; 1 to {MAX_POINTS} are possible.",
                         "Give fewer points, or an extent.")
    if request.output:
        check_suffix(request.output)
        check_output(request.output, [p for p in (request.image, request.weights, request.model, request.wavelengths)
                                      if p])


def _windows(request: ExplainRequest, grid: Grid) -> list[Window]:
    if request.extent is not None:
        return [grid.part(request.extent)]
    return [grid.pixel_at(x, y) for x, y in request.points or ()]


def _setting(request: ExplainRequest, warm: WarmScene, backbone: Backbone) -> _Setting:
    """Bands and statistics of the trained model if there is one, else of the image."""
    cube = warm.cube
    if request.model is None:
        return _Setting(Scene(cube, cube.bands.good_indices, warm.statistics.bands), warm.statistics.scale, backbone,
                        None)
    model = load_model(Path(request.model))
    model.require_weights(backbone.sha256)
    return _Setting(Scene(cube, model.match_bands(cube.bands), model.statistics), model.scale, backbone, model)


def _place(setting: _Setting, window: Window, notes: list[str], reporter: Reporter) -> PlaceWeights:
    scene, patch_px = setting.scene, setting.backbone.patch_px
    x, y = scene.cube.grid.transform @ (window.col + window.cols / 2, window.row + window.rows / 2)
    tiles = place_tiles(scene, window, setting.backbone.tile_px)
    if not tiles:
        raise InputError(f"There is no data at {x:.10g}, {y:.10g}.", "Choose a place where the image has data.")
    if len(tiles) == MAX_TILES and window.rows * window.cols > sum(t.part.rows * t.part.cols for t in tiles):
        notes.append(f"The extent is large: {MAX_TILES} parts spread over it were looked at.")
    bands, meta = scene.cube.bands.only(scene.indices), scene.cube.meta
    embedder = setting.backbone.embedder(bands, meta, setting.scale, scene.bands)
    assert isinstance(embedder, SpecAwareEmbedder)  # nosec B101  # for the type checker
    weighed = [WeighedTile(embedder.prepare(tile.patch.values.transpose(2, 0, 1)[None], tile.patch.valid[None]),
                           tile.tokens(patch_px)) for tile in tiles]
    found = weigh_bands(embedder.module, embedder.spectral, weighed, setting.backbone.device, reporter,
                        embedder.content)
    classes = []
    if setting.model is not None:
        classes = _needs(setting, occlude(scene, setting.model, setting.backbone, tiles, reporter))
    spectrum, spread, pixels = _spectrum(tiles)
    return PlaceWeights(float(x), float(y), window.row, window.col, window.rows, window.cols, pixels, spectrum, spread,
                        setting.spread_out(found.gain), setting.spread_out(found.response),
                        setting.spread_out(found.content_shift), classes)


def _needs(setting: _Setting, occlusion: Occlusion) -> list[ClassNeed]:
    """Classes by falling score, with a drop for every band of a group."""
    assert setting.model is not None  # nosec B101  # for the type checker
    found = []
    for position in np.argsort(-occlusion.score, kind="stable"):
        info, drop = setting.model.classes[position], np.zeros(len(setting.scene.indices))
        for group, value in zip(occlusion.groups, occlusion.drop[:, position], strict=True):
            drop[list(group)] = value
        found.append(ClassNeed(info.id, info.name, info.color, json_number(occlusion.score[position]) or 0.0,
                               setting.spread_out(drop)))
    return found


def _spectrum(tiles: Sequence[PlaceTile]) -> tuple[list[float | None], list[float | None], int]:
    """Mean and standard deviation of all bands of the file over the pixels with data, and their number."""
    values = np.concatenate([tile.spectra for tile in tiles], axis=1).astype(np.float64)
    finite = np.isfinite(values)
    count = finite.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(finite, values, 0).sum(axis=1) / count
        spread = np.sqrt((np.where(finite, values - mean[:, None], 0) ** 2).sum(axis=1) / np.where(count > 1, count, 0))
    return [json_number(v) for v in mean], [json_number(v) for v in spread], values.shape[1]
