"""How two images fit together, before they are compared: overlap, grids, common bands, shift. Reads parts only."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ..inference.change.pair import ImagePair
from ..inference.change.registration import measure_shift
from ..raster.alignment import align
from ..raster.cube import Cube, Overrides
from ..reporting import Reporter, WarningKeeper
from ..spectral.matching import common_bands
from .change.inputs import WARN_SHIFT_PX


@dataclass(frozen=True)
class PairRequest:
    """Two images; the overrides are those of `Overrides`.

    Attributes:
        before: earlier raster with wavelengths.
        after: later raster.
        before_sensor, before_level, before_wavelengths: instead of what the file says.
        after_sensor, after_level, after_wavelengths: the same of the later image.
    """

    before: str
    after: str
    before_sensor: str | None = None
    before_level: str | None = None
    before_wavelengths: str | None = None
    after_sensor: str | None = None
    after_level: str | None = None
    after_wavelengths: str | None = None


@dataclass(frozen=True)
class PairResult:
    """What was found; `dataclasses.asdict` of it is JSON.

    Attributes:
        overlap_share: pixels of ``before`` on which ``after`` lies, 0..1.
        grids: how the grids lie to each other, in a sentence.
        bands: number of bands that would be compared.
        same_sensor: whether the band tables are alike.
        levels: processing levels of the two.
        shift_px: (rows, columns) by which ``after`` seems moved; None if it could not be measured.
        shifted: whether the shift is large enough to look like change.
    """

    overlap_share: float
    grids: str
    bands: int
    same_sensor: bool
    levels: tuple[str, str]
    shift_px: tuple[float, float] | None
    shifted: bool
    warnings: list[str] = field(default_factory=list)


def run(request: PairRequest, reporter: Reporter) -> PairResult:
    """Look at the pair; nothing is written.

    Raises:
        RasterError: an image cannot be read, or they do not overlap.
        WavelengthError: too few common bands.
    """
    log = WarningKeeper(reporter)
    with ExitStack() as stack:
        before, after = (
            stack.enter_context(Cube.open(path, Overrides(sensor, level, None, Path(table) if table else None), log))
            for path, sensor, level, table in (
                (request.before, request.before_sensor, request.before_level, request.before_wavelengths),
                (request.after, request.after_sensor, request.after_level, request.after_wavelengths)))
        bands = common_bands(before.bands, after.bands)
        aligned = align(before, after)
        found = measure_shift(ImagePair(before, aligned, bands), log)
        return PairResult(
            aligned.relation.overlap_share, str(aligned.relation), len(bands.table), bands.same_sensor,
            (before.meta.level, after.meta.level), (found.shift.rows, found.shift.cols) if found else None,
            found is not None and found.length_px > WARN_SHIFT_PX, log.warnings)
