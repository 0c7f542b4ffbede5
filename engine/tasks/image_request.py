"""What the requests of tasks that read an image have in common."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..raster.cube import Overrides

MAX_SEED = 2**31


@dataclass(frozen=True, kw_only=True)
class ImageRequest:
    """What the user knows better than the image's file; None takes it from the file.

    Attributes:
        sensor: name in the registry, or ``unknown``.
        level: ``L1`` or ``L2``.
        gsd_m: ground sampling distance.
        wavelengths: path of a CSV of wavelengths.
    """

    sensor: str | None = None
    level: str | None = None
    gsd_m: float | None = None
    wavelengths: str | None = None

    @property
    def overrides(self) -> Overrides:
        """The same, as `Cube.open` takes it."""
        return Overrides(self.sensor, self.level, self.gsd_m, Path(self.wavelengths) if self.wavelengths else None)


def check_seed(seed: int) -> None:
    """Refuse a seed that not every generator of random numbers takes.

    Raises:
        InputError: it is negative or above `MAX_SEED`.
    """
    if not 0 <= seed <= MAX_SEED:
        raise InputError(f"The seed {seed} is not possible.", f"Give a whole number from 0 to {MAX_SEED}.")
