"""The sensor registry: band tables, and which sensor a band table belongs to."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .bands import BandTable

REGISTRY_PATH = Path(__file__).resolve().parents[2] / "resources" / "sensors.json"
MODEL_KEYS = ("avc", "avng", "av3", "others")
GUESS_MIN_SCORE = 0.55
SHIFTS_NM = tuple(float(s) for s in range(-6, 7))  # a later calibration moves a whole table by some nm


@dataclass(frozen=True)
class Sensor:
    """One imaging spectrometer (or multispectral imager).

    Attributes:
        name: registry name.
        model_key: sensor attribute of SpecAware: ``avc``, ``avng``, ``av3`` or ``others`` (specification section 4).
        gsd_m: nominal ground sampling distance.
        bands: its present band table, in product order.
        level: usual processing level of the data one meets, ``L1`` or ``L2``.
        hyperspectral: False for the multispectral imagers.
        aliases: other names it goes by.
        source: where the numbers come from.
        tables: all its band tables, one per calibration epoch or mode; the first is ``bands``.
    """

    name: str
    model_key: str
    gsd_m: float
    bands: BandTable
    level: str
    hyperspectral: bool
    aliases: tuple[str, ...]
    source: str
    tables: tuple[BandTable, ...]


@dataclass(frozen=True)
class SensorGuess:
    """The sensor whose band table fits best.

    Attributes:
        name: registry name.
        score: how well it fits; 1 is exact.
        distance_nm: median distance of the bands to the nearest ones of the table.
    """

    name: str
    score: float
    distance_nm: float


def _spread(nodes: list[float], count: int) -> NDArray[np.float64]:
    """Values of all bands of a segment: literal if all are given, else the polynomial through evenly spaced nodes."""
    if len(nodes) == count:
        return np.asarray(nodes, np.float64)
    at = np.linspace(-1.0, 1.0, len(nodes))
    return np.asarray(np.polyval(np.polyfit(at, nodes, len(nodes) - 1), np.linspace(-1.0, 1.0, count)), np.float64)


def _table(segments: list[dict[str, Any]]) -> BandTable:
    wavelength_nm = np.concatenate([_spread(s["wavelength_nm"], s["count"]) for s in segments])
    fwhm_nm = np.concatenate([_spread(s["fwhm_nm"], s["count"]) for s in segments])
    return BandTable.from_arrays(np.round(wavelength_nm, 3).tolist(), np.round(fwhm_nm, 3).tolist())


def _load(path: Path) -> dict[str, Sensor]:
    sensors = {}
    for entry in json.loads(path.read_text(encoding="utf-8"))["sensors"]:
        tables = tuple(_table(t["segments"]) for t in entry["tables"])
        sensors[entry["name"]] = Sensor(entry["name"], entry["model_key"], entry["gsd_m"], tables[0], entry["level"],
                                        entry["hyperspectral"], tuple(entry["aliases"]), entry["source"], tables)
    return sensors


SENSORS: dict[str, Sensor] = _load(REGISTRY_PATH)


def _plain(name: str) -> str:
    """Lower case, letters, digits and plus signs only."""
    return re.sub(r"[^a-z0-9+]", "", name.lower())


_BY_PLAIN_NAME = {_plain(n): s for s in SENSORS.values() for n in (s.name, *s.aliases)}


def sensor(name: str) -> Sensor:
    """Look a sensor up by name or alias; case, spaces and hyphens do not matter.

    Raises:
        InputError: no such sensor; the hint lists the names.
    """
    found = _BY_PLAIN_NAME.get(_plain(name))
    if found is None:
        raise InputError(f"The sensor '{name}' is not known.",
                         f"Known sensors: {', '.join(SENSORS)}; or 'unknown' with a wavelength for every band.")
    return found


def model_key(sensor_name: str) -> str:
    """SpecAware's sensor attribute for a sensor name: ``avc``, ``avng``, ``av3``, or ``others`` for any other name."""
    found = _BY_PLAIN_NAME.get(_plain(sensor_name))
    return found.model_key if found else "others"


