"""Classes of a map: number, name and colour."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Color = tuple[int, int, int]


@dataclass(frozen=True)
class ClassInfo:
    """One class: its pixel value (1 to 255), its name and its colour as red, green, blue 0 to 255."""

    id: int
    name: str
    color: Color


# Land covers by words in the class name, most telling first; each has shades for several such classes.
THEMES: tuple[tuple[tuple[str, ...], tuple[Color, ...]], ...] = (
    (("water", "river", "lake", "sea", "ocean", "pond", "canal", "wasser"),
     ((38, 112, 190), (104, 170, 226), (12, 62, 130))),
    (("shadow", "shade"), ((58, 58, 70),)),
    (("cloud", "snow", "ice"), ((232, 240, 246), (206, 222, 236))),
    (("road", "pavement", "asphalt", "street", "parking", "highway", "concrete", "paved", "gravel"),
     ((128, 128, 132), (176, 176, 178), (92, 92, 98))),
    (("roof", "roofs", "building", "buildings", "built", "urban", "impervious", "house", "city", "residential",
      "industrial", "tower", "towers", "metal", "tile", "tiles"),
     ((206, 52, 48), (235, 128, 112), (146, 26, 44))),
    (("tree", "trees", "forest", "wood", "woods", "woodland", "coniferous", "deciduous", "conifer", "broadleaf"),
     ((22, 98, 48), (64, 140, 84), (8, 62, 40))),
    (("shrub", "shrubs", "bush", "scrub", "vineyard", "vinyard", "orchard"),
     ((122, 140, 44), (88, 104, 30), (160, 168, 84))),
    (("wetland", "marsh", "swamp", "bog", "mangrove"), ((66, 158, 150), (122, 196, 186))),
    (("corn", "maize", "sunflower"), ((232, 138, 44), (250, 190, 110), (190, 104, 20))),
    (("soybean", "soybeans", "alfalfa", "lettuce", "celery", "grapes", "broccoli", "brocoli", "rapeseed", "rape",
      "beet", "beets", "potato", "potatoes", "cotton"),
     ((196, 92, 148), (236, 160, 206), (140, 108, 188), (104, 60, 130))),
    (("wheat", "oats", "barley", "rice", "rye", "cereal", "cereals", "hay", "stubble", "crop", "crops", "cropland",
      "field"),
     ((240, 202, 62), (250, 228, 140), (196, 180, 60), (255, 244, 184), (176, 128, 40))),
    (("grass", "grassland", "grasslands", "meadow", "meadows", "pasture", "lawn", "vegetation", "herbaceous",
      "turf", "green"),
     ((150, 208, 92), (196, 228, 148), (108, 180, 64))),
    (("soil", "soils", "bare", "sand", "dirt", "ground", "earth", "fallow", "rock", "desert", "mine"),
     ((156, 100, 56), (202, 156, 112), (112, 68, 40))),
)
# For all other names: hues far apart, of like weight.
QUALITATIVE: tuple[Color, ...] = (
    (230, 120, 20), (110, 64, 170), (0, 158, 150), (214, 60, 142), (240, 202, 62), (70, 130, 200), (150, 208, 92),
    (156, 100, 56), (206, 52, 48), (22, 98, 48), (190, 150, 220), (128, 128, 132), (255, 170, 140), (30, 46, 120),
    (90, 216, 226), (128, 0, 72), (250, 228, 140), (88, 104, 30), (236, 160, 206), (60, 200, 120),
)
GOLDEN_ANGLE = 0.61803398875
FAR_APART = 60.0


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


def _theme(name: str) -> tuple[Color, ...]:
    words = set("".join(char if char.isalpha() else " " for char in name.lower()).split())
    return next((shades for keys, shades in THEMES if words.intersection(keys)), ())


def _distance(a: Color, b: Color) -> float:
    """Weighted distance in RGB ("redmean"), 0 to about 765; close to perceived difference and cheap."""
    mean_red = (a[0] + b[0]) / 2
    red, green, blue = (float(x - y) for x, y in zip(a, b, strict=True))
    return ((2 + mean_red / 256) * red**2 + 4 * green**2 + (2 + (255 - mean_red) / 256) * blue**2) ** 0.5


def _apart(color: Color, taken: Iterable[Color]) -> bool:
    return all(_distance(color, other) >= FAR_APART for other in taken)


def _free_color(taken: list[Color]) -> Color:
    """The first qualitative colour far from all taken; else the farthest of many generated ones."""
    for color in QUALITATIVE:
        if _apart(color, taken):
            return color
    generated = []
    for step in range(360):
        hue, shade = (step * GOLDEN_ANGLE) % 1, step % 9
        red, green, blue = colorsys.hsv_to_rgb(hue, (0.9, 0.6, 0.35)[shade % 3], (0.95, 0.7, 0.45)[shade // 3])
        generated.append((round(red * 255), round(green * 255), round(blue * 255)))
    return max(generated, key=lambda color: min(_distance(color, other) for other in taken))
