"""Readers of sensor products; which one opens a file is decided by what is in the file."""

from __future__ import annotations

import os
from pathlib import Path

from ...errors import RasterError
from ..source import data_file, gdal_settings, open_image
from .aviris3 import open_aviris3
from .aviris_classic import refine_aviris_classic
from .aviris_ng import refine_aviris_ng
from .desis import open_desis
from .emit import open_emit
from .enmap import open_enmap
from .generic import describe_dataset
from .hdf import SIGNATURE, open_hdf
from .hymap_casi import refine_hymap_casi
from .hyperion import open_hyperion
from .neon import open_neon
from .prisma import open_prisma
from .product import Product
from .sentinel2 import main_file, open_safe, refine_stacked
from .stac import refine_stac

__all__ = ["Product", "open_product"]

# Products with files of their own kind; images in general formats that are refined after GDAL has opened them.
HDF_READERS = (open_prisma, open_emit, open_aviris3, open_neon)
FILE_READERS = (open_enmap, open_desis, open_hyperion, open_safe)
REFINERS = (refine_stac, refine_stacked, refine_aviris_ng, refine_aviris_classic, refine_hymap_casi)
HDF4_SIGNATURE = b"\x0e\x03\x13\x01"
# What stands before the file in GDAL's, and so QGIS', names of layers inside a product: HDF5:"/data/a.he5"://cube.
CONTAINERS = ("HDF5", "HDF5IMAGE", "NETCDF", "SENTINEL2_L1C", "SENTINEL2_L2A")
# What a value of the wrong kind in a product's metadata raises in a reader.
MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError, OSError)


def open_product(path: str | os.PathLike[str]) -> Product:
    """Open an image with the reader of its product, or through GDAL if it is none.

    Args:
        path: a local file; a folder for Sentinel-2's ``.SAFE``; or GDAL's name of a layer inside a product.

    Raises:
        RasterError: not a complete, local image.
    """
    name = container_of(os.fspath(path))
    local = main_file(Path(name)) if os.path.isdir(name) else None
    local = local or data_file(name)
    with local.open("rb") as file:
        head = file.read(len(SIGNATURE))
    if head.startswith(HDF4_SIGNATURE):
        raise RasterError(f"{local.name} is HDF4, which cannot be read (Hyperion L1R is delivered so).",
                          "Take the L1Gst or L1T GeoTIFF files of the scene, or convert it to GeoTIFF or ENVI.")
    try:
        product = _from_hdf(local) if head == SIGNATURE else _from_files(local)
    except MALFORMED as error:
        raise RasterError(f"The metadata of {local.name} cannot be understood ({type(error).__name__}: {error}).",
                          "The product is damaged or of a version not known; download it again.") from error
    return product or _from_gdal(local)


def container_of(name: str) -> str:
    """The file in GDAL's name of a layer inside a file; any other name as it is."""
    driver, _, rest = name.partition(":")
    if driver.upper() not in CONTAINERS:
        return name
    if rest.startswith('"'):
        return rest.strip('"').split('"')[0]
    parts = rest.split(":")
    candidates = (":".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((candidate for candidate in candidates if Path(candidate).is_file()), name)


def _from_files(path: Path) -> Product | None:
    for reader in FILE_READERS:
        if (product := reader(path)) is not None:
            return product
    return None


def _from_hdf(path: Path) -> Product | None:
    file = open_hdf(path)
    try:
        for reader in HDF_READERS:
            if (product := reader(file, path)) is not None:
                return product
    except BaseException:
        file.close()
        raise
    file.close()
    return None


def _from_gdal(path: Path) -> Product:
    dataset, local = open_image(path)
    try:
        product = describe_dataset(dataset, local)
        for refine in REFINERS:
            product = refine(dataset, product) or product
        return product
    except BaseException:
        with gdal_settings():
            dataset.close()
        raise
