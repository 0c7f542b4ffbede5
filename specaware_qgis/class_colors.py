"""Colours of classes: by land cover where the name tells it, the same shades as the engine gives to a map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from .paths import resource

FAR_APART = 60.0


@dataclass(frozen=True)
class ColorTable:
    """Colours, as ``#rrggbb``, to choose from: by words of a name, and for names without such words."""

    themes: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    qualitative: tuple[str, ...]


@cache
def color_table() -> ColorTable:
    """The table in ``resources``, which the engine reads, too."""
    body = json.loads(resource("class_colors.json").read_text(encoding="utf-8"))
    return ColorTable(tuple((frozenset(theme["words"]), tuple(theme["colors"])) for theme in body["themes"]),
                      tuple(body["qualitative"]))


def colors_for(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """A colour for each new class, as ``#rrggbb``.

    Names that tell a land cover choose first, so that no other class takes the blue of the water.

    Args:
        names: of the new classes.
        taken: colours of classes that are there.
    """
    used, found, qualitative = list(taken), {}, color_table().qualitative
    for wanted in (_theme, lambda name: qualitative):
        for name in names:
            color = next((c for c in wanted(name) if _apart(c, used)), None) if name not in found else None
            if color is not None:
                found[name] = color
                used.append(color)
    return [found.get(name, qualitative[at % len(qualitative)]) for at, name in enumerate(names)]


def _theme(name: str) -> tuple[str, ...]:
    words = set("".join(char if char.isalpha() else " " for char in name.lower()).split())
    return next((shades for keys, shades in color_table().themes if words & keys), ())


def _apart(color: str, taken: Iterable[str]) -> bool:
    return all(_distance(color, other) >= FAR_APART for other in taken)


def _distance(a: str, b: str) -> float:
    """Weighted distance in RGB ("redmean"), 0 to about 765; close to perceived difference and cheap."""
    one, two = (tuple(int(text[at:at + 2], 16) for at in (1, 3, 5)) for text in (a, b))
    mean_red = (one[0] + two[0]) / 2
    red, green, blue = (float(x - y) for x, y in zip(one, two))
    return float(((2 + mean_red / 256) * red**2 + 4 * green**2 + (2 + (255 - mean_red) / 256) * blue**2) ** 0.5)
