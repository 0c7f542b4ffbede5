"""Hyperspectral scenes with known truth, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse

from ...spectral.bands import BandTable, SensorMeta
from ...spectral.resample import response_matrix
from ...spectral.sensors import sensor
from .atmosphere import BAD_TRANSMITTANCE, VAPOUR, Atmosphere, noise_deviation, solar_irradiance
from .canvas import Layout, smooth_noise
from .effects import add_adjacency, add_stripes, albedo_of, moved, reflectance_of, smile_shift_nm, terrain_light
from .layout import lay_out
from .materials import FINE_NM, material
from .measured import Measured
from .scene_spec import ALL, DEFAULT, SceneSpec, demanding_spec, random_spec

__all__ = ["ALL", "DEFAULT", "SceneSpec", "SimulatedScene", "demanding_spec", "landscape", "patch_spectra",
           "random_spec", "render", "simulate_scene"]

_PSF = np.array([0.1, 0.8, 0.1])  # light from the neighbours, on top of the square pixel


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
        material: (rows, cols) uint8, the material that fills most of the pixel: 0 is ``materials[0]``. A cover such as
            built-up is made of several.
        materials: their names.
    """

    cube: NDArray[np.float32]
    labels: NDArray[np.uint8]
    abundances: NDArray[np.float32]
    classes: tuple[str, ...]
    bands: BandTable
    meta: SensorMeta
    material: NDArray[np.uint8]
    materials: tuple[str, ...]


def simulate_scene(spec: SceneSpec, seed: int, measured: Measured | None = None) -> SimulatedScene:
    """Simulate a scene; the same spec and seed give the same bytes on one machine.

    Each patch of the landscape has two spectra of its material, between which soil zones and texture mix. A pixel is
    the linear mixture of the fine cells inside it, blurred by the optics, with the sensor's noise and stripes; see
    `SceneSpec.effects` for more.

    Args:
        spec: what to simulate.
        seed: of every choice.
        measured: spectra of materials; half of the patches of such a material are made of them.

    Raises:
        InputError: unknown sensor, class or level.
    """
    rng = np.random.default_rng(seed)
    return render(rng, *landscape(rng, spec, measured), spec.classes, spec)


def landscape(rng: np.random.Generator, spec: SceneSpec,
              measured: Measured | None = None) -> tuple[Layout, NDArray[np.float64]]:
    """A landscape and the spectra of its patches, as `render` takes them; see `simulate_scene`."""
    gsd_m = spec.gsd_m or sensor(spec.sensor).gsd_m
    fine_shape = (spec.rows * spec.oversample, spec.cols * spec.oversample)
    layout = lay_out(rng, fine_shape, gsd_m / spec.oversample, spec.classes, spec.relief, spec.layout)
    return layout, patch_spectra(rng, layout, spec.variability, measured or {})


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
    extra = rng.spawn(1)[0]  # effects leave the numbers of all else as they are
    gsd_m = spec.gsd_m or known.gsd_m
    signal = _blur(_signal(layout, ends, view, spec), spec)
    signal *= _texture(rng, FINE_NM[view.responses.argmax(0)], spec)
    names = tuple(sorted({p.material for p in layout.patches}))
    share = _areas(layout, [p.material for p in layout.patches], names, spec)
    level = share[:, [names.index("water")]] if "water" in names else np.zeros((1, 1), np.float32)
    signal = _add_light(extra, signal, level, bands, gsd_m, spec)
    cube = _observe(rng, signal, view, _Faults(extra, bands, view, spec), spec)
    area = _areas(layout, [p.cover for p in layout.patches], classes, spec)
    labels = (area.argmax(1) + 1).astype(np.uint8).reshape(spec.rows, spec.cols)
    return SimulatedScene(_as_cube(cube, spec), labels, _as_cube(_blur(area, spec), spec), classes, bands,
                          SensorMeta(known.name, spec.level, gsd_m),
                          share.argmax(1).astype(np.uint8).reshape(spec.rows, spec.cols), names)


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


def patch_spectra(rng: np.random.Generator, layout: Layout, variability: float,
                  measured: Measured) -> NDArray[np.float64]:
    """(2 patches, fine) two spectra of each patch: its own draw, and one partly drawn towards the material at large."""
    names = np.array([p.material for p in layout.patches])
    ends = np.empty((2 * len(names), len(FINE_NM)))
    for name in sorted(set(names.tolist())):
        of_name = np.flatnonzero(names == name)
        own, other = (material(name)(rng, len(of_name), variability) for _ in range(2))
        if name in measured:
            own, other = (_replaced(rng, drawn, measured[name]) for drawn in (own, other))
        ends[2 * of_name] = own
        ends[2 * of_name + 1] = 0.6 * own + 0.4 * other
    return ends


def _replaced(rng: np.random.Generator, drawn: NDArray[np.float64],
              measured: NDArray[np.float32]) -> NDArray[np.float64]:
    """Half of the spectra replaced by measured ones, which vary in brightness."""
    picked = measured[rng.integers(len(measured), size=len(drawn))] * np.exp(rng.normal(0, 0.08, (len(drawn), 1)))
    return np.asarray(np.where(rng.random((len(drawn), 1)) < 0.5, picked.clip(0, 1), drawn))


