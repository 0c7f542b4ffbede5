"""Colours of classes: by land cover where the name tells it, the same shades as the engine gives to a map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# Land covers by words in the class name, most telling first; each has shades for several such classes.
THEMES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("water", "river", "lake", "sea", "ocean", "pond", "canal", "wasser"),
     ("#2670be", "#68aae2", "#0c3e82")),
    (("shadow", "shade"), ("#3a3a46",)),
    (("cloud", "snow", "ice"), ("#e8f0f6", "#cedeec")),
    (("road", "pavement", "asphalt", "street", "parking", "highway", "concrete", "paved", "gravel"),
     ("#808084", "#b0b0b2", "#5c5c62")),
    (("roof", "roofs", "building", "buildings", "built", "urban", "impervious", "house", "city", "residential",
      "industrial", "tower", "towers", "metal", "tile", "tiles"),
     ("#ce3430", "#eb8070", "#921a2c")),
    (("tree", "trees", "forest", "wood", "woods", "woodland", "coniferous", "deciduous", "conifer", "broadleaf"),
     ("#166230", "#408c54", "#083e28")),
    (("shrub", "shrubs", "bush", "scrub", "vineyard", "vinyard", "orchard"),
     ("#7a8c2c", "#58681e", "#a0a854")),
    (("wetland", "marsh", "swamp", "bog", "mangrove"), ("#429e96", "#7ac4ba")),
    (("corn", "maize", "sunflower"), ("#e88a2c", "#fabe6e", "#be6814")),
    (("soybean", "soybeans", "alfalfa", "lettuce", "celery", "grapes", "broccoli", "brocoli", "rapeseed", "rape",
      "beet", "beets", "potato", "potatoes", "cotton"),
     ("#c45c94", "#eca0ce", "#8c6cbc", "#683c82")),
    (("wheat", "oats", "barley", "rice", "rye", "cereal", "cereals", "hay", "stubble", "crop", "crops", "cropland",
      "field"),
     ("#f0ca3e", "#fae48c", "#c4b43c", "#fff4b8", "#b08028")),
    (("grass", "grassland", "grasslands", "meadow", "meadows", "pasture", "lawn", "vegetation", "herbaceous",
      "turf", "green"),
     ("#96d05c", "#c4e494", "#6cb440")),
    (("soil", "soils", "bare", "sand", "dirt", "ground", "earth", "fallow", "rock", "desert", "mine"),
     ("#9c6438", "#ca9c70", "#704428")),
)
# For all other names: hues far apart, of like weight.
QUALITATIVE: tuple[str, ...] = (
    "#e67814", "#6e40aa", "#009e96", "#d63c8e", "#f0ca3e", "#4682c8", "#96d05c",
    "#9c6438", "#ce3430", "#166230", "#be96dc", "#808084", "#ffaa8c", "#1e2e78",
    "#5ad8e2", "#800048", "#fae48c", "#58681e", "#eca0ce", "#3cc878",
)
FAR_APART = 60.0


def colors_for(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """A colour for each new class, as ``#rrggbb``.

    Names that tell a land cover choose first, so that no other class takes the blue of the water.

    Args:
        names: of the new classes.
        taken: colours of classes that are there.
    """
    used, found = list(taken), {}
    for wanted in (_theme, lambda name: QUALITATIVE):
        for name in names:
            color = next((c for c in wanted(name) if _apart(c, used)), None) if name not in found else None
            if color is not None:
                found[name] = color
                used.append(color)
    return [found.get(name, QUALITATIVE[at % len(QUALITATIVE)]) for at, name in enumerate(names)]


def _theme(name: str) -> tuple[str, ...]:
    words = set("".join(char if char.isalpha() else " " for char in name.lower()).split())
    return next((shades for keys, shades in THEMES if words.intersection(keys)), ())


def _apart(color: str, taken: Iterable[str]) -> bool:
    return all(_distance(color, other) >= FAR_APART for other in taken)


def _distance(a: str, b: str) -> float:
    """Weighted distance in RGB ("redmean"), 0 to about 765; close to perceived difference and cheap."""
    one, two = (tuple(int(text[at:at + 2], 16) for at in (1, 3, 5)) for text in (a, b))
    mean_red = (one[0] + two[0]) / 2
    red, green, blue = (float(x - y) for x, y in zip(one, two))
    return float(((2 + mean_red / 256) * red**2 + 4 * green**2 + (2 + (255 - mean_red) / 256) * blue**2) ** 0.5)
