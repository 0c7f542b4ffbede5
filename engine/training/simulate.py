"""Hyperspectral scenes with known truth, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse

from ..errors import InputError
from ..spectral.bands import BandTable, SensorMeta
from ..spectral.resample import response_matrix
from ..spectral.sensors import SENSORS, sensor
from .atmosphere import BAD_TRANSMITTANCE, VAPOUR, Atmosphere, noise_deviation, solar_irradiance
from .layout import CROPS, SETTLED, WOODS, Layout, lay_out, smooth_noise
from .materials import FINE_NM, material

ALL = (*CROPS, *WOODS, "water", *SETTLED)
DEFAULT = ("winter wheat", "maize", "sugar beet", "grassland", "bare soil", *WOODS, "water", "built-up")
_PSF = np.array([0.1, 0.8, 0.1])  # light from the neighbours, on top of the square pixel


@dataclass(frozen=True)
class SceneSpec:
    """What to simulate.

    Attributes:
        sensor: registry name.
        level: ``L2`` surface reflectance, or ``L1`` radiance in µW cm-2 nm-1 sr-1.
        rows: scene height in pixels.
        cols: scene width in pixels.
        gsd_m: pixel size; None takes the sensor's own.
        classes: covers that may appear, a selection of `ALL`. Label k is ``classes[k - 1]``.
        noise: 0 none, 1 like a good product.
        variability: spread of the materials between patches, 1 as in nature.
        relief: 0 flat, 1 rolling terrain.
        oversample: fine cells per pixel side, for mixed pixels.
        atmosphere: the air; for L2 it only shapes the noise and the residues of the correction.
    """

    sensor: str = "EnMAP"
    level: str = "L2"
    rows: int = 128
    cols: int = 128
    gsd_m: float | None = None
    classes: tuple[str, ...] = DEFAULT
    noise: float = 1.0
    variability: float = 1.0
    relief: float = 1.0
    oversample: int = 3
    atmosphere: Atmosphere = field(default_factory=Atmosphere)

    def __post_init__(self) -> None:
        unknown = [c for c in self.classes if c not in ALL]
        if unknown or not self.classes or len(set(self.classes)) < len(self.classes):
            raise InputError(f"The classes {unknown or self.classes} cannot be simulated.",
                             f"Choose different ones of: {', '.join(ALL)}.")
        if self.level not in ("L1", "L2"):
            raise InputError(f"The level '{self.level}' is not known.", "Choose L1 or L2.")
        if min(self.rows, self.cols, self.oversample) < 1:
            raise InputError("The scene has no pixels.", "Give at least one row, one column and one cell a pixel.")


@dataclass(frozen=True)
class SimulatedScene:
    """A scene and its truth.

    Attributes:
        cube: (bands, rows, cols) float32, reflectance 0..1 or radiance.
        labels: (rows, cols) uint8, the class that fills most of the pixel: 1 is ``classes[0]``.
        abundances: (classes, rows, cols) float32, share of each class in the pixel as the optics see it;
            they sum to 1.
        classes: names.
        bands: centre and width of the bands; bad where the air is opaque.
        meta: sensor, level and pixel size.
    """

    cube: NDArray[np.float32]
    labels: NDArray[np.uint8]
    abundances: NDArray[np.float32]
    classes: tuple[str, ...]
    bands: BandTable
    meta: SensorMeta


def simulate_scene(spec: SceneSpec, seed: int) -> SimulatedScene:
    """Simulate a scene; the same spec and seed give the same bytes on one machine.

    Each patch of the landscape has two spectra of its material, between which soil zones and texture mix. A pixel is
    the linear mixture of the fine cells inside it, blurred by the optics, with the sensor's noise and stripes.

    Raises:
        InputError: unknown sensor, class or level.
    """
    rng = np.random.default_rng(seed)
    gsd_m = spec.gsd_m or sensor(spec.sensor).gsd_m
    fine_shape = (spec.rows * spec.oversample, spec.cols * spec.oversample)
    layout = lay_out(rng, fine_shape, gsd_m / spec.oversample, spec.classes, spec.relief)
    return render(rng, layout, _patch_spectra(rng, layout, spec.variability), spec.classes, spec)


def render(rng: np.random.Generator, layout: Layout, ends: NDArray[np.float64], classes: tuple[str, ...],
           spec: SceneSpec) -> SimulatedScene:
    """See a landscape through the air with a sensor.

    Args:
        rng: of texture, air, noise and stripes.
        layout: the landscape, `SceneSpec.oversample` cells a pixel side.
        ends: (2 patches, fine) reflectance on `FINE_NM`, two spectra for each patch between which it varies.
        classes: covers of the layout's patches, in the order of the labels.
        spec: sensor, level, size, noise and air; its own classes are not looked at.
    """
    known = sensor(spec.sensor)
    bands = _usable(known.bands, spec.atmosphere)
    view = _View(response_matrix(FINE_NM, bands), spec)
    signal = _blur(np.asarray(_mixture(layout, spec) @ view.seen(ends), np.float32), spec)
    signal *= _texture(rng, FINE_NM[view.responses.argmax(0)], spec)
    cube = _observe(rng, signal, view, spec)
    area = _areas(layout, classes, spec)
    labels = (area.argmax(1) + 1).astype(np.uint8).reshape(spec.rows, spec.cols)
    return SimulatedScene(_as_cube(cube, spec), labels, _as_cube(_blur(area, spec), spec), classes, bands,
                          SensorMeta(known.name, spec.level, spec.gsd_m or known.gsd_m))


def random_spec(rng: np.random.Generator, rows: int = 128, cols: int = 128) -> SceneSpec:
    """A varied scene for pretraining: any hyperspectral sensor, both levels, pixel sizes around the sensor's own,
    any mix of classes, air, noise and relief.
    """
    names = [n for n, s in SENSORS.items() if s.hyperspectral]
    name = str(rng.choice(names))
    covers = [c for c in (*CROPS, *WOODS, "water") if rng.random() < 0.75] or ["grassland"]
    town = [(), ("built-up",), ("roof", "pavement")][int(rng.choice(3, p=[0.25, 0.4, 0.35]))]
    air = Atmosphere(float(rng.uniform(0.5, 3.5)), float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.45, 0.95)))
    return SceneSpec(sensor=name, level=str(rng.choice(["L1", "L2"], p=[0.35, 0.65])), rows=rows, cols=cols,
                     gsd_m=float(np.clip(SENSORS[name].gsd_m * np.exp(rng.normal(0, 0.6)), 0.5, 90.0)),
                     classes=(*covers, *town), noise=float(np.exp(rng.normal(0.2, 0.5))),
                     variability=float(rng.uniform(0.7, 1.5)), relief=float(rng.uniform(0, 1.8)), atmosphere=air)


class _View:
    """How the sensor sees reflectance through the air, per band."""

    def __init__(self, responses: NDArray[np.float64], spec: SceneSpec) -> None:
        air, sun = spec.atmosphere, solar_irradiance() * spec.atmosphere.sun_cos / np.pi
        self.responses, self.level = responses, spec.level
        self.gain = sun * air.transmittance() @ responses  # radiance of a white surface
        self.sun = sun @ responses
        self.path = sun * air.path_reflectance() @ responses
        self.vapour = VAPOUR @ responses
        self._direct = sun * air.transmittance()

    def seen(self, reflectance: NDArray[np.float64]) -> NDArray[np.float32]:
        """(n, fine) reflectance as (n, bands) reflectance or radiance, without the air's own light."""
        spectra = reflectance * self._direct if self.level == "L1" else reflectance
        return np.asarray(spectra @ self.responses, np.float32)


