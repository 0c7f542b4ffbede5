"""Which of two or more classes means that nothing changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import LabelError
from ..raster.legend import ClassInfo

UNCHANGED_WORDS = re.compile(r"(?<![a-z])(un-?changed|no[ _-]?change|not[ _-]?changed|stable|same)(?![a-z])",
                             re.IGNORECASE)
CHANGED_WORDS = re.compile(r"(?<![a-z])changed?(?![a-z])", re.IGNORECASE)
UNCHANGED, CHANGED = 1, 2
NAMES = {UNCHANGED: "unchanged", CHANGED: "changed"}


def unchanged_class(classes: Sequence[ClassInfo]) -> int:
    """Which class means "unchanged": by its name, else 1 of 1 and 2; all others mean a change.

    Raises:
        LabelError: no class, or more than one, looks like it.
    """
    named = [c.id for c in classes if UNCHANGED_WORDS.search(c.name)]
    if len(named) == 1:
        return named[0]
    telling = [c for c in classes if CHANGED_WORDS.search(c.name)]
    if not named and len(classes) == 2 and len(telling) == 1:
        return next(c.id for c in classes if c is not telling[0])
    if not named and [c.id for c in classes] == [UNCHANGED, CHANGED] and not telling and all(
            c.name.strip("clas ").isdigit() for c in classes):
        return UNCHANGED
    raise LabelError(f"It cannot be told which of the classes means unchanged: {', '.join(c.name for c in classes)}.",
                     "Name the classes changed and unchanged (in a raster: 1 unchanged, 2 changed).")
