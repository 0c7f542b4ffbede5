"""Classify land cover: a few labels, or a saved model, to a class map."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import __version__
from ...errors import InputError, OutputError, RasterError
from ...html_report.page import is_html
from ...inference.backbone import Backbone
from ...inference.features import TOKENS
from ...inference.learnt import restore
from ...inference.memory import cache_bytes
from ...inference.model import LandCoverModel, load_model
from ...inference.tuned_model import TunedModel, is_tuned
from ...inference.usage import peak_memory_mb
from ...labels.read import file_of, read_labels
from ...labels.schemes import Scheme
from ...raster.block_cache import block_cache
from ...raster.cube import Cube
from ...raster.grid import Grid
from ...raster.legend_files import aux_path, style_path
from ...raster.writer import check_output
from ...reporting import PartReporter, Reporter, WarningKeeper
from ..image_request import check_seed
from ..sensor_note import tell_sensor
from ..staging import staged, write_text
from ..tuned import open_tuned
from ..warm import Fingerprint, WarmScene, fingerprint, warm_backbone, warm_scene
from .maps import MapSummary, natural_color, write_maps
from .report import Run, render
from .request import ClassifyRequest, ClassifyResult, ClassSummary

if TYPE_CHECKING:
    from ...training.few_labels.landcover import Trained


def run(request: ClassifyRequest, reporter: Reporter) -> ClassifyResult:
    """Make the map. Nothing is written under a final name unless everything is complete."""
    _check(request)
    with block_cache(cache_bytes(request.memory_gb)):
        return _make(request, WarningKeeper(reporter))


def _make(request: ClassifyRequest, log: WarningKeeper) -> ClassifyResult:
    start = time.monotonic()
    log.progress(0.0, "opening the image")
    warm = warm_scene(request.image, request.overrides, log)
    cube = warm.cube
    for path in _outputs(request):
        check_output(path, cube.files)
    seen = fingerprint(cube.files)
    tell_sensor(cube.meta, log)
    area = cube.grid.part(request.extent)
    backbone = warm_backbone(request.weights, request.device)
    log.progress(0.05, "learning the scene")
    trained: Trained | None = None
    if request.labels is not None:
        trained = _train(request, warm, backbone, log)
        model, reader = trained.model, trained.reader
    elif is_tuned(Path(str(request.model))):
        tuned = open_tuned(Path(str(request.model)), cube, backbone.device, log)
        model, reader, backbone = tuned.model, tuned.reader, tuned.backbone
    else:
        model = load_model(Path(str(request.model)))
        _warn_of_differences(model, cube, backbone, log)
        reader = restore(cube, model, backbone, log)
        if request.uncertainty and model.novelty is None:
            log.log("warning", "The model was saved by an earlier version and does not say what it was trained on: "
                    "band 3 of the uncertainty is empty.")
    trained_s = time.monotonic() - start
    tags = _provenance(request, backbone.name, backbone.sha256)
    with ExitStack() as outputs:
        maps = write_maps(request, cube.grid, area, reader, model, tags, _journal_key(request, seen, tags),
                          outputs, log)
        if fingerprint(cube.files) != seen:
            raise RasterError("The image was changed while it was read.", "Run the job again when it is complete.")
        result = _result(request, cube.grid, model, trained, maps, time.monotonic() - start, backbone, log)
        if request.save_model:
            model.save(outputs.enter_context(staged(Path(request.save_model))))
        if request.report:
            color = natural_color(cube, area, log) if is_html(request.report) else None
            found = Run(request, cube, result, trained, model, tags, trained_s, maps, color)
            write_text(outputs.enter_context(staged(Path(request.report))), render(found))
        log.check_cancelled()
    if maps.journal is not None:
        maps.journal.remove()
    log.progress(1.0, "done")
    return result


def _check(request: ClassifyRequest) -> None:
    """Refuse what cannot work before any work starts."""
    if (request.labels is None) == (request.model is None):
        raise InputError("Give either labels or a saved model.", "Use --labels or --model.")
    if request.model is not None and (request.class_field or request.labels_layer):
        raise InputError("A class field or a layer has a meaning only with labels, not with a saved model.",
                         "Leave --class-field and --labels-layer out.")
    if request.model is not None and request.spectral_only:
        raise InputError("What a saved model looks at was settled when it learned.",
                         "Use --spectral-only with labels, and save that model.")
    Scheme(request.validation, request.repeats)
    check_seed(request.seed)
    given = (request.image, request.labels, request.model, request.weights, request.wavelengths)
    inputs = [file_of(path) for path in given if path]
    outputs = _outputs(request)
    for path in outputs:
        check_output(path, inputs)
    # GDAL and QGIS keep names and colours of an image in files beside it.
    maps = [Path(path) for path in (request.output, request.confidence, request.uncertainty) if path]
    written = [p.resolve() for p in (*map(Path, outputs), style_path(maps[0]), *map(aux_path, maps))]
    if len(set(written)) < len(written):
        raise OutputError("Two outputs have the same name.", "Give each output a name of its own.")
    if request.save_model and not request.save_model.endswith(".safetensors"):
        raise OutputError(f"The model would be saved as {Path(request.save_model).name}.",
                          "Give it a name that ends in .safetensors.")


def _outputs(request: ClassifyRequest) -> list[str]:
    others = (request.confidence, request.uncertainty, request.report, request.save_model)
    return [request.output, *(path for path in others if path)]


def _train(request: ClassifyRequest, warm: WarmScene, backbone: Backbone, log: WarningKeeper) -> Trained:
    # Here, since scikit-learn takes a second to import: a saved model does not need it.
    from ...training.few_labels.landcover import train

    cube = warm.cube
    labels = read_labels(str(request.labels), cube.grid, request.class_field, request.labels_layer)
    for note in labels.notes:
        log.log("warning", note)
    part = PartReporter(log, 0.05, 0.6)
    trained = train(cube, labels, backbone, request.seed, part, Scheme(request.validation, request.repeats),
                    warm.learnt(backbone, part), request.spectral_only)
    for note in trained.notes:
        log.log("warning", note)
    if not request.spectral_only:
        share = trained.model.classifier.share_of(TOKENS)
        log.log("info", f"Heads that use the model's tokens have {share:.0%} of the weight on this scene; the others "
                "use spectra and noise-whitened components.")
    return trained


def _warn_of_differences(model: LandCoverModel, cube: Cube, backbone: Backbone, log: WarningKeeper) -> None:
    model.require_weights(backbone.sha256)
    if model.level != cube.meta.level:
        log.log("warning", f"The model was trained on {model.level} data, this image is {cube.meta.level}.")


def _provenance(request: ClassifyRequest, weights: str, weights_hash: str) -> dict[str, str]:
    """Tags of every output: what made it. No times, so that the same inputs give the same bytes."""
    source = {"SPECAWARE_MODEL": request.model} if request.model else {"SPECAWARE_LABELS": request.labels}
    return {"SPECAWARE_VERSION": __version__, "SPECAWARE_WEIGHTS": weights, "SPECAWARE_WEIGHTS_SHA256": weights_hash,
            "SPECAWARE_SEED": str(request.seed), "SPECAWARE_IMAGE": Path(request.image).name,
            **{name: Path(path or "").name for name, path in source.items()}}


def _journal_key(request: ClassifyRequest, image: Fingerprint, tags: dict[str, str]) -> str:
    """Hash of everything that the blocks of the map depend on, names of outputs aside."""
    files = fingerprint(path for path in (request.labels, request.model, request.wavelengths) if path)
    free = ("output", "confidence", "report", "save_model", "resume")
    settings = {name: value for name, value in asdict(request).items() if name not in free}
    return hashlib.sha256(repr((settings, image, files, sorted(tags.items()))).encode(errors="backslashreplace")
                          ).hexdigest()


def _result(request: ClassifyRequest, grid: Grid, model: LandCoverModel, trained: Trained | None,
            maps: MapSummary, seconds: float, backbone: Backbone, log: WarningKeeper) -> ClassifyResult:
    calibration = trained.validation.calibration if trained else None
    pixel_ha = grid.pixel_ha
    classes = [ClassSummary(c.id, c.name, c.color, maps.pixels[c.id],
                            pixel_ha and round(maps.pixels[c.id] * pixel_ha, 4),
                            trained.used[c.id] if trained else 0) for c in model.classes]
    return ClassifyResult(request.output, request.confidence, request.report, request.save_model, classes,
                          _scores(trained), round(seconds, 2), str(backbone.device), log.warnings, request.uncertainty,
                          round(calibration.ece, 4) if calibration else None,
                          None if isinstance(model, TunedModel) else round(model.classifier.share_of(TOKENS), 4),
                          {name: round(value, 2) for name, value in asdict(maps.stages).items()}, peak_memory_mb())


def _scores(trained: Trained | None) -> dict[str, dict[str, Any] | None]:
    """The headline of the cross-validation."""
    keys = ("oa", "kappa", "macro_f1", "oa_interval", "macro_f1_interval")
    found: Sequence[tuple[str, Any]] = [("specaware", None), ("random_forest", None)] if trained is None else [
        ("specaware", trained.validation.specaware), ("random_forest", trained.validation.random_forest)]
    return {name: None if scores is None else {k: getattr(scores, k) for k in keys} for name, scores in found}
