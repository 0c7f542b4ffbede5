"""EO-1 Hyperion L1: L1Gst and L1T, one GeoTIFF a band with a metadata text (MTL).

Format: USGS, "EO-1 User Guide" v2.3 (2003) and the L1Gst/L1T band files ``..._B001_L1T.TIF`` to ``B242``; stored values
are radiance in W/(m2 sr um) x 40 (bands 1 to 70, VNIR) or x 80 (bands 71 to 242, SWIR), ``SCALING_FACTOR_VNIR`` and
``SCALING_FACTOR_SWIR`` in the MTL; bands 8-57 and 77-224 are calibrated, all others are 0. 0 is nodata.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ...errors import RasterError
from ...spectral.sensors import SENSORS
from ..columns import nm_columns
from ..georeference import grid_of
from ..reading import WindowReader
from .metadata import read_text
from .product import Product
from .stack import stack_bands

BAND_FILE = re.compile(r"^(?P<scene>EO1H.*)_B(?P<band>\d{3})_(?P<level>L1\w+)\.TIFF?$", re.IGNORECASE)
MTL_FILE = re.compile(r"^(?P<scene>EO1H.*)_MTL_(?P<level>L1\w+)\.TXT$", re.IGNORECASE)
BANDS, LAST_VNIR = 242, 70
CALIBRATED = (*range(8, 58), *range(77, 225))
SCALES = {"VNIR": 40.0, "SWIR": 80.0}


def open_hyperion(path: Path) -> Product | None:
    """All bands of a Hyperion scene, from any one of its band files or its MTL; None if it is neither.

    Raises:
        RasterError: bands are missing or do not fit together.
    """
    found = BAND_FILE.match(path.name) or MTL_FILE.match(path.name)
    if found is None:
        return None
    scene, level = found["scene"].lower(), found["level"].upper()
    bands, metadata = _files(path.parent, scene, level)
    if len(bands) < 4:
        raise RasterError(f"{len(bands)} of the {BANDS} band files of {path.name} are in its folder.",
                          "Keep all files of the scene in one folder.")
    numbers = np.array(sorted(bands))
    scales = dict(SCALES)
    if metadata is not None:
        text = read_text(metadata)
        for arm in scales:
            if told := re.search(rf"SCALING_FACTOR_{arm}\s*=\s*([0-9.]+)", text):
                scales[arm] = float(told[1]) or scales[arm]
    dataset = stack_bands([bands[number] for number in numbers])
    reader = WindowReader(dataset, nodata=0)
    reader.scales = 1 / np.where(numbers <= LAST_VNIR, scales["VNIR"], scales["SWIR"])
    table = SENSORS["Hyperion"].bands
    columns = nm_columns("Hyperion band table", table.wavelength_nm[numbers - 1], table.fwhm_nm[numbers - 1],
                         np.isin(numbers, CALIBRATED))
    files = [bands[number] for number in numbers] + ([metadata] if metadata else [])
    return Product(f"Hyperion {level}", path, tuple(map(str, files)), grid_of(dataset), dataset.dtypes[0],
                   dataset.count, (columns,), reader, reader.close, "L1", "Hyperion", 30.0)


def _files(folder: Path, scene: str, level: str) -> tuple[dict[int, Path], Path | None]:
    """Band files of a scene by number, and its MTL if that is there."""
    bands: dict[int, Path] = {}
    metadata = None
    for file in sorted(folder.iterdir()):
        band, mtl = BAND_FILE.match(file.name), MTL_FILE.match(file.name)
        if band and (band["scene"].lower(), band["level"].upper()) == (scene, level):
            if 1 <= int(band["band"]) <= BANDS:
                bands[int(band["band"])] = file
        elif mtl and mtl["scene"].lower() == scene:
            metadata = file
    return bands, metadata
