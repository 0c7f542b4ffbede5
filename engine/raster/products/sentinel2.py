"""Sentinel-2 L1C and L2A: a ``.SAFE`` folder, or a stacked GeoTIFF whose bands are named B1, B02, B8A and so on.

Format: ESA, "Sentinel-2 Products Specification Document" S2-PDGS-TAS-DI-PSD issue 14.9: ``IMAGE_FILE`` in
``MTD_MSIL1C.xml`` or ``MTD_MSIL2A.xml``, reflectance = (stored + offset) / quantification value with
``RADIO_ADD_OFFSET`` (L1C) or ``BOA_ADD_OFFSET`` (L2A) by ``band_id`` since baseline 04.00, stored 0 = nodata.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from rasterio.io import DatasetReader

from ...errors import RasterError
from ...spectral.sensors import SENSORS
from ..columns import Columns, nm_columns
from ..georeference import grid_of
from ..reading import WindowReader
from ..safe_xml import Element
from ..tags import descriptions
from .metadata import local_name, read_xml
from .product import Product
from .stack import stack_bands

# In the order of band_id and of the registry's table.
BANDS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")
METADATA = {"MTD_MSIL1C.xml": "L1C", "MTD_MSIL2A.xml": "L2A"}
IMAGE = re.compile(r"_(B\d{1,2}A?)(?:_(\d{2})m)?$")
LEVELS = {"L1C": "L1", "L2A": "L2"}


def main_file(folder: Path) -> Path | None:
    """The main XML file of a ``.SAFE`` folder, None in other folders."""
    return next((folder / name for name in METADATA if (folder / name).is_file()), None)


def open_safe(path: Path) -> Product | None:
    """The image of a ``.SAFE`` folder, from its main XML file; None for any other file.

    All bands come on the 10 m grid, the coarser ones repeated; values are reflectance 0..1 (L1C: at the top of the
    atmosphere).

    Raises:
        RasterError: files are missing or do not fit together.
    """
    if path.name not in METADATA:
        return None
    level, root = METADATA[path.name], read_xml(path)
    images = _images(root, path.parent)
    names = [name for name in BANDS if name in images]
    if len(names) < 4:
        raise RasterError(f"{path} lists {len(names)} bands of Sentinel-2 that are there.",
                          "Unpack the whole .SAFE folder.")
    dataset = stack_bands([images[name] for name in names])
    reader = WindowReader(dataset, nodata=0)
    quantification, offsets = _quantification(root, level), _offsets(root)
    reader.scales = np.full(len(names), 1 / quantification)
    reader.offsets = np.array([offsets.get(BANDS.index(name), 0.0) for name in names]) / quantification
    return Product(f"Sentinel-2 {level}", path, (str(path), *(str(images[name]) for name in names)),
                   grid_of(dataset), dataset.dtypes[0], dataset.count, (_columns(names),), reader, reader.close,
                   LEVELS[level], "Sentinel-2")


def refine_stacked(dataset: DatasetReader, product: Product) -> Product | None:
    """A stacked image whose bands carry Sentinel-2's names gets its wavelengths; None for all others.

    Integers without a scale are taken as reflectance x 10,000.
    """
    names = [re.sub(r"^B0", "B", name.strip().upper()) for name in descriptions(dataset)]
    if not set(names) <= set(BANDS) or len(set(names)) != len(names):
        return None
    notes = product.notes
    if np.dtype(dataset.dtypes[0]).kind in "iu" and all(scale == 1 for scale in dataset.scales):
        product.reader.scales *= 1e-4
        notes += ("Integers without a scale were taken as reflectance x 10,000, as Sentinel-2 images are stored.",)
    return replace(product, name="Sentinel-2 stack", columns=(*product.columns, _columns(names)), sensor="Sentinel-2",
                   notes=notes)


def _columns(names: list[str]) -> Columns:
    table = SENSORS["Sentinel-2"].bands.only([BANDS.index(name) for name in names])
    return nm_columns("Sentinel-2 band table", table.wavelength_nm, table.fwhm_nm)


def _images(root: Element, folder: Path) -> dict[str, Path]:
    """The finest image file of each band."""
    found: dict[str, tuple[int, Path]] = {}
    for element in root.iter():
        name = (element.text or "").strip()
        if local_name(element) != "IMAGE_FILE" or not (match := IMAGE.search(name)):
            continue
        band, gsd_m = re.sub(r"^B0", "B", match[1]), int(match[2] or 10)
        candidates = (folder / f"{name}{end}" for end in (".jp2", ".JP2", ".tif"))
        file = next((candidate for candidate in candidates if candidate.is_file()), None)
        if file is None or not file.resolve().is_relative_to(folder.resolve()):
            continue
        if band not in found or gsd_m < found[band][0]:
            found[band] = gsd_m, file
    return {band: file for band, (_, file) in found.items()}


def _quantification(root: Element, level: str) -> float:
    wanted = "BOA_QUANTIFICATION_VALUE" if level == "L2A" else "QUANTIFICATION_VALUE"
    told = [float(element.text or 0) for element in root.iter() if local_name(element) == wanted]
    return told[0] if told and told[0] > 0 else 10000.0


def _offsets(root: Element) -> dict[int, float]:
    """Offset of the stored values by position in `BANDS`; empty before baseline 04.00."""
    return {int(element.get("band_id", -1)): float(element.text or 0) for element in root.iter()
            if local_name(element) in ("RADIO_ADD_OFFSET", "BOA_ADD_OFFSET")}