def guess_sensor(bands: BandTable) -> SensorGuess | None:
    """Tell the sensor from the band table.

    Every band is matched with the nearest one of each registered table, so dropped bands do no harm. The score joins
    how near the bands are (calibrations drift by some nm over the years), whether the spacing and the widths agree,
    and whether bands share a partner. Channels count, too: six bands do not speak for a spectrometer of 224.

    Args:
        bands: the image's bands, in any order. Widths of 0 or NaN are taken as unknown.

    Returns:
        The best sensor, or None where nothing fits.
    """
    if len(bands) < 2:
        return None
    order = np.argsort(bands.wavelength_nm)
    wavelength_nm, fwhm_nm = bands.wavelength_nm[order], bands.fwhm_nm[order]
    scores = {s.name: max(_fit(wavelength_nm, fwhm_nm, t) for t in s.tables) for s in SENSORS.values()}
    name = max(scores, key=lambda n: scores[n])
    if scores[name] < GUESS_MIN_SCORE:
        return None
    distance_nm = min(_distance_nm(wavelength_nm, t.wavelength_nm) for t in SENSORS[name].tables)
    return SensorGuess(name, round(scores[name], 3), round(distance_nm, 3))


def _distance_nm(wavelength_nm: NDArray[np.float64], table_nm: NDArray[np.float64]) -> float:
    """Median distance to the nearest band of a table."""
    return float(np.median(np.abs(wavelength_nm[:, None] - table_nm).min(axis=1)))


def _fit(wavelength_nm: NDArray[np.float64], fwhm_nm: NDArray[np.float64], table: BandTable) -> float:
    """Score 0..1 of sorted bands against one registered table."""
    if not 0.25 * len(table) <= len(wavelength_nm) <= len(table) + 2:
        return 0.0
    order = np.argsort(table.wavelength_nm)
    ref_nm, ref_fwhm_nm = table.wavelength_nm[order], table.fwhm_nm[order]
    near, nearest = max((_nearness(wavelength_nm + s, ref_nm, ref_fwhm_nm, abs(s)) for s in SHIFTS_NM),
                        key=lambda found: found[0])
    distinct = len(np.unique(nearest)) / len(nearest)
    spacing = _spacing_agreement(wavelength_nm, ref_nm, nearest)
    known = np.isfinite(fwhm_nm) & (fwhm_nm > 0)
    width = float(np.median(_ratio(fwhm_nm[known], ref_fwhm_nm[nearest][known]))) if known.any() else spacing
    used = min(1.0, len(wavelength_nm) / (0.6 * len(table)))
    return (0.45 * near + 0.35 * spacing + 0.2 * width) * distinct ** 2 * used


def _nearness(wavelength_nm: NDArray[np.float64], ref_nm: NDArray[np.float64], ref_fwhm_nm: NDArray[np.float64],
              moved_nm: float) -> tuple[float, NDArray[np.intp]]:
    """How near the bands are to the table's, 0..1, less for a table moved as a whole; and each band's partner."""
    right = np.clip(np.searchsorted(ref_nm, wavelength_nm), 1, len(ref_nm) - 1)
    nearest = np.where(wavelength_nm - ref_nm[right - 1] < ref_nm[right] - wavelength_nm, right - 1, right)
    # Narrow bands must meet within a few nm, broad ones within a share of their width.
    tolerance_nm = np.maximum(3.0, 0.15 * ref_fwhm_nm[nearest])
    away = (wavelength_nm - ref_nm[nearest]) / tolerance_nm
    return float(np.exp(-(away ** 2)).mean()) * (1.0 - 0.05 * moved_nm), nearest


def _spacing_agreement(wavelength_nm: NDArray[np.float64], ref_nm: NDArray[np.float64],
                       nearest: NDArray[np.intp]) -> float:
    """How well steps between bands equal the table's own steps at the same place, 0..1 (steep: 10 % off costs half)."""
    steps_nm = np.diff(wavelength_nm)
    ref_steps_nm = np.diff(ref_nm)[np.minimum(nearest[:-1], len(ref_nm) - 2)]
    closeness = np.median(_ratio(np.maximum(steps_nm, 1e-3), np.maximum(ref_steps_nm, 1e-3)))
    return float(np.exp(-7.0 * (1.0 - closeness)))


def _ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smaller over the larger, elementwise."""
    return np.minimum(a, b) / np.maximum(a, b)
