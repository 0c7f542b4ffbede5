"""What the ground segment of DLR delivers for EnMAP and DESIS: a GeoTIFF, and an XML file with bands and gains."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import RasterError
from ..columns import nm_columns
from ..georeference import grid_of, sensor_geometry
from ..reading import WindowReader
from ..safe_xml import Element
from ..source import data_file, gdal_settings, open_raster
from .metadata import beside, number_in, read_xml
from .product import Product

IMAGE_NAME = re.compile(r"^(?P<stem>.+)-SPECTRAL_IMAGE(?P<arm>_VNIR|_SWIR)?(?P<cog>_COG)?\.(?:tiff?|geotiff)$",
                        re.IGNORECASE)
METADATA_NAME = re.compile(r"^(?P<stem>.+)-METADATA\.xml$", re.IGNORECASE)
GSD_M = 30.0  # of both missions
IMAGE_ENDS = ("{arm}.TIF", "{arm}.GEOTIFF", "{arm}_COG.TIF", "{arm}_COG.TIFF", "{arm}.TIFF")


@dataclass(frozen=True)
class BandTags:
    """Names of the elements of a band in the XML file."""

    band: str
    wavelength: str
    fwhm: str
    gain: str
    offset: str


@dataclass(frozen=True)
class BandRows:
    """Bands as the XML file lists them; arrays are (bands,). Physical value = stored x gain + offset."""

    wavelength_nm: NDArray[np.float64]
    fwhm_nm: NDArray[np.float64]
    gain: NDArray[np.float64]
    offset: NDArray[np.float64]

    def only(self, where: slice) -> BandRows:
        """Some of the bands."""
        return BandRows(self.wavelength_nm[where], self.fwhm_nm[where], self.gain[where], self.offset[where])


@dataclass(frozen=True)
class Pair:
    """The image and the metadata file of a product; ``arm`` is ``VNIR`` or ``SWIR`` for images of one detector."""

    image: Path
    metadata: Path
    arm: str


def find_pair(path: Path) -> Pair | None:
    """The files of a product, from either of them; None if the names are not a product's.

    Raises:
        RasterError: the image is not beside the metadata file.
    """
    if image := IMAGE_NAME.match(path.name):
        metadata = beside(path, f"{image['stem']}-METADATA.XML")
        return Pair(path, metadata, (image["arm"] or "").strip("_").upper()) if metadata else None
    if not (found := METADATA_NAME.match(path.name)):
        return None
    for end in IMAGE_ENDS:
        candidate = beside(path, f"{found['stem']}-SPECTRAL_IMAGE{end.format(arm='')}")
        if candidate:
            return Pair(data_file(candidate), path, "")
    arms = [beside(path, f"{found['stem']}-SPECTRAL_IMAGE_{arm}.TIF") for arm in ("VNIR", "SWIR")]
    if any(arms):
        raise RasterError(f"{path.name} describes two images, VNIR and SWIR, which are not on the same pixels.",
                          f"Choose one of them ({', '.join(arm.name for arm in arms if arm)}), or take L1C or L2A.")
    raise RasterError(f"The image that {path.name} describes is not beside it.",
                      f"Put {found['stem']}-SPECTRAL_IMAGE.TIF into the same folder.")


@dataclass(frozen=True)
class Delivery:
    """A product of one mission: its files, the root of its XML file, and its level, such as ``L2A``."""

    pair: Pair
    root: Element
    level: str

    @property
    def is_raw(self) -> bool:
        """True for L1B, which has not been put on a map; its transform is a fit to the scene's corners."""
        return self.level == "L1B"


def find_delivery(path: Path, mission: str, levels: Collection[str], own_element: str = "") -> Delivery | None:
    """A product of a mission, from its image or its XML file; None if the file is none.

    Args:
        path: of either file.
        mission: as the XML file names it.
        levels: that are read.
        own_element: an element that only this mission's XML files have; where it is, the mission need not be named.

    Raises:
        RasterError: the image is not beside the XML file, or the level is another one.
    """
    pair = find_pair(path)
    if pair is None:
        return None
    root = read_xml(pair.metadata)
    named = " ".join((element.text or "").strip() for element in root.iter("mission"))
    if mission.lower() not in named.lower() and (not own_element or next(root.iter(own_element), None) is None):
        return None
    level = level_of(root, pair.metadata)
    if level not in levels:
        *first, last = levels
        raise RasterError(f"{path.name} is {mission} {level}.", f"Levels {', '.join(first)} and {last} can be read.")
    return Delivery(pair, root, level)


def level_of(root: Element, path: Path) -> str:
    """``L1B``, ``L1C``, ``L2A``: as the XML file says, else as in the file's name."""
    told = [root.findtext(f".//{name}") or "" for name in ("level", "productType", "processingLevel")]
    for text in (*told, path.name):
        if found := re.search(r"(?<![A-Z0-9])L?(1A|1B|1C|2A)(?![A-Z0-9])", text.upper()):
            return f"L{found[1]}"
    raise RasterError(f"{path.name} does not tell the processing level.", "Download the product again.")


def read_rows(root: Element, tags: BandTags, path: Path) -> BandRows:
    """The bands listed in ``bandCharacterisation``.

    Raises:
        RasterError: there is no such list, or a value in it is not a number.
    """
    table = next((e for name in ("bandCharacterisation", "bandCharacterization") for e in root.iter(name)), None)
    bands = [] if table is None else [b for b in table.iter(tags.band) if b.find(tags.wavelength) is not None]
    if not bands:
        raise RasterError(f"{path.name} lists no bands.", "Download the product again.")
    columns = ([number_in(band, name, path) for band in bands]
               for name in (tags.wavelength, tags.fwhm, tags.gain, tags.offset))
    return BandRows(*map(np.array, columns))


def open_delivery(found: Delivery, mission: str, rows: BandRows, nodata: float,
                  good: NDArray[np.bool_] | None = None) -> Product:
    """Open the image with the gains of its bands; L1B in sensor geometry.

    Args:
        found: the product.
        mission: name in the sensor registry.
        rows: one row a band of the image.
        nodata: stored value that stands for missing where the image names none.
        good: flags of the bands, None if the product has none.

    Raises:
        RasterError: the image cannot be opened or has another number of bands.
    """
    pair = found.pair
    dataset = open_raster(pair.image)
    if dataset.count != len(rows.gain):
        with gdal_settings():
            dataset.close()
        raise RasterError(f"{pair.image.name} has {dataset.count} bands, {pair.metadata.name} lists {len(rows.gain)}.",
                          "Download the product again; or the files do not belong together.")
    reader = WindowReader(dataset, nodata)
    reader.scales, reader.offsets = rows.gain.copy(), rows.offset.copy()
    columns = nm_columns(pair.metadata.name, rows.wavelength_nm, rows.fwhm_nm, good)
    product = Product(f"{mission} {found.level}", pair.image, (str(pair.image), str(pair.metadata)), grid_of(dataset),
                      dataset.dtypes[0], dataset.count, (columns,), reader, reader.close, found.level[:2], mission,
                      GSD_M)
    if not found.is_raw:
        return product
    grid, notes = sensor_geometry(product.grid.shape)
    return replace(product, grid=grid, notes=notes)
