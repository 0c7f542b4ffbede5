"""EnMAP L1B, L1C and L2A (GeoTIFF with METADATA.XML).

Format: DLR, "EnMAP Product Specification" EN-PCV-ICD-2009-2 (2022 and later): elements ``bandID`` of
``specific/bandCharacterisation`` with ``wavelengthCenterOfBand``, ``FWHMOfBand``, ``GainOfBand`` and ``OffsetOfBand``;
``specific/backgroundValue``; lists of delivered channels in ``vnirProductQuality`` and ``swirProductQuality``. The two
images of L1B, VNIR and SWIR, are not on the same pixels and are opened one at a time.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..safe_xml import Element
from .dlr import BandTags, find_delivery, open_delivery, read_rows
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
    found = find_delivery(path, "EnMAP", NODATA, TAGS.band)
    if found is None:
        return None
    root = found.root
    rows = read_rows(root, TAGS, found.pair.metadata)
    good = _delivered(root, len(rows.gain))
    if found.is_raw:
        told = root.findtext("product/image/vnir/channels") or root.findtext(".//numberOfVNIRBands")
        n_vnir = int(told or VNIR_BANDS)
        part = slice(0, n_vnir) if found.pair.arm == "VNIR" else slice(n_vnir, None)
        rows, good = rows.only(part), None if good is None else good[part]
    return open_delivery(found, "EnMAP", rows, _background(root, NODATA[found.level]), good)


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
