"""AVIRIS-NG and AVIRIS-3 in ENVI format, radiance and reflectance.

Format: JPL, "AVIRIS-NG Distribution Document" (2014-2021) and "AVIRIS-3 Distribution Document" (2023): flight lines
``angYYYYMMDDtHHMMSS_rdn_*_img`` (radiance in uW/(cm2 nm sr)) and ``_rfl_`` or ``_corr_`` (reflectance), float32,
-9999 = nodata; AVIRIS-3 lines are named ``AV3...``. Radiance lines may come without wavelengths: then the table of the
sensor with this number of bands is used.
"""

from __future__ import annotations

import re

from rasterio.io import DatasetReader

from .envi import read_header, refined
from .product import Product

LINES = {"AVIRIS-NG": (re.compile(r"(?<![a-z])ang\d{8}t\d{6}|aviris.?ng", re.IGNORECASE), (425, 432)),
         "AVIRIS-3": (re.compile(r"(?<![a-z])av3\d{8}t\d{6}|aviris.?3(?!\d)", re.IGNORECASE), (284,))}
NODATA = -9999.0


def refine_aviris_ng(dataset: DatasetReader, product: Product) -> Product | None:
    """The product with what is known of these sensors; None if the header or the name is not of their kind."""
    header = read_header(dataset, product.path)
    if header is None:
        return None
    for sensor, (line, counts) in LINES.items():
        if line.search(header.words) and header.count in counts:
            return refined(dataset, product, header, sensor, NODATA)
    return None
