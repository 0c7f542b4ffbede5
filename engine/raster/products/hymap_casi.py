"""HyMap and CASI in ENVI format, radiance and reflectance.

Both come as int16 or uint16, reflectance x 10,000 or radiance in uW/(cm2 nm sr) x 1,000, 0 off the flight line. That is
how such images are commonly delivered (HyMap by HyVista, sensor: Cocks et al. 1998, "The HyMap airborne hyperspectral
sensor", EARSeL; CASI by ITRES); we know of no public specification. A scale in the header (``data gain values``,
``reflectance scale factor``) goes before these, and the report says which one was used.
"""

from __future__ import annotations

import re

import numpy as np
from rasterio.io import DatasetReader

from .envi import read_header, refined
from .product import Product

NAMED = {"HyMap": re.compile(r"(?<![a-z])hymap", re.IGNORECASE),
         "CASI": re.compile(r"(?<![a-z])(?:casi(?![a-z])|itres)", re.IGNORECASE)}
FACTORS = {"L1": 1000.0, "L2": 10000.0}


def refine_hymap_casi(dataset: DatasetReader, product: Product) -> Product | None:
    """The product with what is known of its sensor; None if neither header nor file name mentions HyMap or CASI."""
    header = read_header(dataset, product.path)
    sensor = next((name for name, named in NAMED.items() if header and named.search(header.words)), None)
    if header is None or sensor is None:
        return None
    integers = np.dtype(header.dtype).kind in "iu"
    found = refined(dataset, product, header, sensor, 0.0 if integers else None)
    if integers and found.level and np.all(found.reader.scales == 1):
        found.reader.scales /= FACTORS[found.level]
    return found
