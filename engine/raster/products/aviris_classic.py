"""AVIRIS-Classic in ENVI format: radiance (integers with a ``.gain`` file) and reflectance.

Format: JPL, "AVIRIS Distribution Document" (1996 and later): ``fYYMMDDtNNpNNrNN_*_ort_img`` of big-endian int16 that is
divided by the gains of the ``.gain`` file, one line a band, to get uW/(cm2 nm sr); the ``.spc`` file has wavelength and
FWHM in nm, one line a band; pixels off the flight line hold -50. Reflectance lines (``_corr_``, ``_rfl_``) are float32,
or int16 x 10,000.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from ...errors import RasterError
from ..columns import nm_columns
from .envi import read_header, refined
from .metadata import read_text
from .product import Product

SENSOR, BANDS = "AVIRIS-Classic", 224
FLIGHT = re.compile(r"(?<![a-z0-9])(f\d{6}t\d{2}p\d{2}(?:_?r\d{2})?)", re.IGNORECASE)
NAMED = re.compile(r"aviris(?!.?(?:ng|3|5))", re.IGNORECASE)
RADIANCE_NODATA, NODATA = -50.0, -9999.0


def refine_aviris_classic(dataset: DatasetReader, product: Product) -> Product | None:
    """The product with what is known of AVIRIS-Classic; None if neither header nor name is of its kind.

    Raises:
        RasterError: the ``.gain`` or ``.spc`` file has another number of bands.
    """
    header = read_header(dataset, product.path)
    if header is None or header.count != BANDS or not (FLIGHT.search(header.words) or NAMED.search(header.words)):
        return None
    gains, spectral = (_beside(product.path, ending) for ending in (".gain", ".spc"))
    counts = np.dtype(header.dtype).kind in "iu" and (product.level or header.level) != "L2"
    found = refined(dataset, product, header, SENSOR, RADIANCE_NODATA if counts else NODATA)
    files = product.files
    if counts and gains is not None:
        found.reader.scales /= _columns(gains, 1)[:, 0]
        found, files = replace(found, level="L1"), (*files, str(gains))
    elif counts:
        found = replace(found, notes=(*found.notes, "There is no .gain file beside the image: its integers are used as "
                                      "they are, and the bands keep different scales."))
    if spectral is not None and header.lacks("wavelength"):
        table = _columns(spectral, 2)
        found = replace(found, columns=(nm_columns(spectral.name, table[:, 0], table[:, 1]), *found.columns))
        files = (*files, str(spectral))
    return replace(found, files=files)


def _beside(image: Path, ending: str) -> Path | None:
    """The file of the same flight line with this ending."""
    flight = FLIGHT.search(image.name)
    start = flight[1].lower() if flight else image.stem.lower()
    return next((p for p in sorted(image.parent.iterdir())
                 if p.name.lower().endswith(ending) and p.name.lower().startswith(start)), None)


def _columns(path: Path, count: int) -> NDArray[np.float64]:
    """(224, count) first numbers of each line."""
    lines = [re.findall(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?", line) for line in read_text(path).splitlines()]
    rows = [[float(number) for number in line[:count]] for line in lines if len(line) >= count]
    if len(rows) != BANDS or not all(row[0] > 0 for row in rows):
        raise RasterError(f"{path.name} has {len(rows)} lines of numbers for {BANDS} bands.",
                          "Copy or download the file again.")
    return np.array(rows)
