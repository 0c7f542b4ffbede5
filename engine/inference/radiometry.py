"""Bringing physical values to the range the model was trained on (specification section 11)."""

from __future__ import annotations

import math

from ..errors import InputError

# Mean of a land scene in reflectance; radiance is scaled to the same mean.
TARGET_MEAN = 0.25


def input_scale(level: str, mean_value: float) -> float:
    """Factor from an image's physical values to model input.

    Reflectance (L2) is fed as it is, 0..1. Radiance (L1) comes in units that differ between products by factors of
    ten and more, so its scene mean is brought to 0.25; one factor for all bands keeps the spectral shape. Invalid
    pixels are set to 0 after scaling.

    Args:
        level: ``L1`` or ``L2``.
        mean_value: mean over the scene's good bands and valid pixels.

    Raises:
        InputError: an unknown level, or radiance without a positive mean.
    """
    if level == "L2":
        return 1.0
    if level != "L1":
        raise InputError(f"The processing level {level!r} is not known.", "Give L1 (radiance) or L2 (reflectance).")
    if not (math.isfinite(mean_value) and mean_value > 0):
        raise InputError(f"The image's mean radiance is {mean_value:g}; it must be positive.",
                         "Check the nodata value, scale and offset of the image.")
    return TARGET_MEAN / mean_value
