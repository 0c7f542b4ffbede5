"""Opening the two images of a change request: levels, common bands, alignment, shift and normalisation."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import InputError
from ...inference.change.invariant import Normalisation, fit_normalisation
from ...inference.change.pair import ImagePair
from ...inference.change.registration import MeasuredShift, measure_shift
from ...raster.alignment import OFFSET, SAME, GridRelation, align
from ...raster.cube import Cube
from ...reporting import Reporter
from ...spectral.matching import common_bands

# A shift above it makes edges look like change.
WARN_SHIFT_PX = 0.5
LITTLE_OVERLAP = 0.05


@dataclass(frozen=True)
class PreparedPair:
    """Two images ready to be compared.

    Attributes:
        pair: both on the pixels of the earlier one, the shift taken out if that was asked for.
        lines: radiometric normalisation of the later to the earlier.
        shift: as measured before any correction, None where it could not be.
        corrected: whether it was taken out.
        remaining: the shift measured after correction.
        relation: how the grids lie to each other.
    """

    pair: ImagePair
    lines: Normalisation
    shift: MeasuredShift | None
    corrected: bool
    remaining: MeasuredShift | None
    relation: GridRelation


def prepare_pair(before: Cube, after: Cube, correct_shift: bool, force: bool, reporter: Reporter) -> PreparedPair:
    """Align two open images and learn how the later one differs in radiometry.

    Raises:
        InputError: radiance against reflectance without ``force``.
        RasterError: no overlap, or no pixel with data in both.
        WavelengthError: too few common bands.
    """
    _check_levels(before, after, force, reporter)
    bands = common_bands(before.bands, after.bands)
    if not bands.same_sensor:
        reporter.log("info", f"The sensors differ ({before.meta.name} and {after.meta.name}); "
                     f"{len(bands.table)} common bands are compared.")
    elif unused := len(before.bands.good_indices) - len(bands.table):
        reporter.log("info", f"{unused} bands are good in the first image only and are not compared.")
    aligned = align(before, after)
    if aligned.relation.kind not in (SAME, OFFSET):
        reporter.log("info", f"{aligned.relation} The second image is resampled.")
    if aligned.relation.overlap_share < LITTLE_OVERLAP:
        reporter.log("warning", f"The images have only {aligned.relation.overlap_share:.1%} of the pixels in common.")
    pair = ImagePair(before, aligned, bands)
    shift = remaining = measure_shift(pair, reporter)
    corrected = correct_shift and shift is not None
    if corrected and shift is not None:
        pair = ImagePair(before, align(before, after, shift=shift.shift), bands)
        remaining = measure_shift(pair, reporter)
    _tell_shift(shift, remaining, correct_shift, reporter)
    lines = fit_normalisation(pair.sample(reporter), reporter)
    return PreparedPair(pair, lines, shift, corrected, remaining, aligned.relation)


def _check_levels(before: Cube, after: Cube, force: bool, reporter: Reporter) -> None:
    if before.meta.level == after.meta.level:
        return
    what = (f"The first image is {before.meta.level} ({before.sources['level']}), the second {after.meta.level} "
            f"({after.sources['level']})")
    if not force:
        raise InputError(f"{what}: radiance cannot be compared with reflectance.",
                         "Choose images of one level; if the level is guessed wrongly, state it (--before-level, "
                         "--after-level); --force compares all the same.")
    reporter.log("warning", f"{what}; they are compared all the same, after a line for each band.")


def _tell_shift(shift: MeasuredShift | None, remaining: MeasuredShift | None, wanted: bool,
                reporter: Reporter) -> None:
    """Log what was measured; warn above half a pixel."""
    if shift is None:
        reporter.log("warning" if wanted else "info", "The shift between the images could not be measured: parts of "
                     "the scene disagree, or are too small or without structure. Nothing was moved.")
        return
    place = f"{shift.shift.rows:+.2f} rows and {shift.shift.cols:+.2f} columns ({shift.length_px:.2f} px)"
    if wanted:
        left = f"; {remaining.length_px:.2f} px are left" if remaining is not None else ""
        reporter.log("info", f"The second image was shifted by {place}; corrected{left}.")
    elif shift.length_px > WARN_SHIFT_PX:
        reporter.log("warning", f"The second image is shifted by {place}; edges may look like change. "
                     "Correct it with --correct-shift.")
    else:
        reporter.log("info", f"The second image is shifted by {place}.")