def _usable(bands: BandTable, air: Atmosphere) -> BandTable:
    """The sensor's bands on the materials' grid; those where the air is opaque are marked bad."""
    inside = np.flatnonzero((bands.wavelength_nm >= FINE_NM[0]) & (bands.wavelength_nm <= FINE_NM[-1]))
    kept = bands.only(inside)
    passing = air.transmittance() @ response_matrix(FINE_NM, kept)
    return kept.without(np.flatnonzero(passing < BAD_TRANSMITTANCE), "opaque air")


def _patch_spectra(rng: np.random.Generator, layout: Layout, variability: float) -> NDArray[np.float64]:
    """(2 patches, fine) two spectra of each patch: its own draw, and one partly drawn towards the material at large."""
    names = np.array([p.material for p in layout.patches])
    ends = np.empty((2 * len(names), len(FINE_NM)))
    for name in sorted(set(names.tolist())):
        of_name = np.flatnonzero(names == name)
        own, other = (material(name)(rng, len(of_name), variability) for _ in range(2))
        ends[2 * of_name] = own
        ends[2 * of_name + 1] = 0.6 * own + 0.4 * other
    return ends


def _cells(layout: Layout, spec: SceneSpec) -> NDArray[np.intp]:
    """(fine rows * fine cols) index of the pixel each fine cell lies in."""
    rows, cols = (np.arange(n * spec.oversample) // spec.oversample for n in (spec.rows, spec.cols))
    return np.asarray((rows[:, None] * spec.cols + cols[None, :]).ravel(), np.intp)


def _mixture(layout: Layout, spec: SceneSpec) -> sparse.csr_matrix:
    """(pixels, 2 patches) share of each patch spectrum in each pixel, times its light."""
    pixel, patch = _cells(layout, spec), layout.patch.ravel()
    light, mix = layout.light.ravel() / spec.oversample ** 2, layout.mix.ravel()
    values = np.concatenate([light * (1.0 - mix), light * mix])
    where = (np.concatenate([pixel, pixel]), np.concatenate([2 * patch, 2 * patch + 1]))
    return sparse.coo_matrix((values, where), (spec.rows * spec.cols, 2 * len(layout.patches))).tocsr()


def _areas(layout: Layout, classes: tuple[str, ...], spec: SceneSpec) -> NDArray[np.float32]:
    """(pixels, classes) share of the pixel's area."""
    number = np.array([classes.index(p.cover) for p in layout.patches])[layout.patch.ravel()]
    flat = np.bincount(_cells(layout, spec) * len(classes) + number, minlength=spec.rows * spec.cols * len(classes))
    return (flat.reshape(-1, len(classes)) / spec.oversample ** 2).astype(np.float32)


def _as_cube(pixels: NDArray[np.float32], spec: SceneSpec) -> NDArray[np.float32]:
    return np.ascontiguousarray(pixels.T).reshape(-1, spec.rows, spec.cols)


def _blur(pixels: NDArray[np.float32], spec: SceneSpec) -> NDArray[np.float32]:
    """The optics' blur of (pixels, n) images."""
    image = pixels.reshape(spec.rows, spec.cols, -1)
    for axis in (0, 1):
        image = ndimage.convolve1d(image, _PSF, axis=axis, mode="nearest")
    return image.reshape(len(pixels), -1)


def _texture(rng: np.random.Generator, wavelength_nm: NDArray[np.float64], spec: SceneSpec) -> NDArray[np.float32]:
    """(pixels, bands) factors: what differs from pixel to pixel within a patch, smooth over wavelength."""
    centres, widths = rng.uniform(400, 2500, 6), rng.uniform(120, 500, 6)
    curves = np.exp(-0.5 * ((wavelength_nm - centres[:, None]) / widths[:, None]) ** 2)
    amounts = rng.standard_normal((spec.rows * spec.cols, 6)).astype(np.float32)
    for k in range(3):
        amounts[:, k] = smooth_noise(rng, (spec.rows, spec.cols), 3.0).ravel()
    return np.asarray(np.exp(0.02 * spec.variability * amounts @ curves.astype(np.float32)), np.float32)


def _observe(rng: np.random.Generator, signal: NDArray[np.float32], view: _View,
             spec: SceneSpec) -> NDArray[np.float32]:
    """Add what the air and the sensor add: residues of vapour and haze, noise, column stripes."""
    shape, scale = (spec.rows, spec.cols), 0.5 * min(spec.rows, spec.cols)
    vapour = rng.normal(0, 0.02) + 0.015 * smooth_noise(rng, shape, scale).ravel()
    haze = rng.normal(0, 0.025) + 0.02 * smooth_noise(rng, shape, scale).ravel()
    light = signal if view.level == "L1" else signal * view.gain.astype(np.float32)
    light = light * np.exp(-np.outer(vapour, np.minimum(view.vapour, 2.0)).astype(np.float32))
    light += np.outer(1.0 + haze, view.path).astype(np.float32)
    # The detector does not know how opaque the air is, only how bright the sun gets: noise stays where light is gone.
    dark = (0.1 * view.sun.max() * np.sqrt(view.sun / view.sun.max())).astype(np.float32)
    light += noise_deviation(light, dark, spec.noise) * rng.standard_normal(light.shape, np.float32)
    light *= _stripes(rng, light.shape[1], spec)
    if view.level == "L1":
        return light
    floor = 0.005 * float(view.gain.max())
    return np.asarray((light - view.path) / np.maximum(view.gain, floor), np.float32)


def _stripes(rng: np.random.Generator, bands: int, spec: SceneSpec) -> NDArray[np.float32]:
    """(pixels, bands) gain of the detector elements; one in five hundred is off by some percent."""
    gain = 1.0 + 0.0015 * spec.noise * rng.standard_normal((spec.cols, bands), np.float32)
    odd = rng.random((spec.cols, bands)) < 0.002
    gain[odd] *= 1.0 + 0.03 * spec.noise * rng.standard_normal(int(odd.sum()), np.float32)
    return np.tile(gain, (spec.rows, 1))
