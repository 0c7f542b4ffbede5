"""Refusing a change request that cannot work."""

from __future__ import annotations

from pathlib import Path

from ...errors import InputError, OutputError
from ...inference.tuned_model import is_tuned
from ...labels.read import file_of
from ...raster.legend_files import aux_path, style_path
from ...raster.writer import check_output
from ..image_request import check_seed
from .request import ChangeRequest


def check_request(request: ChangeRequest) -> None:
    """Refuse what cannot work before any work starts."""
    if Path(request.before).exists() and Path(request.after).exists() and (
            Path(request.before).samefile(request.after)):
        raise InputError("Both images are the same file.", "Choose images of two dates.")
    tuned = is_tuned_change(request)
    if request.from_to and (request.model is None or tuned) == (request.land_cover is None):
        raise InputError("A map of transitions needs either a saved model or labels of land cover.",
                         "Use --land-cover, or --model with a land-cover model.")
    if not request.from_to and ((request.model and not tuned) or request.land_cover):
        raise InputError("A land-cover model has a use only for a map of transitions.",
                         "Add --from-to, or give a model that was trained for change (train --after).")
    if tuned and (request.labels or request.spectral_only):
        raise InputError("A model trained for change needs no labels, and cannot do without its encoder.",
                         "Leave --labels and --spectral-only out, or --model.")
    if request.from_to and request.spectral_only:
        raise InputError("Land cover needs the encoder.", "Leave --spectral-only or --from-to out.")
    if request.threshold is not None and not 0 < request.threshold < 1e6:
        raise InputError(f"A threshold of {request.threshold:g} is not possible.",
                         "Give a positive number: 1 is the automatic threshold, 2 twice that score.")
    if request.threshold is not None and (request.labels or tuned) and request.threshold >= 1:
        raise InputError(f"With labels or a model the score is a probability, and none is above {request.threshold:g}.",
                         "Give a threshold between 0 and 1.")
    check_seed(request.seed)
    _check_outputs(request)


def is_tuned_change(request: ChangeRequest) -> bool:
    """Whether the model is a fine-tuned network, which gives the score itself."""
    return request.model is not None and is_tuned(Path(request.model))


def _check_outputs(request: ChangeRequest) -> None:
    files = (request.labels, request.land_cover, request.mask)
    inputs = [request.before, request.after, *(file_of(path) for path in files if path),
              *(p for p in (request.model, request.weights, request.before_wavelengths, request.after_wavelengths)
                if p)]
    outputs = outputs_of(request)
    for path in outputs:
        check_output(path, inputs)
    maps = [Path(path) for path in (request.output, request.from_to) if path]
    written = [p.resolve() for p in (*map(Path, outputs), *map(style_path, maps), *map(aux_path, maps))]
    if len(set(written)) < len(written):
        raise OutputError("Two outputs have the same name.", "Give each output a name of its own.")


def outputs_of(request: ChangeRequest) -> list[str]:
    """Paths of all files asked for."""
    return [request.output, *(path for path in (request.report, request.from_to) if path)]
