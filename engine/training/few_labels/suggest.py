"""Where to label next: places the map is unsure of, unlike what was labelled, and unlike each other.

After Zhdanov 2019, "Diverse mini-batch active learning" (arXiv 1901.05954): of the most informative places, k-means
with the information as weight picks as many as are wanted, so that they do not all ask the same question.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from sklearn.cluster import KMeans

# The most informative candidates among which to spread, as a multiple of the wanted number.
SHORTLIST = 15
MAX_NOVELTY = 2.0


@dataclass(frozen=True)
class Candidates:
    """Pixels that could be labelled.

    Attributes:
        rows, cols: (n,) positions.
        margin: (n,) difference of the two largest probabilities.
        novelty: (n,) how unlike the training pixels, see `Novelty.score`.
        features: (n, features) to tell like places by.
    """

    rows: NDArray[np.intp]
    cols: NDArray[np.intp]
    margin: NDArray[np.float32]
    novelty: NDArray[np.float32]
    features: NDArray[np.float32]

    def take(self, index: NDArray[np.intp]) -> Candidates:
        """The candidates at these positions."""
        return Candidates(self.rows[index], self.cols[index], self.margin[index], self.novelty[index],
                          self.features[index])

    @property
    def worth(self) -> NDArray[np.float32]:
        """(n,) what a label there is expected to tell: doubt, more of it where nothing alike was labelled."""
        return (1 - self.margin) * (1 + np.clip(self.novelty, 0, MAX_NOVELTY))


def choose(candidates: Candidates, count: int, gap_px: float, seed: int) -> NDArray[np.intp]:
    """Pick places to label, the most telling first.

    Args:
        candidates: all pixels to choose from.
        count: wanted number; fewer come back if there are not as many places that far apart.
        gap_px: least distance between two places.
        seed: of the clustering.

    Returns:
        (k,) positions in ``candidates``.
    """
    worth = candidates.worth
    order = np.argsort(-worth, kind="stable")
    short = order[:SHORTLIST * count]
    groups = min(count, len(np.unique(candidates.features[short], axis=0)))
    if groups == 0:
        return short
    weights = np.maximum(worth[short], 1e-6).astype(float)
    found = KMeans(groups, n_init=3, random_state=seed).fit(candidates.features[short], sample_weight=weights)
    gaps = ((candidates.features[short] - found.cluster_centers_[found.labels_]) ** 2).sum(1)
    # The first of every cluster, then the second of every cluster, ...; last the rest of the candidates.
    by_centre = np.lexsort((gaps, found.labels_))
    rank = np.arange(len(short)) - np.searchsorted(found.labels_[by_centre], found.labels_[by_centre])
    queue = np.concatenate([short[by_centre[np.argsort(rank, kind="stable")]], order[SHORTLIST * count:]])
    chosen = _apart(np.column_stack([candidates.rows, candidates.cols])[queue], count, gap_px)
    picked = queue[chosen]
    return picked[np.argsort(-worth[picked], kind="stable")]


def _apart(places: NDArray[np.intp], count: int, gap_px: float) -> NDArray[np.intp]:
    """The first ``count`` places, in order, that keep the distance to those taken before."""
    tree, free, chosen = cKDTree(places), np.ones(len(places), bool), []
    for at in range(len(places)):
        if free[at]:
            chosen.append(at)
            free[tree.query_ball_point(places[at], np.nextafter(gap_px, 0))] = False
        if len(chosen) == count:
            break
    return np.array(chosen, np.intp)
