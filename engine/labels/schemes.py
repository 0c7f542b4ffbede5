"""The user's choice of how labels are held out."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InputError

KINDS = ("places", "blocks", "areas", "none")
MAX_REPEATS = 20
MAX_AREAS = 5


@dataclass(frozen=True)
class Scheme:
    """How labels are held out.

    Attributes:
        kind: ``places`` holds out polygons and what lies near them together; ``blocks`` squares as large as the range
            of the autocorrelation, with a buffer of that width around them; ``areas`` one of up to `MAX_AREAS` parts of
            the scene after the other; ``none`` nothing, for a first look: then there is no accuracy estimate.
        repeats: how often, with other folds each time; areas are always the same.
    """

    kind: str = "places"
    repeats: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"There is no validation called {self.kind!r}.", f"Known: {', '.join(KINDS)}.")
        if not 1 <= self.repeats <= MAX_REPEATS:
            raise InputError(f"{self.repeats} repeats are not possible.", f"Give a number from 1 to {MAX_REPEATS}.")
