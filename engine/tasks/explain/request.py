"""Request and result of explaining band weights."""

from __future__ import annotations

from dataclasses import dataclass

from ..image_request import ImageRequest
from ..inspect import BandInfo


@dataclass(frozen=True)
class ExplainRequest(ImageRequest):
    """Where to look, and with which model.

    Attributes:
        image: raster with wavelengths.
        points: x, y in the image's CRS, at most `MAX_POINTS`; either these or ``extent``.
        extent: x_min, y_min, x_max, y_max in the image's CRS.
        weights: encoder weights, a path or a name that ``weights list`` shows; the bundled ones if None.
        model: saved land-cover model, to see also which bands its classes need.
        output: ``.csv`` or ``.json`` to write, None to write nothing.
        device: ``auto``, ``cpu`` or ``cuda``.
    """

    image: str
    points: tuple[tuple[float, float], ...] | None = None
    extent: tuple[float, float, float, float] | None = None
    weights: str | None = None
    model: str | None = None
    output: str | None = None
    device: str = "auto"


@dataclass(frozen=True)
class ClassNeed:
    """What a class of the trained model needs at a place.

    Attributes:
        id, name, color: of the class.
        score: its probability with all bands, before smoothing.
        drop: what it loses when the band's group is replaced by its local mean, one value a band of the file.
    """

    id: int
    name: str
    color: tuple[int, int, int]
    score: float
    drop: list[float | None]


@dataclass(frozen=True)
class PlaceWeights:
    """A place and its bands; lists have one value for each band of the file, None where the band is not used.

    Attributes:
        x, y: its middle in the image's CRS.
        row, col, rows, cols: its pixels.
        pixels: those looked at that have data.
        spectrum: mean in physical units, of bad bands too; None without data.
        spread: standard deviation over the pixels, None for one pixel.
        gain, response, content_shift: see `BandWeights`.
        classes: with a trained model, its classes, the most probable first.
    """

    x: float
    y: float
    row: int
    col: int
    rows: int
    cols: int
    pixels: int
    spectrum: list[float | None]
    spread: list[float | None]
    gain: list[float | None]
    response: list[float | None]
    content_shift: list[float | None]
    classes: list[ClassNeed]


@dataclass(frozen=True)
class ExplainResult:
    """Weights of the bands; `dataclasses.asdict` of it is JSON.

    Attributes:
        output: the file written, None if none was asked for.
        weights: name of the encoder.
        weights_sha256: hash of its file.
        bands: the band table in file order.
        groups: numbers of the bands that were hidden together, empty without a trained model.
        places: in the order asked for.
        notes: what was assumed or left out.
        seconds: time taken.
    """

    output: str | None
    weights: str
    weights_sha256: str
    bands: list[BandInfo]
    groups: list[list[int]]
    places: list[PlaceWeights]
    notes: list[str]
    seconds: float