def _signal(layout: Layout, ends: NDArray[np.float64], view: _View, spec: SceneSpec) -> NDArray[np.float32]:
    """(pixels, bands) light of the pixels' mixtures, side by side and, in part, grain by grain."""
    mixture = _mixture(layout, spec)
    signal = np.asarray(mixture @ view.seen(ends), np.float32)
    if (share := spec.effects.intimate) > 0:
        light = np.asarray(mixture.sum(axis=1), np.float64)
        grains = np.asarray(reflectance_of((mixture @ albedo_of(ends)) / np.maximum(light, 1e-6)), np.float64)
        mixed = light.astype(np.float32) * view.seen(grains)
        signal = np.asarray((1 - share) * signal + share * mixed, np.float32)
    return signal


def _add_light(rng: np.random.Generator, signal: NDArray[np.float32], level: NDArray[np.float32], bands: BandTable,
               gsd_m: float, spec: SceneSpec) -> NDArray[np.float32]:
    """Slopes and stray light, where the effects have them; ``level`` (pixels, 1) is the share of flat ground."""
    effects, shape, wavelength_nm = spec.effects, (spec.rows, spec.cols), bands.wavelength_nm
    if effects.slope_deg > 0:
        light = terrain_light(rng, shape, wavelength_nm, effects.slope_deg, spec.atmosphere)
        signal = signal * (light + level * (1 - light))
    if effects.adjacency > 0:
        signal = add_adjacency(signal, shape, gsd_m, wavelength_nm, effects)
    return signal


class _Faults:
    """Smile and stripes of the sensor, where the effects have them."""

    def __init__(self, rng: np.random.Generator, bands: BandTable, view: _View, spec: SceneSpec) -> None:
        self._rng, self._bands, self._view, self._spec = rng, bands, view, spec

    def apply(self, light: NDArray[np.float32]) -> NDArray[np.float32]:
        """(pixels, bands) radiance with the faults.

        Smile moves the bands over the lines of sun and air; the ground's own spectrum is smooth and is left alone.
        """
        effects, spec = self._spec.effects, self._spec
        if effects.smile_nm:
            light = light * np.tile(self._smile(), (spec.rows, 1))
        if effects.striping > 0:
            light = add_stripes(self._rng, light, (spec.rows, spec.cols), self._view.sun, effects.striping)
        return light

    def _smile(self) -> NDArray[np.float32]:
        """(cols, bands) what moved bands see of a white surface, over what they should."""
        floor = 0.005 * float(self._view.gain.max())
        white = [_View(response_matrix(FINE_NM, moved(self._bands, float(shift))), self._spec).gain
                 for shift in smile_shift_nm(self._spec.cols, self._spec.effects.smile_nm)]
        return np.asarray((np.array(white) + floor) / (self._view.gain + floor), np.float32)


def _cells(spec: SceneSpec) -> NDArray[np.intp]:
    """(fine rows * fine cols) index of the pixel each fine cell lies in."""
    rows, cols = (np.arange(n * spec.oversample) // spec.oversample for n in (spec.rows, spec.cols))
    return np.asarray((rows[:, None] * spec.cols + cols[None, :]).ravel(), np.intp)


def _mixture(layout: Layout, spec: SceneSpec) -> sparse.csr_matrix:
    """(pixels, 2 patches) share of each patch spectrum in each pixel, times its light."""
    pixel, patch = _cells(spec), layout.patch.ravel()
    light, mix = layout.light.ravel() / spec.oversample ** 2, layout.mix.ravel()
    values = np.concatenate([light * (1.0 - mix), light * mix])
    where = (np.concatenate([pixel, pixel]), np.concatenate([2 * patch, 2 * patch + 1]))
    return sparse.coo_matrix((values, where), (spec.rows * spec.cols, 2 * len(layout.patches))).tocsr()


def _areas(layout: Layout, kinds: list[str], classes: tuple[str, ...], spec: SceneSpec) -> NDArray[np.float32]:
    """(pixels, classes) share of the pixel's area; ``kinds`` are the patches' own."""
    number = np.array([classes.index(kind) for kind in kinds])[layout.patch.ravel()]
    flat = np.bincount(_cells(spec) * len(classes) + number, minlength=spec.rows * spec.cols * len(classes))
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


def _observe(rng: np.random.Generator, signal: NDArray[np.float32], view: _View, faults: _Faults,
             spec: SceneSpec) -> NDArray[np.float32]:
    """Add what the air and the sensor add: residues of vapour and haze, noise, column stripes."""
    shape, scale = (spec.rows, spec.cols), 0.5 * min(spec.rows, spec.cols)
    vapour = rng.normal(0, 0.02) + 0.015 * smooth_noise(rng, shape, scale).ravel()
    haze = rng.normal(0, 0.025) + 0.02 * smooth_noise(rng, shape, scale).ravel()
    light = signal if view.level == "L1" else signal * view.gain.astype(np.float32)
    light = light * np.exp(-np.outer(vapour, np.minimum(view.vapour, 2.0)).astype(np.float32))
    light += np.outer(1.0 + haze, view.path).astype(np.float32)
    light = faults.apply(light)
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
