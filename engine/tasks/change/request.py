"""Request and result of change detection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ChangeRequest:
    """What to compare, where, and where to write it.

    Attributes:
        before: earlier raster with wavelengths; the result lies on its grid.
        after: later raster; may differ in grid, CRS, resolution, bands and sensor.
        output: GeoTIFF to write. Band 1: change score (larger = more change), band 2: 1 changed, 0 not; NaN where there
            is no result. A GeoTIFF has one type for all bands, so that both are float32.
        extents: rectangles (x_min, y_min, x_max, y_max) to look at; everything if None. Several are joined.
        extent_crs: coordinate system of the rectangles, e.g. ``EPSG:4326``; that of ``before`` if None.
        mask: polygons to look at, in any CRS; joined with ``extents``.
        mask_layer: layer of a mask file with several.
        labels: polygons, points or a raster of changed and unchanged places, for a supervised score.
        class_field: attribute with the class.
        labels_layer: layer of a labels file with several.
        threshold: scores above it, and at least half as high as the highest within 3 pixels, count as changed; 1 if
            None, which is where the rule draws the line. With ``labels`` or a fine-tuned model the score is a
            probability and the line 0.5.
        report: also write a report: a page, or JSON if the name does not end in .html.
        from_to: also write a map of transitions (GeoTIFF); needs ``model`` or ``land_cover``.
        model: fine-tuned model of change (safetensors, from ``train --after``) that gives the score; or for ``from_to``
            a saved land-cover model that fits both images.
        land_cover: labels of land cover in the image ``before``, to train the model for ``from_to`` on.
        land_cover_field: attribute of ``land_cover`` with the class.
        correct_shift: move ``after`` by the measured shift first.
        force: compare radiance with reflectance all the same.
        spectral_only: do without the encoder: much faster.
        before_sensor, before_level, before_wavelengths: instead of what the file says, see `Overrides`.
        after_sensor, after_level, after_wavelengths: the same of the later image.
        weights: encoder weights, the bundled ones if None.
        device: ``auto``, ``cpu`` or ``cuda``.
        seed: of every random choice; same inputs and seed give the same bytes.
    """

    before: str
    after: str
    output: str
    extents: tuple[tuple[float, float, float, float], ...] | None = None
    extent_crs: str | None = None
    mask: str | None = None
    mask_layer: str | None = None
    labels: str | None = None
    class_field: str | None = None
    labels_layer: str | None = None
    threshold: float | None = None
    report: str | None = None
    from_to: str | None = None
    model: str | None = None
    land_cover: str | None = None
    land_cover_field: str | None = None
    correct_shift: bool = False
    force: bool = False
    spectral_only: bool = False
    before_sensor: str | None = None
    before_level: str | None = None
    before_wavelengths: str | None = None
    after_sensor: str | None = None
    after_level: str | None = None
    after_wavelengths: str | None = None
    weights: str | None = None
    device: str = "auto"
    seed: int = 0


@dataclass(frozen=True)
class Transition:
    """Pixels that went from one class to another; ``from_id == to_id`` for those that stayed."""

    id: int
    from_id: int
    from_name: str
    to_id: int
    to_name: str
    pixels: int
    area_ha: float | None


@dataclass(frozen=True)
class ChangeResult:
    """Where the results are and what they show; `dataclasses.asdict` of it is JSON.

    Attributes:
        threshold: score above which a pixel counts as changed.
        threshold_rule: how it was found, in words.
        raw_threshold: the score before it was divided so that 1 is the automatic threshold.
        pixels: pixels with a result.
        changed_pixels: those marked as changed.
        changed_share: their share, 0..1.
        changed_area_ha: their area, None if the size of a pixel is not known.
        shift_px: (rows, columns) by which ``after`` seems moved down and right, in pixels of ``before``; None if it
            could not be measured.
        shift_corrected: whether it was taken out.
        transitions: of the from-to map, largest first.
        land_cover_scores: of the model trained for the from-to map: overall accuracy, kappa and macro-F1 of its spatial
            cross-validation; None for a saved model or without one.
        validation: accuracy of the supervised score on held-out places, None without labels.
    """

    output: str
    report: str | None
    from_to: str | None
    threshold: float
    threshold_rule: str
    raw_threshold: float
    pixels: int
    changed_pixels: int
    changed_share: float
    changed_area_ha: float | None
    shift_px: tuple[float, float] | None
    shift_corrected: bool
    transitions: list[Transition]
    land_cover_scores: dict[str, float] | None
    validation: dict[str, Any] | None
    seconds: float
    device: str
    warnings: list[str] = field(default_factory=list)
