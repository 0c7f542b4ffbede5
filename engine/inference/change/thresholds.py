"""A threshold for change scores from their histogram, filled block by block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Logarithms of scores; anything outside is put into the outermost bin.
LOG_RANGE = (-16.0, 16.0)
FINE_BINS = 64_000
COARSE_BINS = 256
TAIL = 5e-4
TOP = 1e-3
# Shares below one standard deviation under and over a normal distribution's mean; how many noise hardly reaches.
ONE_BELOW, ONE_ABOVE = 0.1587, 0.8413
NOISE_DEVIATIONS = 4.0


class LogHistogram:
    """Counts of the logarithms of scores; constant memory, and no order of filling changes it."""

    def __init__(self) -> None:
        self.counts = np.zeros(FINE_BINS, np.int64)
        low, high = LOG_RANGE
        self._step = (high - low) / FINE_BINS
        self.centres = low + self._step * (np.arange(FINE_BINS) + 0.5)

    def add(self, log_scores: NDArray[np.floating]) -> None:
        """Count values."""
        at = ((log_scores - LOG_RANGE[0]) / self._step).astype(np.int64)
        self.counts += np.bincount(at.clip(0, FINE_BINS - 1), minlength=FINE_BINS)

    def quantile(self, share: float) -> float:
        """The value below which a share of the counts lies."""
        return float(self.centres[min(np.searchsorted(self.counts.cumsum(), share * self.counts.sum()),
                                      FINE_BINS - 1)])


def find_threshold(histogram: LogHistogram) -> float | None:
    """Logarithm of the threshold: mean of Otsu's on the root of the score and of Kapur's on its logarithm.

    Otsu's rule alone asks for too much where few pixels changed strongly, Kapur's marks a like share of every scene;
    their mean is better than either on pairs with 0.3 to 20 % of change. None if all scores are the same.
    """
    if histogram.quantile(1 - TAIL) - histogram.quantile(TAIL) < 1e-6:
        return None
    return (otsu(histogram) + kapur(histogram)) / 2


def noise_limit(histogram: LogHistogram) -> float:
    """Logarithm of a score that noise hardly reaches: four standard deviations above the median.

    The standard deviation is the larger one of both sides, from the quantiles at 15.87 and 84.13 %: noise that differs
    from place to place has a long upper side, and a change of up to 15 % of the pixels moves neither quantile much.
    """
    median = histogram.quantile(0.5)
    deviation = max(median - histogram.quantile(ONE_BELOW), histogram.quantile(ONE_ABOVE) - median)
    return median + NOISE_DEVIATIONS * deviation


def otsu(histogram: LogHistogram) -> float:
    """Logarithm of the threshold that best separates the roots of the scores in two classes (Otsu 1979).

    The highest thousandth is clipped, so that few extreme values do not decide.
    """
    values = np.exp(np.minimum(histogram.centres, histogram.quantile(1 - TOP)) / 2)
    below = histogram.counts.cumsum().astype(np.float64)
    mass = (histogram.counts * values).cumsum()
    above = below[-1] - below
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    return float(histogram.centres[np.nanargmax(between[:-1])])


def kapur(histogram: LogHistogram) -> float:
    """Logarithm of the threshold with the largest entropy of both sides together (Kapur, Sahoo and Wong 1985)."""
    low, high = histogram.quantile(TAIL), histogram.quantile(1 - TAIL)
    counts, edges = np.histogram(histogram.centres.clip(low, high), COARSE_BINS, (low, high),
                                 weights=histogram.counts.astype(np.float64))
    share = counts / counts.sum()
    below = share.cumsum()
    entropy = -(share * np.log(np.maximum(share, 1e-12))).cumsum()
    with np.errstate(invalid="ignore", divide="ignore"):
        both = (np.log(below) + entropy / below + np.log(1 - below) + (entropy[-1] - entropy) / (1 - below))[:-1]
    return float(edges[1:-1][np.nanargmax(np.where(np.isfinite(both), both, np.nan))])
