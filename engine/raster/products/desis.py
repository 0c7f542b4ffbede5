"""DESIS L1B, L1C and L2A (GeoTIFF with METADATA.xml).

Format: DLR, "DESIS Product Specification" PAV-DLR-ICD-003 (issue 1.0, 2019): elements ``band`` of
``specific/bandCharacterisation`` with ``wavelengthCenterOfBand``, ``wavelengthWidthOfBand``, ``gainOfBand`` and
``offsetOfBand``; nodata -32768.
"""

from __future__ import annotations

from pathlib import Path

from .dlr import BandTags, find_delivery, open_delivery, read_rows
from .product import Product

TAGS = BandTags("band", "wavelengthCenterOfBand", "wavelengthWidthOfBand", "gainOfBand", "offsetOfBand")
LEVELS = ("L1B", "L1C", "L2A")
NODATA = -32768.0


def open_desis(path: Path) -> Product | None:
    """The image of a DESIS product, from its GeoTIFF or its XML file; None if it is none.

    Reflectance is scaled to 0..1 (L2A), radiance to mW/(cm2 sr um) (L1).

    Raises:
        RasterError: files are missing or do not fit together.
    """
    found = find_delivery(path, "DESIS", LEVELS)
    if found is None:
        return None
    return open_delivery(found, "DESIS", read_rows(found.root, TAGS, found.pair.metadata), NODATA)
