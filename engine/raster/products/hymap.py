"""HyMap in ENVI format, radiance and reflectance.

Format: HyVista deliveries as described by Cocks et al. (1998, "The HyMap airborne hyperspectral sensor", EARSeL) and in
ENVI headers: 125 or 126 bands of int16, reflectance x 10,000 or radiance x 1,000 (uW/(cm2 nm sr)), 0 off the flight
line. A scale in the header (``data gain values``, ``reflectance scale factor``) goes before these.
"""

from __future__ import annotations

import re

import numpy as np
from rasterio.io import DatasetReader

from .envi import read_header, refined
from .product import Product

NAMED = re.compile(r"(?<![a-z])hymap", re.IGNORECASE)
FACTORS = {"L1": 1000.0, "L2": 10000.0}


def refine_hymap(dataset: DatasetReader, product: Product) -> Product | None:
    """The product with what is known of HyMap; None if neither header nor file name mentions it."""
    header = read_header(dataset, product.path)
    if header is None or not NAMED.search(header.words):
        return None
    integers = np.dtype(header.dtype).kind in "iu"
    found = refined(dataset, product, header, "HyMap", 0.0 if integers else None)
    if integers and found.level and np.all(found.reader.scales == 1):
        found.reader.scales /= FACTORS[found.level]
    return found
