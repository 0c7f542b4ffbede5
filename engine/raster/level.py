"""Radiance or reflectance: what the file says, else what its values look like."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from .sample import BandSample
from .tags import plain, tags, units

# Words are bounded by anything but letters and digits, so that _rfl_ counts and irradiance does not.
REFLECTANCE = re.compile(r"(?<![a-z0-9])(reflectance|rfl|corr|l2[a-d]?|level[ -]?2[a-d]?)(?![a-z0-9])", re.IGNORECASE)
RADIANCE = re.compile(r"(?<![a-z0-9])(radiance|\d?rdn|l1[a-c]?|level[ -]?1[a-c]?)(?![a-z0-9])", re.IGNORECASE)
TELLING_KEYS = re.compile(r"descr|level|product|type|title|units|quantity|name|calibration", re.IGNORECASE)
LIKELY_REFLECTANCE_MAX = 2.0
LIKELY_REFLECTANCE_MIN = -0.5
RESCALE_ABOVE = 2.5
# Robust maxima of reflectance stored x 10000.
SCALED_REFLECTANCE = (2000.0, 20000.0)
GUESSED = "guessed from the value range"


@dataclass(frozen=True)
class LevelGuess:
    """Processing level, how it is known, and a factor to bring reflectance to 0..1.

    Attributes:
        level: ``L1`` or ``L2``.
        source: where it came from.
        factor: further scale of the values, 1 where none is needed.
        notes: what the user should know.
    """

    level: str
    source: str
    factor: float = 1.0
    notes: tuple[str, ...] = ()


def level_in_tags(dataset: DatasetReader) -> str | None:
    """The level the file's own descriptions name, None if they name none or both."""
    texts = [value for namespace in (None, "ENVI") for key, value in plain(tags(dataset, namespace=namespace)).items()
             if TELLING_KEYS.search(key) and not key.startswith("band ")]
    texts += [unit for unit in units(dataset) if unit]
    text = " ".join(texts).replace("_", " ")
    reflectance, radiance = bool(REFLECTANCE.search(text)), bool(RADIANCE.search(text))
    if reflectance == radiance:
        return None
    return "L2" if reflectance else "L1"


def reflectance_factor(dataset: DatasetReader) -> float:
    """Scale from the ENVI item ``reflectance scale factor`` (stored = reflectance x factor), 1 without it."""
    text = plain(tags(dataset, namespace="ENVI")).get("reflectance scale factor", "")
    try:
        factor = float(text)
    except ValueError:
        return 1.0
    has_scale = any(scale != 1 for scale in dataset.scales)
    return 1.0 / factor if factor > 0 and np.isfinite(factor) and not has_scale else 1.0


def judge_level(given: str | None, tagged: str | None, sample: BandSample,
                good: NDArray[np.intp]) -> LevelGuess:
    """Decide the level: the user's word, then the file's, then the range of the values.

    Args:
        given: ``L1`` or ``L2`` if the user said so.
        tagged: the same from the file's tags.
        sample: sampled physical values.
        good: 0-based good bands.
    """
    robust_max, robust_min = sample.percentile(good, 99.5), sample.percentile(good, 0.5)
    declared = given or tagged
    if declared:
        source = "given by the user" if given else "named in the file"
        if declared == "L2" and robust_max > RESCALE_ABOVE:
            return _rescaled(source, robust_max)
        return LevelGuess(declared, source)
    if robust_max <= LIKELY_REFLECTANCE_MAX and robust_min >= LIKELY_REFLECTANCE_MIN:
        return LevelGuess("L2", GUESSED)
    low, high = SCALED_REFLECTANCE
    if low <= robust_max <= high:
        return LevelGuess("L1", GUESSED, notes=(
            f"Values go up to about {robust_max:.0f} without a scale. They are used as they are, as radiance;"
            " if they are reflectance x 10000, set a scale of 0.0001 in the file or give --level L2.",))
    return LevelGuess("L1", GUESSED)


def _rescaled(source: str, robust_max: float) -> LevelGuess:
    """Bring reflectance in percent or x 10000 to 0..1 by the gentler factor that does."""
    for factor in (1e-2, 1e-4):
        if robust_max * factor <= LIKELY_REFLECTANCE_MAX:
            return LevelGuess("L2", source, factor, (
                f"Reflectance of up to about {robust_max:.4g} was multiplied by {factor:g}.",))
    return LevelGuess("L2", source, notes=(
        f"Values of up to about {robust_max:.4g} are too large for reflectance; is this image radiance (--level L1)?",))
