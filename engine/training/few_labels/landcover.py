"""From an image and labels to a land-cover model with an honest score."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ... import __version__
from ...errors import LabelError
from ...inference.backbone import Backbone
from ...inference.features import SPECTRUM, FeatureReader
from ...inference.learnt import LearntScene, learn_scene
from ...inference.linear import LinearMap
from ...inference.model import LandCoverModel
from ...inference.novelty import NOVELTY_BLOCK, fit_novelty
from ...labels.folds import plan
from ...labels.labelset import LabelSet
from ...labels.schemes import Scheme
from ...labels.splits import Regions, Samples, divided_patches, find_regions, thin
from ...raster.cube import Cube
from ...reporting import PartReporter, Reporter
from .label_windows import LabelledFeatures, read_labelled
from .pixel_classifier import Fit, fit_classifier
from .validation import Validation, validate

# More pixels of a class add next to nothing: neighbours are near-duplicates.
MAX_SAMPLES = 4000
MAX_SAMPLES_PER_CLASS = 300
MIN_SAMPLES_PER_CLASS = 30
FEW_PIXELS = 5
PLACES = Scheme()


@dataclass(frozen=True)
class Trained:
    """A model, how it was chosen and how good it is.

    Attributes:
        reader: features of the training scene, ready for mapping.
        used: labelled pixels used, by class id.
        spectra: mean spectrum (bands,) of the labelled pixels of each class, in the units of the image.
        regions: regions the labels form, and the gap between them.
        notes: what the user should know about the labels.
        scheme: how labels were held out.
        range_px: range of the labels' autocorrelation, where the scheme needed it.
    """

    model: LandCoverModel
    reader: FeatureReader
    fit: Fit
    validation: Validation
    used: dict[int, int]
    spectra: dict[int, NDArray[np.float32]]
    regions: Regions
    notes: tuple[str, ...]
    scheme: Scheme
    range_px: float | None


def train(cube: Cube, labels: LabelSet, backbone: Backbone, seed: int, reporter: Reporter,
          scheme: Scheme = PLACES, learnt: LearntScene | None = None, spectral_only: bool = False) -> Trained:
    """Fit features and classifier to a scene, and validate them spatially.

    Args:
        cube: the image.
        labels: on its grid.
        backbone: the encoder.
        seed: of every random choice.
        reporter: for progress and cancelling.
        scheme: how labels are held out.
        learnt: of the same image with the same encoder, if it is there already.
        spectral_only: do without the encoder's tokens.

    Raises:
        LabelError: fewer than two classes have pixels with image data.
        ModelError: the backbone cannot take the image's bands.
    """
    learnt = learnt or learn_scene(cube, backbone, reporter)
    maps = learnt.maps
    reader = learnt.reader.only(maps) if spectral_only else learnt.reader
    samples, regions = choose_samples(labels, seed)
    data = read_labelled(reader, samples, regions.ids, PartReporter(reporter, 0.1, 0.4))
    index, notes = _usable(data, labels)
    names = {c.id: c.name for c in labels.classes if c.id in data.class_ids[index]}
    # Many small products: a second thread waits more than it works, and thrashes when the machine is busy.
    with threadpool_limits(1):
        chosen = plan(scheme, samples.take(index), data.region_ids[index], seed)
        validation = validate(data, index, names, seed, PartReporter(reporter, 0.4, 0.8), chosen.folds)
        reporter.progress(0.8, "learning from all labels")
        fit = fit_classifier(data, index, np.array(sorted(names), np.uint8), seed, reporter)
    temperature = validation.calibration.temperature if validation.calibration else 1.0
    classifier = replace(fit.classifier, temperature=temperature)
    model = LandCoverModel(tuple(c for c in labels.classes if c.id in names), cube.bands.only(learnt.scene.indices),
                           cube.meta.level, learnt.scene.bands, learnt.scale, maps, learnt.tokens.projection,
                           backbone.sha256, classifier,
                           {"engine": __version__, "seed": str(seed), "sensor": cube.meta.name},
                           fit_novelty(data.blocks[NOVELTY_BLOCK][index], data.region_ids[index]))
    used = {i: int((data.class_ids[index] == i).sum()) for i in names}
    notes += _advice(labels, data, index, validation, scheme)
    return Trained(model, reader, fit, validation, used, _mean_spectra(data, index, maps[SPECTRUM]),
                   Regions(data.region_ids[index], regions.gap_px), notes, scheme, chosen.range_px)


def choose_samples(labels: LabelSet, seed: int) -> tuple[Samples, Regions]:
    """Labelled pixels to use, drawn evenly from their regions, and those regions."""
    samples = Samples(labels.rows, labels.cols, labels.class_ids, labels.groups)
    if labels.kind == "raster":
        samples = divided_patches(samples)
    limit = int(np.clip(MAX_SAMPLES // len(labels.classes), MIN_SAMPLES_PER_CLASS, MAX_SAMPLES_PER_CLASS))
    samples = samples.take(thin(samples, np.unique(samples.groups, return_inverse=True)[1], limit, seed))
    return samples, find_regions(samples)


def _mean_spectra(data: LabelledFeatures, index: NDArray[np.intp],
                  spectrum: LinearMap) -> dict[int, NDArray[np.float32]]:
    """Mean spectra, back from the standardised ones."""
    scale = np.diag(spectrum.matrix)
    values, labels = data.blocks[SPECTRUM][index], data.class_ids[index]
    return {int(k): (values[labels == k].mean(0) / scale + spectrum.centre).astype(np.float32)
            for k in np.unique(labels)}


def _usable(data: LabelledFeatures, labels: LabelSet) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Samples on image data, and a note on the others."""
    index = np.flatnonzero(data.valid)
    if len(np.unique(data.class_ids[index])) < 2:
        raise LabelError(f"Only {len(index)} of {len(data.valid)} labelled pixels lie on image data, "
                         "in fewer than two classes.", "Draw labels where the image has data.")
    notes = []
    if missing := len(data.valid) - len(index):
        notes.append(f"{missing} labelled pixels lie where the image has no data and were left out.")
    lost = [c.name for c in labels.classes if c.id not in data.class_ids[index]]
    if lost:
        notes.append(f"No label of {', '.join(lost)} lies on image data; the map does not have this class.")
    return index, tuple(notes)


def _advice(labels: LabelSet, data: LabelledFeatures, index: NDArray[np.intp],
            validation: Validation, scheme: Scheme) -> tuple[str, ...]:
    """What would make the map or its score better."""
    names = {c.id: c.name for c in labels.classes}
    notes = []
    ids, counts = np.unique(data.class_ids[index], return_counts=True)
    if few := [f"{names[int(i)]} ({n})" for i, n in zip(ids, counts, strict=True) if n < FEW_PIXELS]:
        notes.append(f"Very few labelled pixels: {', '.join(few)}.")
    if scheme.kind == "none":
        notes.append("Accuracy was not assessed, as asked.")
    elif validation.specaware is None:
        notes.append("The labels lie in too few places to hold any out: the map has no accuracy estimate, and cautious "
                     "settings were used. Label each class in at least two places.")
    elif validation.not_assessed:
        notes.append(f"Not assessed, since no labelled place of it could be held out: "
                     f"{', '.join(validation.not_assessed)}.")
    return tuple(notes)
