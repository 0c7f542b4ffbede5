"""Spatial cross-validation of the whole procedure, and of a random forest on the same folds.

Every setting is chosen again inside the training side of each fold, so no score has seen the labels it is tested on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from ...inference.classifier import PixelClassifier
from ...inference.features import SPECTRUM
from ...labels.accuracy import Accuracy, assess
from ...labels.splits import Fold, spatial_folds
from ...reporting import Reporter, tracked
from .calibration import Calibration, HeldOut, calibrate
from .label_windows import LabelledFeatures
from .pixel_classifier import fit_classifier

BASELINE_TREES = 500


@dataclass(frozen=True)
class Validation:
    """Scores on held-out regions; None when nothing could be held out.

    Attributes:
        folds: number of folds.
        tested: number of labelled pixels that were held out once.
        not_assessed: classes of which no pixel could be held out, because they sit in one region.
        specaware, random_forest: accuracy of the procedure and of a random forest on spectra, same pixels.
        calibration: of the procedure's probabilities.
    """

    folds: int
    tested: int
    not_assessed: tuple[str, ...]
    specaware: Accuracy | None
    random_forest: Accuracy | None
    calibration: Calibration | None


def validate(data: LabelledFeatures, index: NDArray[np.intp], names: dict[int, str], seed: int,
             reporter: Reporter, chosen: Sequence[Fold] | None = None) -> Validation:
    """Hold out places and score what is trained without them on them.

    Args:
        data: features of all labelled pixels.
        index: samples that take part.
        names: class names by id.
        seed: of folds, forests and intervals.
        reporter: for progress and cancelling.
        chosen: folds as positions in ``index``; by default every region is held out once.
    """
    class_ids, in_windows = np.array(sorted(names), np.uint8), data.in_windows()
    if chosen is None:
        chosen = spatial_folds(data.class_ids[index], data.region_ids[index], seed)
    folds = [Fold(index[f.train], index[f.test]) for f in chosen]
    truth, ours, forest, regions, fold_ids = [], [], [], [], []
    for number, fold in enumerate(tracked(folds, len(folds), reporter, "spatial cross-validation")):
        known = np.isin(data.class_ids[fold.test], data.class_ids[fold.train])
        test = fold.test[known & in_windows[fold.test]]
        if not len(test):
            continue
        fit = fit_classifier(data, fold.train, class_ids, seed, reporter)
        order, probabilities = predict_samples(data, test, fit.classifier)
        baseline = RandomForestClassifier(BASELINE_TREES, random_state=seed, n_jobs=-1)
        baseline.fit(data.blocks[SPECTRUM][fold.train], data.class_ids[fold.train])
        truth.append(data.class_ids[order])
        ours.append(probabilities)
        forest.append(baseline.predict(data.blocks[SPECTRUM][order]))
        regions.append(data.region_ids[order])
        fold_ids.append(np.full(len(order), number))
    tested = {int(c) for part in truth for c in np.unique(part)}
    missing = tuple(name for class_id, name in names.items() if class_id not in tested)
    if not truth:
        return Validation(0, 0, missing, None, None, None)
    where, reference, found = np.concatenate(regions), np.concatenate(truth), np.concatenate(ours)
    held_out = HeldOut(found, np.searchsorted(class_ids, reference), np.concatenate(fold_ids))
    return Validation(len(truth), len(reference), missing,
                      assess(reference, class_ids[found.argmax(-1)], where, names, seed),
                      assess(reference, np.concatenate(forest), where, names, seed), calibrate(held_out))


def predict_samples(data: LabelledFeatures, index: NDArray[np.intp], classifier: PixelClassifier
                    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Probabilities of samples as they would be on the map, smoothing included.

    Args:
        data: features of all labelled pixels.
        index: positions of the samples; those outside every window are left out.
        classifier: fitted without them.

    Returns:
        (k,) positions of the samples in the order of the result, and their (k, classes) probabilities.
    """
    order, found = [], []
    for window in data.windows_of(index):
        probabilities = window.operators[classifier.smoothing.name] @ classifier.mix(window.blocks)
        order.append(window.samples)
        found.append(probabilities.astype(np.float32))
    return np.concatenate(order), np.concatenate(found)
