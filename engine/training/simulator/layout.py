"""Where things lie: fields, woods, river, lake, town and roads on a fine grid, drawn with a seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .canvas import Canvas, Field, Layout, Mask, line_distance, stand_in
from .coast import paint_coast

CROPS = ("winter wheat", "maize", "sugar beet", "grassland", "stubble", "bare soil")
WOODS = ("broadleaf forest", "conifer forest")
SETTLED = ("built-up", "roof", "pavement")
ROOF_COUNT, PAVEMENT_COUNT = 24, 6
# What a landscape is: farmland with a small town, a city with what is left of its fields, or a coast.
FIELDS, TOWN, COAST = "fields", "town", "coast"
KINDS = (FIELDS, TOWN, COAST)
TOWN_RADIUS_M = {FIELDS: (480.0, 0.12, 0.2), TOWN: (2500.0, 0.42, 0.55), COAST: (480.0, 0.1, 0.16)}


def lay_out(rng: np.random.Generator, shape: tuple[int, int], pixel_m: float, classes: tuple[str, ...],
            relief: float = 1.0, kind: str = FIELDS) -> Layout:
    """Draw a landscape.

    Args:
        rng: source of chance.
        shape: fine rows and columns.
        pixel_m: size of a fine pixel.
        classes: covers that may appear; what is left out is replaced by the nearest of them.
        relief: 0 is flat, 1 rolling.
        kind: one of `KINDS`.
    """
    canvas = Canvas(rng, shape, pixel_m)
    _fields(canvas, [c for c in CROPS if c in classes] or [stand_in("grassland", classes)])
    wooded = _woods(canvas, [c for c in WOODS if c in classes])
    centre = rng.uniform(0.25, 0.75, 2) * shape
    if "water" in classes:
        _water(canvas, centre, classes)
    _roads(canvas, centre, classes)
    if any(c in classes for c in SETTLED):
        _town(canvas, centre, classes, canvas.length_px(*TOWN_RADIUS_M[kind]))
    if kind == COAST:
        paint_coast(canvas, classes)
    tall = wooded & np.isin(canvas.patch, [i for i, p in enumerate(canvas.patches) if p.cover in WOODS])
    return Layout(canvas.patch, tuple(canvas.patches), _mix(canvas), _light(canvas, tall, relief))


def _fields(canvas: Canvas, crops: list[str]) -> None:
    """Districts, each with its own direction, cut into strips and the strips into fields."""
    rng = canvas.rng
    seeds = rng.random((5, 2)) * canvas.shape
    bend = 0.06 * min(canvas.shape)
    scale = 0.3 * min(canvas.shape)
    warped = (canvas.y + bend * canvas.noise(scale), canvas.x + bend * canvas.noise(scale))
    district = np.argmin([np.hypot(warped[0] - r, warped[1] - c) for r, c in seeds], axis=0)
    shares = rng.dirichlet(np.full(len(crops), 6.0))
    for number in range(len(seeds)):
        angle = rng.uniform(0, np.pi)
        inside = district == number
        u = (canvas.x * np.cos(angle) + canvas.y * np.sin(angle))[inside]
        v = (canvas.y * np.cos(angle) - canvas.x * np.sin(angle))[inside]
        if u.size == 0:
            continue
        width, length = canvas.length_px(190.0, 0.035, 0.12), canvas.length_px(380.0, 0.07, 0.25)
        canvas.rows_phase[inside] = u * canvas.pixel_m
        canvas.patch[inside] = _parcels(canvas, u, v, width, length, crops, shares)


def _parcels(canvas: Canvas, u: Field, v: Field, width: float, length: float, crops: list[str],
             shares: NDArray[np.float64]) -> NDArray[np.int32]:
    """Patch index of places in a district with coordinates across (u) and along (v) the strips."""
    rng = canvas.rng

    def cuts(low: float, high: float, step: float) -> NDArray[np.float64]:
        return low + np.cumsum(step * rng.uniform(0.55, 1.5, int(2.2 * (high - low) / step) + 2))

    strip = np.searchsorted(cuts(float(u.min()), float(u.max()), width), u)
    out = np.zeros(u.shape, np.int32)
    for number in np.unique(strip):
        here = strip == number
        parcel = np.searchsorted(cuts(float(v.min()), float(v.max()), length), v[here])
        ids = {int(p): _add_crop(canvas, crops, shares) for p in np.unique(parcel)}
        out[here] = np.array([ids[int(p)] for p in parcel], np.int32)
    return out


def _add_crop(canvas: Canvas, crops: list[str], shares: NDArray[np.float64]) -> int:
    name = crops[int(canvas.rng.choice(len(crops), p=shares))]
    return canvas.add(name, name)


def _woods(canvas: Canvas, kinds: list[str]) -> Mask:
    """Woods of several stands with frayed edges, and tree rows along some field borders."""
    side = min(canvas.shape)
    form = canvas.noise(0.27 * side) + 0.16 * canvas.noise(0.04 * side)
    wooded = form > np.quantile(form, 0.77)
    if not kinds:
        return np.zeros(canvas.shape, bool)
    kind_form = canvas.noise(0.16 * side) + 0.3 * canvas.noise(0.04 * side)
    stand_form = [canvas.noise(0.1 * side), canvas.noise(0.1 * side)]
    stand = 3 * np.digitize(stand_form[0], (-0.5, 0.5)) + np.digitize(stand_form[1], (-0.5, 0.5))
    for number, kind in enumerate(kinds):
        of_kind = wooded if len(kinds) == 1 else wooded & ((kind_form > 0) == bool(number))
        for part in range(9):
            canvas.paint(of_kind & (stand == part), kind, kind)
    border = ndimage.morphological_gradient(canvas.patch, size=3) > 0
    rows = border & (canvas.noise(0.05 * side) > 1.3)
    wide = ndimage.binary_dilation(rows, iterations=max(1, round(3 / canvas.pixel_m)))
    canvas.paint(wide & ~wooded, kinds[0], kinds[0])
    return wooded | rows


def _roads(canvas: Canvas, centre: NDArray[np.float64], classes: tuple[str, ...]) -> None:
    """Three roads that cross in the town, with a grass verge."""
    half = canvas.length_px(4.5, 0.0, 0.02)
    angle = canvas.rng.uniform(0, np.pi)
    for turn in (0.0, 1.1, 2.2):
        away = line_distance(canvas, centre, angle + turn + canvas.rng.uniform(-0.2, 0.2), 0.035)
        canvas.paint(away < 1.8 * half, "grassland", stand_in("grassland", classes))
        canvas.paint(away < half, "pavement", stand_in("pavement", classes))


def _town(canvas: Canvas, centre: NDArray[np.float64], classes: tuple[str, ...], radius: float) -> None:
    """A town of streets, houses with gardens and trees, and halls with yards at its edge."""
    rng, side = canvas.rng, min(canvas.shape)
    reach = np.hypot(canvas.y - centre[0], canvas.x - centre[1]) / radius + 0.28 * canvas.noise(0.12 * side)
    wet = np.isin(canvas.patch, [i for i, p in enumerate(canvas.patches) if p.material == "water"])
    inside = (reach < 1.0) & ~wet
    angle = rng.uniform(0, np.pi)
    bend = 0.02 * side
    u = canvas.x * np.cos(angle) + canvas.y * np.sin(angle) + bend * canvas.noise(0.2 * side)
    v = canvas.y * np.cos(angle) - canvas.x * np.sin(angle) + bend * canvas.noise(0.2 * side)
    block, street, lot = (canvas.length_px(m, a, b) for m, a, b in ((75, 0.03, 0.2), (7, 0.0, 0.02), (19, 0.0, 0.07)))
    streets = (np.mod(u, block) < max(street, 1.0)) | (np.mod(v, 1.7 * block) < max(street, 1.0))
    lot = max(lot, 2.0)
    place = np.floor(u / lot).astype(int) * 7919 + np.floor(v / lot).astype(int) * 104729
    dice = np.random.default_rng(int(rng.integers(2**32))).random(4096)
    chance, kind, size = dice[place % 4096], dice[(place * 31 + 17) % 4096], dice[(place * 57 + 5) % 4096]
    dense = chance < np.clip(0.88 - 0.45 * reach, 0.25, 0.88)
    houses = dense & (np.mod(u, lot) < lot * (0.55 + 0.35 * size)) & (np.mod(v, lot) < lot * (0.55 + 0.35 * size))
    hall = 4.0 * lot
    hall_place = np.floor(u / hall).astype(int) * 31 + np.floor(v / hall).astype(int) * 17
    works = (canvas.noise(0.1 * side) > 0.6) & (reach > 0.35)
    halls = works & (np.mod(u, hall) < 0.7 * hall) & (np.mod(v, hall) < 0.6 * hall) & (dice[hall_place % 4096] < 0.75)

    one = "built-up" in classes and not ("roof" in classes and "pavement" in classes)
    green = "built-up" if one else stand_in("grassland", classes)
    trees = "built-up" if one else next((c for c in WOODS if c in classes), green)
    canvas.paint(inside, "grassland", green)
    canvas.paint(inside & (kind > 0.55) & (size > 0.4), "broadleaf forest", trees)
    _paint_many(canvas, inside & (streets | works), "pavement", stand_in("pavement", classes), PAVEMENT_COUNT, kind)
    _paint_many(canvas, inside & houses & ~streets & ~works, "roof", stand_in("roof", classes), ROOF_COUNT, kind)
    _paint_many(canvas, inside & halls, "roof", stand_in("roof", classes), ROOF_COUNT, dice[(hall_place * 13) % 4096])


def _paint_many(canvas: Canvas, where: Mask, material: str, cover: str, count: int,
                choice: NDArray[np.float64]) -> None:
    """Cover a place with ``count`` patches of a material, chosen by a number 0..1 of each place."""
    first = len(canvas.patches)
    for _ in range(count):
        canvas.add(material, cover)
    canvas.patch[where] = first + np.minimum((choice[where] * count).astype(np.int32), count - 1)


def _water(canvas: Canvas, town: NDArray[np.float64], classes: tuple[str, ...]) -> None:
    """A winding river with meadows, and a lake away from the town."""
    rng, side = canvas.rng, min(canvas.shape)
    start = np.array([rng.uniform(0.15, 0.85), rng.uniform(0.15, 0.85)]) * canvas.shape
    width = canvas.length_px(55.0, 0.018, 0.06)
    away = line_distance(canvas, start, rng.uniform(0, np.pi), 0.055) - 0.16 * width * canvas.noise(0.06 * side)
    banks = (away < width * 1.6) & (canvas.noise(0.1 * side) > -0.4)
    canvas.paint(banks, "grassland", stand_in("grassland", classes))
    canvas.paint(away < 0.5 * width, "water", "water")
    places = rng.uniform(0.12, 0.88, (6, 2)) * canvas.shape
    centre = places[np.hypot(*(places - town).T).argmax()]
    stretch, angle = rng.uniform(0.5, 0.9), rng.uniform(0, np.pi)
    dy, dx = canvas.y - centre[0], canvas.x - centre[1]
    radius = np.hypot(dx * np.cos(angle) + dy * np.sin(angle), (dy * np.cos(angle) - dx * np.sin(angle)) / stretch)
    shore = radius + 0.018 * side * canvas.noise(0.07 * side)
    canvas.paint(shore < canvas.length_px(330.0, 0.05, 0.1), "water", "water")


def _mix(canvas: Canvas) -> Field:
    """Soil and moisture zones across fields, patchiness within them, and drill rows where the grid resolves them."""
    side = min(canvas.shape)
    broad = canvas.noise(0.2 * side) * 0.12 + canvas.noise(0.035 * side) * 0.16 + canvas.noise(3.0) * 0.08
    rows = 0.12 * np.sin(2 * np.pi * canvas.rows_phase / max(18.0, 2.5 * canvas.pixel_m))
    return np.clip(0.5 + broad + rows, 0.0, 1.0).astype(np.float32)


def _light(canvas: Canvas, tall: Mask, relief: float) -> Field:
    """Cosine shading of rolling terrain, crown texture in woods, and the shadow woods cast to the north-west."""
    side = min(canvas.shape)
    height = canvas.noise(0.3 * side) + 0.25 * canvas.noise(0.1 * side)
    down, right = np.gradient(height)
    shade = 1.0 + relief * 0.055 * (down + right) * 0.3 * side / 2.0
    # Crowns of 8 m: texture fades once a fine pixel holds several of them.
    crown = canvas.noise(max(1.0, 8.0 / canvas.pixel_m)) * 0.22 * min(1.0, (8.0 / canvas.pixel_m) ** 0.5)
    shade = np.where(tall, shade * np.clip(1.0 + crown, 0.4, 1.6), shade)
    reach = max(1, round(12.0 / canvas.pixel_m))
    shadow = np.zeros(canvas.shape, bool)
    for step in range(1, reach + 1):
        shadow[:-step, :-step] |= tall[step:, step:]
    strength = 0.5 * min(1.0, 12.0 / canvas.pixel_m)
    return np.clip(np.where(shadow & ~tall, shade * (1.0 - strength), shade), 0.2, 1.8).astype(np.float32)
