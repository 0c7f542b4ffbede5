"""Opening image files safely: local files only, complete, and of a kind that holds spectra."""

from __future__ import annotations

import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import DatasetReader

from ..errors import RasterError
from .block_cache import block_cache_bytes
from .tags import plain, read_header, tags
from .vrt import NETWORK, refuse_foreign_sources

MIN_BANDS = 4
INTERLEAVES = ("bsq", "bil", "bip")
# The first option keeps GDAL from reading any remote file.
GDAL_OPTIONS = {"CPL_VSIL_CURL_ALLOWED_FILENAME": "none", "GDAL_PAM_ENABLED": "YES"}
NETWORK_DRIVERS = {"WMS", "WMTS", "WCS", "HTTP", "OGCAPI", "EEDAI", "PLMosaic", "STACTA", "STACIT", "DAAS"}
DATA_SUFFIXES = ("", ".img", ".dat", ".bsq", ".bil", ".bip", ".raw", ".bin", ".cub")


def gdal_options() -> rasterio.Env:
    """GDAL options for every access to an image, in any thread."""
    return rasterio.Env(GDAL_CACHEMAX=block_cache_bytes(), **GDAL_OPTIONS)


@contextmanager
def gdal_settings() -> Iterator[None]:
    """The same for opening an image; one without georeference is no reason to warn."""
    with warnings.catch_warnings(), gdal_options():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


def open_image(path: str | os.PathLike[str]) -> tuple[DatasetReader, Path]:
    """Open a local image for reading; for an ENVI header, the data file beside it.

    Returns:
        The open dataset and the path of the data file.

    Raises:
        RasterError: not a complete, local image with at least four real bands.
    """
    local = data_file(path)
    refuse_foreign_sources(local)
    dataset = open_raster(local)
    try:
        _check_spectral(dataset, local)
        _check_complete(dataset, local)
    except RasterError:
        dataset.close()
        raise
    return dataset, local


def open_raster(path: Path) -> DatasetReader:
    """Open any local raster.

    Raises:
        RasterError: not a raster that GDAL can read, or a damaged one.
    """
    try:
        with gdal_settings():
            dataset = rasterio.open(path)
    except RasterioError as error:
        if path.suffix.lower() in (*DATA_SUFFIXES, ".sli"):
            raise _unreadable_raw_file(path) from error
        raise RasterError(f"{path.name} is not an image this program can read, or it is damaged.",
                          "Check that the file is complete; GeoTIFF, ENVI and VRT work.") from error
    if dataset.driver in NETWORK_DRIVERS:
        dataset.close()
        raise RasterError(f"{path.name} describes an image on the network.", "Save it as a local file first.")
    return dataset


def header_beside(path: Path) -> Path | None:
    """The ENVI header of a data file: ``x.img.hdr``, else ``x.hdr``; None without one."""
    names = (Path(f"{path}.hdr"), path.with_suffix(".hdr"), Path(f"{path}.HDR"), path.with_suffix(".HDR"))
    return next((name for name in names if name.is_file()), None)


def _unreadable_raw_file(path: Path) -> RasterError:
    header = header_beside(path)
    if header is None:
        return RasterError(f"{path.name} is not an image this program can read, or its header is missing.",
                           "An ENVI image needs its .hdr file in the same folder.")
    if "library" in read_header(header).get("file type", "").lower():
        return RasterError(f"{path.name} is a spectral library, not an image.",
                           "Choose an image. A library can be brought to the bands of a sensor with resample.")
    return RasterError(f"{path.name} is not an image this program can read as {header.name} describes it.",
                       "Check samples, lines, bands, data type and interleave in the .hdr file.")


def data_file(path: str | os.PathLike[str]) -> Path:
    """The local file behind a path given by the user.

    Raises:
        RasterError: a network address, missing, a folder, empty, or a header without its data.
    """
    text = os.fspath(path)
    if NETWORK.search(text):
        raise RasterError(f"{text} is a network address; images are read from local files only.",
                          "Download the image first.")
    local = Path(text)
    try:
        status = local.stat()
    except (OSError, ValueError) as error:
        raise RasterError(f"The image {text} does not exist or cannot be reached.", "Check the path.") from error
    if stat.S_ISDIR(status.st_mode):
        raise RasterError(f"{text} is a folder, not an image.", "Choose the image file inside it.")
    if not stat.S_ISREG(status.st_mode):
        raise RasterError(f"{text} is not a regular file.", "Choose an image file.")
    if status.st_size == 0:
        raise RasterError(f"{text} is empty (0 bytes).", "Copy or download the image again.")
    if not os.access(local, os.R_OK):
        raise RasterError(f"{text} may not be read.", "Check the permissions of the file.")
    return _beside_header(local) if local.suffix.lower() == ".hdr" else local


def _beside_header(header: Path) -> Path:
    """The data file an ENVI header belongs to: ``x.img`` for ``x.img.hdr``, else ``x.hdr`` with another ending."""
    stem = header.with_suffix("")
    for suffix in DATA_SUFFIXES:
        for candidate in (Path(f"{stem}{suffix}"), Path(f"{stem}{suffix.upper()}")):
            if candidate.is_file():
                return data_file(candidate)
    raise RasterError(f"{header.name} is an ENVI header, and the image it describes is not beside it.",
                      f"Put the data file ({stem.name} or {stem.name}.img) into the same folder.")


def _check_spectral(dataset: DatasetReader, path: Path) -> None:
    if any(name.startswith("complex") for name in dataset.dtypes):
        raise RasterError(f"{path.name} holds complex numbers ({dataset.dtypes[0]}).",
                          "Choose an image of radiance or reflectance.")
    if dataset.count < MIN_BANDS:
        bands = "1 band" if dataset.count == 1 else f"{dataset.count} bands"
        raise RasterError(f"{path.name} has {bands}; at least {MIN_BANDS} are needed.",
                          "Choose a hyperspectral or multispectral image.")


def _check_complete(dataset: DatasetReader, path: Path) -> None:
    """GDAL opens raw files that end too early and fails, or reads zeros, only later."""
    if dataset.driver != "ENVI" or path.suffix.lower() == ".gz":
        return
    items = plain(tags(dataset, namespace="ENVI"))
    if items.get("file compression", "0").strip() not in ("", "0"):
        return
    interleave = items.get("interleave", "bsq").strip().lower()
    if interleave not in INTERLEAVES:
        raise RasterError(f"The header of {path.name} names an interleave {interleave!r} that does not exist.",
                          "It must be bsq, bil or bip; correct the .hdr file.")
    try:
        offset = int(items.get("header offset", "0").strip() or 0)
    except ValueError as error:
        raise RasterError(f"The header offset of {path.name} is not a number: {items['header offset']!r}.",
                          "Correct the .hdr file.") from error
    expected = offset + dataset.width * dataset.height * dataset.count * np.dtype(dataset.dtypes[0]).itemsize
    actual = path.stat().st_size
    if actual < expected:
        raise RasterError(f"{path.name} is cut off: {actual} of {expected} bytes are there.",
                          "Copy or download the image again; or the .hdr file does not belong to it.")
