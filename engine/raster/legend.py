"""Classes of a map: number, name and colour."""

from __future__ import annotations

import colorsys
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Color = tuple[int, int, int]


@dataclass(frozen=True)
class ClassInfo:
    """One class: its pixel value (1 to 255), its name and its colour as red, green, blue 0 to 255."""

    id: int
    name: str
    color: Color


# For each land cover the words in a class name that tell it, most telling first, and shades for several such classes;
# for all other names hues far apart, of like weight. The plugin gives labels their colours from the same table.
TABLE_PATH = Path(__file__).resolve().parents[2] / "resources" / "class_colors.json"
GOLDEN_TURN = 0.61803398875  # of the colour circle: the golden angle, so that hues never come together
FAR_APART = 60.0  # of `_distance`: told apart at a glance, also as small patches


def default_palette(names: Sequence[str], ids: Sequence[int] | None = None) -> tuple[ClassInfo, ...]:
    """Give each class a colour of its own: by land cover where the name tells it, else clearly distinct.

    Args:
        names: class names.
        ids: pixel values, 1, 2, 3, ... if None.
    """
    colors: dict[int, Color] = {}
    for at, name in enumerate(names):
        shade = next((c for c in _theme(name) if _apart(c, colors.values())), None)
        if shade is not None:
            colors[at] = shade
    for at in range(len(names)):
        if at not in colors:
            colors[at] = _free_color(list(colors.values()))
    numbers = range(1, len(names) + 1) if ids is None else ids
    return tuple(ClassInfo(int(i), name, colors[at]) for at, (i, name) in enumerate(zip(numbers, names, strict=True)))


@dataclass(frozen=True)
class ColorTable:
    """Colours to choose from: by words of a name, and for names without such words."""

    themes: tuple[tuple[frozenset[str], tuple[Color, ...]], ...]
    qualitative: tuple[Color, ...]


@cache
def color_table() -> ColorTable:
    """The table in ``resources``."""
    body = json.loads(TABLE_PATH.read_text(encoding="utf-8"))
    return ColorTable(tuple((frozenset(theme["words"]), _colors(theme["colors"])) for theme in body["themes"]),
                      _colors(body["qualitative"]))


def _colors(texts: Iterable[str]) -> tuple[Color, ...]:
    return tuple((int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)) for text in texts)


def _theme(name: str) -> tuple[Color, ...]:
    words = set("".join(char if char.isalpha() else " " for char in name.lower()).split())
    return next((shades for keys, shades in color_table().themes if words & keys), ())


def _distance(a: Color, b: Color) -> float:
    """Weighted distance in RGB ("redmean"), 0 to about 765; close to perceived difference and cheap."""
    mean_red = (a[0] + b[0]) / 2
    red, green, blue = (float(x - y) for x, y in zip(a, b, strict=True))
    return ((2 + mean_red / 256) * red**2 + 4 * green**2 + (2 + (255 - mean_red) / 256) * blue**2) ** 0.5


def _apart(color: Color, taken: Iterable[Color]) -> bool:
    return all(_distance(color, other) >= FAR_APART for other in taken)


def _free_color(taken: list[Color]) -> Color:
    """The first qualitative colour far from all taken; else the farthest of many generated ones."""
    for color in color_table().qualitative:
        if _apart(color, taken):
            return color
    generated = []
    for step in range(360):
        hue, shade = (step * GOLDEN_TURN) % 1, step % 9
        red, green, blue = colorsys.hsv_to_rgb(hue, (0.9, 0.6, 0.35)[shade % 3], (0.95, 0.7, 0.45)[shade // 3])
        generated.append((round(red * 255), round(green * 255), round(blue * 255)))
    return max(generated, key=lambda color: min(_distance(color, other) for other in taken))
