"""DESIS L1B, L1C and L2A (GeoTIFF with METADATA.xml).

Format: DLR, "DESIS Product Specification" PAV-DLR-ICD-003 (issue 1.0, 2019): elements ``band`` of
``specific/bandCharacterisation`` with ``wavelengthCenterOfBand``, ``wavelengthWidthOfBand``, ``gainOfBand`` and
``offsetOfBand``; nodata -32768.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...errors import RasterError
from .dlr import BandTags, find_pair, level_of, mission_of, open_pair, read_rows
from .hdf import sensor_geometry
from .metadata import read_xml
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
    pair = find_pair(path)
    if pair is None:
        return None
    root = read_xml(pair.metadata)
    if "desis" not in mission_of(root):
        return None
    level = level_of(root, pair.metadata)
    if level not in LEVELS:
        raise RasterError(f"{path.name} is DESIS {level}.", "Levels L1B, L1C and L2A can be read.")
    product = open_pair(pair, f"DESIS {level}", read_rows(root, TAGS, pair.metadata), NODATA)
    if level != "L1B":
        return product
    grid, notes = sensor_geometry(product.grid.shape)
    return replace(product, grid=grid, notes=notes)
