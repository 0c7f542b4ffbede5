"""Reflectance spectra of land-cover materials from simple physical models, on a 5 nm grid.

Every function takes a generator and a count and returns that many spectra, drawn from the spread of the material in
nature: two fields of wheat differ, and they resemble maize more than the textbook says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FINE_NM: NDArray[np.float64] = np.arange(350.0, 2551.0, 5.0)
Spectra = NDArray[np.float64]

# Absorption coefficient of liquid water in 1/cm, rounded from the published curves (Palmer and Williams 1974;
# Kou, Labrie and Chylek 1993), interpolated in its logarithm.
_WATER_NM, _WATER_PER_CM = np.array([
    (350, 2e-4), (450, 2e-4), (550, 6e-4), (600, 2.2e-3), (650, 3.4e-3), (700, 6e-3), (750, 0.026), (800, 0.02),
    (850, 0.043), (900, 0.068), (940, 0.25), (970, 0.48), (1000, 0.37), (1080, 0.16), (1130, 0.4), (1160, 0.9),
    (1200, 1.25), (1240, 1.15), (1270, 1.05), (1300, 1.25), (1340, 2.1), (1380, 5.5), (1400, 12), (1420, 21),
    (1450, 29), (1480, 25), (1520, 17), (1560, 10), (1600, 7), (1650, 5.5), (1700, 5.9), (1750, 7.5), (1790, 8.2),
    (1830, 8.8), (1860, 13), (1880, 30), (1900, 70), (1930, 122), (1950, 115), (1980, 80), (2010, 60), (2060, 38),
    (2110, 26), (2160, 21), (2200, 18.5), (2240, 19), (2300, 25), (2350, 35), (2400, 50), (2450, 75), (2500, 100),
    (2550, 115)]).T
WATER_PER_CM: NDArray[np.float64] = np.exp(np.interp(FINE_NM, _WATER_NM, np.log(_WATER_PER_CM)))


def lines(*features: tuple[float, float, float]) -> NDArray[np.float64]:
    """Sum of Gaussian features (centre nm, full width nm, height) on the fine grid."""
    return np.sum([h * np.exp(-4.0 * np.log(2.0) * ((FINE_NM - c) / w) ** 2) for c, w, h in features], axis=0)


# Specific absorption of leaf constituents: per µg/cm2 of pigment, per g/cm2 of dry matter. Gaussians in the places
# and of the size of PROSPECT's coefficients (Jacquemoud and Baret 1990; Feret et al. 2008).
CHLOROPHYLL = lines((380, 90, .045), (432, 50, .050), (470, 56, .045), (505, 50, .020), (550, 60, .016),
                    (598, 70, .024), (628, 45, .024), (655, 34, .030), (678, 28, .050),
                    (702, 24, .014), (718, 34, .004))
CAROTENOID = lines((420, 60, .09), (450, 40, .11), (482, 36, .10))
BROWN = 1.6 * np.exp(-(FINE_NM - 400.0) / 190.0)
DRY_MATTER = 1.5 + lines((350, 250, 12), (1200, 90, 2.5), (1490, 160, 7), (1730, 70, 10), (1780, 90, 6),
                         (2100, 170, 24), (2280, 90, 16), (2345, 80, 18), (2490, 160, 34))


def _vary(rng: np.random.Generator, count: int, mean: float, spread: float, low: float = 0.0) -> NDArray[np.float64]:
    """(count, 1) normal draws, cut at two spreads and at ``low``."""
    draw = mean + spread * np.clip(rng.standard_normal(count), -2.0, 2.0)
    return np.maximum(draw, low)[:, None]


@dataclass(frozen=True)
class Canopy:
    """What a plant cover is made of, as (mean, spread between stands).

    Attributes:
        chlorophyll: µg/cm2 of leaf.
        leaf_area: leaf area index.
        water_cm: equivalent water thickness.
        dry_g: dry matter in g/cm2.
        brown: share of senescent pigment, 0..1.
        shade: share of the crowns in their own shadow.
        scatter: leaf albedo without any absorption.
    """

    chlorophyll: tuple[float, float]
    leaf_area: tuple[float, float]
    water_cm: tuple[float, float]
    dry_g: tuple[float, float]
    brown: tuple[float, float] = (0.05, 0.05)
    shade: tuple[float, float] = (0.08, 0.04)
    scatter: tuple[float, float] = (0.965, 0.010)


CANOPIES = {
    "winter wheat": Canopy((38, 5), (3.4, 0.7), (0.0125, 0.002), (0.0070, 0.0009), (0.16, 0.06)),
    "maize": Canopy((50, 5), (2.7, 0.6), (0.0145, 0.002), (0.0052, 0.0008), (0.04, 0.03)),
    "sugar beet": Canopy((42, 5), (3.9, 0.7), (0.0200, 0.003), (0.0045, 0.0007), (0.03, 0.03)),
    "grassland": Canopy((34, 6), (2.6, 0.7), (0.0115, 0.002), (0.0085, 0.0012), (0.26, 0.09)),
    "stubble": Canopy((4, 3), (0.8, 0.3), (0.002, 0.001), (0.0150, 0.0030), (0.90, 0.15)),
    "broadleaf forest": Canopy((45, 6), (5.2, 0.8), (0.012, 0.002), (0.0085, 0.0015), (0.05, 0.04), (0.27, 0.05)),
    "conifer forest": Canopy((46, 6), (4.6, 0.8), (0.016, 0.003), (0.0140, 0.0025), (0.12, 0.06), (0.43, 0.06)),
}


def canopy(rng: np.random.Generator, count: int, plant: Canopy, spread: float = 1.0) -> Spectra:
    """Plant cover over soil: leaf albedo from its absorbers, then a two-stream canopy of finite depth.

    R = R_inf + (R_soil - R_inf) exp(-2 k LAI sqrt(1 - w)), R_inf = (1 - sqrt(1 - w)) / (1 + sqrt(1 - w)), with the leaf
    single scattering albedo w (Goudriaan 1977, horizontal leaves; k = 0.6 for others).
    """
    def take(pair: tuple[float, float], low: float = 0.0) -> NDArray[np.float64]:
        return _vary(rng, count, pair[0], spread * pair[1], low)

    pigment, area = take(plant.chlorophyll, 1.0), take(plant.leaf_area, 0.2)
    water, dry = take(plant.water_cm), take(plant.dry_g)
    brown, shade = take(plant.brown), np.minimum(take(plant.shade), 0.8)
    scatter = np.minimum(take(plant.scatter), 0.985)
    depth = (pigment * CHLOROPHYLL + 0.2 * pigment * CAROTENOID + brown * BROWN + 3.0 * water * WATER_PER_CM
             + 2.6 * dry * DRY_MATTER)
    root = np.sqrt(1.0 - scatter * np.exp(-depth))
    thick = (1.0 - root) / (1.0 + root)
    ground = soil(rng, count, 0.6 * spread)
    cover = thick + (ground - thick) * np.exp(-1.2 * area * root)
    # Shadows inside the canopy still get sky and leaf light, more of it where leaves let light through.
    return np.asarray(cover * (1.0 - shade * (1.0 - 0.35 * thick)) + 0.012 * (1.0 - shade))


def soil(rng: np.random.Generator, count: int, spread: float = 1.0) -> Spectra:
    """Bare soil: rising continuum with organic matter, iron oxide, clay, carbonate, and a film of water."""
    bright = _vary(rng, count, 0.35, 0.06 * spread, 0.1)
    organic, iron = _vary(rng, count, 0.45, 0.15 * spread), _vary(rng, count, 0.22, 0.09 * spread)
    clay, lime = _vary(rng, count, 0.09, 0.04 * spread), _vary(rng, count, 0.03, 0.03 * spread)
    film_cm = _vary(rng, count, 0.004, 0.003 * spread)
    x = (FINE_NM - 350.0) / 2200.0
    continuum = bright * (0.32 + 1.15 * (1.0 - np.exp(-3.2 * x)) - 0.22 * x ** 2)
    depth = organic * np.exp(-(FINE_NM - 400.0) / 450.0) * 0.9
    depth = depth + iron * lines((480, 130, 0.8), (540, 80, 0.45), (660, 110, 0.12), (880, 220, 0.45))
    depth = depth + clay * lines((1413, 45, 0.8), (1915, 90, 1.6), (2206, 50, 1.3), (2260, 60, 0.3))
    depth = depth + lime * lines((2340, 70, 1.5))
    wet = np.exp(-1.6 * film_cm * np.minimum(WATER_PER_CM, 60.0)) * (1.0 - 22.0 * np.minimum(film_cm, 0.02))
    return np.asarray(continuum * np.exp(-depth) * wet)


def water(rng: np.random.Generator, count: int, spread: float = 1.0) -> Spectra:
    """Inland water: absorption by water, algae and dissolved matter against backscatter by particles.

    R = 0.17 b / (a + b) below a flat surface (Gordon et al. 1975), and the sky's reflection.
    """
    algae, silt = _vary(rng, count, 9.0, 5.0 * spread, 0.5), _vary(rng, count, 0.25, 0.16 * spread, 0.02)
    dissolved, sky = _vary(rng, count, 0.6, 0.25 * spread, 0.05), _vary(rng, count, 0.012, 0.004 * spread)
    absorb = (100.0 * WATER_PER_CM + 0.4 * algae * (CHLOROPHYLL + 0.3 * CAROTENOID)
              + dissolved * np.exp(-(FINE_NM - 440.0) / 70.0) + 0.05)
    scatter = silt * (FINE_NM / 550.0) ** -0.7 + 0.002 * (FINE_NM / 500.0) ** -4.3
    return np.asarray(0.17 * scatter / (absorb + scatter) + sky * (FINE_NM / 550.0) ** -0.5)


def pavement(rng: np.random.Generator, count: int, spread: float = 1.0) -> Spectra:
    """Asphalt of any age (hydrocarbons at 1730 and 2310 nm fade as it greys) and concrete (carbonate at 2340 nm)."""
    age = np.clip(_vary(rng, count, 0.55, 0.25 * spread), 0.0, 1.0)
    rise = 1.0 - np.exp(-(FINE_NM - 330.0) / 420.0)
    tar = lines((1730, 50, .06), (2310, 70, .12))
    asphalt = (0.055 + 0.13 * age) * (0.62 + 0.5 * rise) * np.exp(-(1.0 - age) * tar)
    cement = lines((1940, 130, .14), (2340, 80, .09), (480, 150, .1))
    concrete = (0.18 + 0.10 * age) * (0.55 + 0.55 * rise) * np.exp(-cement)
    return np.asarray(np.where(rng.random((count, 1)) < 0.3, concrete, asphalt))


def roof(rng: np.random.Generator, count: int, spread: float = 1.0) -> Spectra:
    """Clay tiles (iron oxide edge at 550 nm), bitumen and plastic sheet (hydrocarbons), and metal."""
    light = _vary(rng, count, 1.0, 0.22 * spread, 0.4)
    iron = _vary(rng, count, 1.1, 0.3 * spread, 0.2)
    rise = 1.0 - np.exp(-(FINE_NM - 330.0) / 600.0)
    tile = 0.32 * (0.35 + 0.75 * rise) * np.exp(-iron * lines((430, 260, 1.2), (530, 90, .5), (870, 230, .3)))
    tile = tile * np.exp(-lines((1930, 110, .08), (2205, 60, .05)))
    bitumen = 0.09 * (0.8 + 0.35 * rise) * np.exp(-lines((1730, 50, .05), (2310, 70, .10)))
    sheet = lines((380, 70, 1.0), (1195, 40, .08), (1410, 60, .10), (1730, 60, .35), (2170, 60, .18), (2310, 90, .45))
    plastic = 0.42 * (1.05 - 0.25 * rise) * np.exp(-sheet)
    metal = 0.24 * (0.9 + 0.25 * rise) * np.exp(-lines((850, 160, .08), (380, 60, .4)))
    kinds = np.stack([tile, np.broadcast_to(bitumen, tile.shape), np.broadcast_to(plastic, tile.shape),
                      np.broadcast_to(metal, tile.shape)])
    chosen = rng.choice(4, count, p=[0.5, 0.22, 0.08, 0.2])
    return np.asarray(kinds[chosen, np.arange(count)] * light)


def material(name: str) -> Callable[[np.random.Generator, int, float], Spectra]:
    """The model of a cover by name: a function of (generator, count, spread) to (count, fine) reflectance."""
    simple = {"bare soil": soil, "water": water, "pavement": pavement, "roof": roof}
    if name in simple:
        return simple[name]
    plant = CANOPIES[name]
    return lambda rng, count, spread: canopy(rng, count, plant, spread)
