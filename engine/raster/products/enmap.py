"""EnMAP L1B, L1C and L2A (GeoTIFF with METADATA.XML).

Format: DLR, "EnMAP Product Specification" EN-PCV-ICD-2009-2 (2022 and later): elements ``bandID`` of
``specific/bandCharacterisation`` with ``wavelengthCenterOfBand``, ``FWHMOfBand``, ``GainOfBand`` and ``OffsetOfBand``;
``specific/backgroundValue``; lists of delivered channels in ``vnirProductQuality`` and ``swirProductQuality``. The two
images of L1B, VNIR and SWIR, are not on the same pixels and are opened one at a time.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import RasterError
from ..safe_xml import Element
from .dlr import BandTags, find_pair, level_of, mission_of, open_pair, read_rows
from .hdf import sensor_geometry
from .metadata import read_xml
from .product import Product

TAGS = BandTags("bandID", "wavelengthCenterOfBand", "FWHMOfBand", "GainOfBand", "OffsetOfBand")
NODATA = {"L1B": 0.0, "L1C": 0.0, "L2A": -32768.0}
VNIR_BANDS = 91


def open_enmap(path: Path) -> Product | None:
    """The image of an EnMAP product, from its GeoTIFF or its XML file; None if it is none.

    Reflectance is scaled to 0..1 (L2A), radiance to W/(m2 sr nm) (L1).

    Raises:
        RasterError: files are missing or do not fit together.
    """
    pair = find_pair(path)
    if pair is None:
        return None
    root = read_xml(pair.metadata)
    if "enmap" not in mission_of(root) and next(root.iter("bandID"), None) is None:
        return None
    level = level_of(root, pair.metadata)
    if level not in NODATA:
        raise RasterError(f"{path.name} is EnMAP {level}.", "Levels L1B, L1C and L2A can be read.")
    rows = read_rows(root, TAGS, pair.metadata)
    good = _delivered(root, len(rows.gain))
    if level == "L1B":
        told = root.findtext("product/image/vnir/channels") or root.findtext(".//numberOfVNIRBands")
        n_vnir = int(told or VNIR_BANDS)
        part = slice(0, n_vnir) if pair.arm == "VNIR" else slice(n_vnir, None)
        rows, good = rows.only(part), None if good is None else good[part]
    product = open_pair(pair, f"EnMAP {level}", rows, _background(root, NODATA[level]), good)
    if level != "L1B":
        return product
    # Its transform is a fit to the scene's corners that both detectors share.
    grid, notes = sensor_geometry(product.grid.shape)
    return replace(product, grid=grid, notes=notes)


def _background(root: Element, usual: float) -> float:
    try:
        return float(root.findtext(".//specific/backgroundValue") or root.findtext(".//backgroundValue") or usual)
    except ValueError:
        return usual


def _delivered(root: Element, count: int) -> NDArray[np.bool_] | None:
    """True for the channels the product says it holds; None where it lists none."""
    lists = [root.findtext(f".//{arm}ProductQuality/expectedChannelsList") or "" for arm in ("vnir", "swir")]
    channels = [int(number) for text in lists for number in re.findall(r"\d+", text)]
    if not all(lists) or not channels:
        return None
    return np.isin(np.arange(1, count + 1), channels)
