"""CASI in ENVI format, radiance and reflectance.

Format: ITRES, "Standard Processing Data Documentation" for CASI-1500: uint16 or int16 in spectral radiance units
(SRU, uW/(cm2 sr nm)) x 1,000, 0 off the flight line; reflectance x 10,000. A scale in the header goes before these.
"""

from __future__ import annotations

import re

import numpy as np
from rasterio.io import DatasetReader

from .envi import read_header, refined
from .product import Product

NAMED = re.compile(r"(?<![a-z])(?:casi(?![a-z])|itres)", re.IGNORECASE)
FACTORS = {"L1": 1000.0, "L2": 10000.0}


def refine_casi(dataset: DatasetReader, product: Product) -> Product | None:
    """The product with what is known of CASI; None if neither header nor file name mentions it."""
    header = read_header(dataset, product.path)
    if header is None or not NAMED.search(header.words):
        return None
    integers = np.dtype(header.dtype).kind in "iu"
    found = refined(dataset, product, header, "CASI", 0.0 if integers else None)
    if integers and found.level and np.all(found.reader.scales == 1):
        found.reader.scales /= FACTORS[found.level]
    return found
