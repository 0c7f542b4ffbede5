"""A landscape while it is painted, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
Field = NDArray[np.float32]


@dataclass(frozen=True)
class Patch:
    """A piece of ground of one material: a field, a stand, a lake, the roofs of one kind."""

    material: str
    cover: str


@dataclass(frozen=True)
class Layout:
    """A landscape on a fine grid.

    Attributes:
        patch: (rows, cols) index into ``patches``.
        patches: the pieces of ground.
        mix: (rows, cols) 0..1, where between a patch's two spectra a place lies.
        light: (rows, cols) illumination by terrain, crowns and cast shadow, 1 on flat open ground.
    """

    patch: NDArray[np.int32]
    patches: tuple[Patch, ...]
    mix: Field
    light: Field


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], scale_px: float) -> Field:
    """Gaussian noise of unit variance with features of about ``scale_px`` pixels."""
    if scale_px <= 1.0:
        return rng.standard_normal(shape).astype(np.float32)
    coarse = rng.standard_normal([int(np.ceil(n / scale_px)) + 4 for n in shape])
    at = [np.arange(n) / scale_px + 1.0 + rng.random() for n in shape]
    noise = ndimage.map_coordinates(coarse, np.meshgrid(*at, indexing="ij"), order=3, mode="nearest")
    return np.asarray((noise - noise.mean()) / max(float(noise.std()), 1e-6), np.float32)


class Canvas:
    """The landscape while it is painted, later things over earlier ones."""

    def __init__(self, rng: np.random.Generator, shape: tuple[int, int], pixel_m: float) -> None:
        self.rng, self.shape, self.pixel_m = rng, shape, pixel_m
        self.patches: list[Patch] = []
        self.patch = np.zeros(shape, np.int32)
        self.y, self.x = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in shape), indexing="ij")
        self.rows_phase = np.zeros(shape, np.float32)

    def length_px(self, metres: float, least: float, most: float) -> float:
        """Metres in fine pixels, kept between two shares of the scene's shorter side so that any scene shows it."""
        side = min(self.shape)
        return float(np.clip(metres / self.pixel_m, least * side, most * side))

    def add(self, material: str, cover: str) -> int:
        """A new patch; returns its index."""
        self.patches.append(Patch(material, cover))
        return len(self.patches) - 1

    def paint(self, where: Mask, material: str, cover: str) -> None:
        """Cover a place with one new patch."""
        self.patch[where] = self.add(material, cover)

    def noise(self, scale_px: float) -> Field:
        """Smooth noise of the canvas' shape."""
        return smooth_noise(self.rng, self.shape, scale_px)


def stand_in(cover: str, classes: tuple[str, ...]) -> str:
    """The cover itself, or the nearest one that the scene knows."""
    nearest = {"pavement": ("built-up", "roof", "stubble"), "roof": ("built-up", "pavement"),
               "grassland": ("winter wheat", "maize", "sugar beet", "broadleaf forest")}
    return next((c for c in (cover, *nearest.get(cover, ())) if c in classes), classes[0])


def line_distance(canvas: Canvas, start: NDArray[np.float64], angle: float, bend: float) -> Field:
    """Distance in fine pixels to a gently winding line through a point."""
    along = (canvas.x - start[1]) * np.cos(angle) + (canvas.y - start[0]) * np.sin(angle)
    across = (canvas.y - start[0]) * np.cos(angle) - (canvas.x - start[1]) * np.sin(angle)
    side = min(canvas.shape)
    way = np.linspace(-2.0 * side, 2.0 * side, 801)
    phases, lengths = canvas.rng.uniform(0, 2 * np.pi, 3), side * np.array([0.9, 0.41, 0.19])
    swing = sum(bend * n * (np.sin(way / n * 2 * np.pi + p) - np.sin(p)) for n, p in zip(lengths, phases, strict=True))
    slope = np.gradient(swing, way)
    off = across - np.interp(along, way, swing)
    return np.asarray(np.abs(off) / np.sqrt(1.0 + np.interp(along, way, slope) ** 2), np.float32)
