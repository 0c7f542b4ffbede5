"""What a VRT may point to: files of its own folder, and of folders the user allows."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

from ..errors import RasterError

NETWORK = re.compile(r"^[a-z][a-z0-9+.-]+:/{1,2}|https?:/|/vsi(?:curl|s3|gs|az|adls|oss|swift|webhdfs|hdfs)"
                     r"(?:_streaming)?[/?]", re.IGNORECASE)
# Folders, separated as in PATH, from which VRTs outside them may read.
ALLOWED_FOLDERS = "SPECAWARE_VRT_FOLDERS"
SOURCE = re.compile(r"<(?:Source(?:Filename|Dataset)|Dataset)[^>]*>\s*([^<]*?)\s*<", re.IGNORECASE)
# GDAL's names of parts of files: NETCDF:"a.nc":reflectance, HDF5:a.h5://cube.
PART_OF = re.compile(r"^[a-z][a-z0-9_]+:(?:\"([^\"]+)\"|([^:]+(?::[\\/][^:]*)?))", re.IGNORECASE)
ARCHIVE = re.compile(r"^(?:/vsi(?:zip|gzip|tar|7z|rar|subfile|sparse|cached)/)+", re.IGNORECASE)
MAX_BYTES = 50_000_000
MAX_DEPTH = 8


def refuse_foreign_sources(path: Path, depth: int = 0) -> None:
    """Refuse a VRT that points, directly or through other VRTs, to the network or to files of other folders.

    Raises:
        RasterError: it does, or VRTs are nested too deep to tell.
    """
    if path.suffix.lower() != ".vrt" and not _starts_like_vrt(path):
        return
    if depth > MAX_DEPTH or path.stat().st_size > MAX_BYTES:
        raise RasterError(f"{path.name} is a VRT too large or too deeply nested to check.", "Save it as a GeoTIFF.")
    text = path.read_text(encoding="utf-8", errors="replace")
    for name in map(html.unescape, SOURCE.findall(text)):
        if NETWORK.search(name) or "GDAL_WMS" in name:
            raise RasterError(f"{path.name} is a VRT that points to the network ({name[:80]}).",
                              "Download the images and build the VRT from local files.")
        source = _local(name, path.parent)
        if not _allowed(source, path.parent):
            raise RasterError(f"{path.name} is a VRT that points outside its folder ({name[:80]}).",
                              "Move the files together, or name the folders that VRTs may read in the environment "
                              f"variable {ALLOWED_FOLDERS}.")
        if source.is_file():
            refuse_foreign_sources(source, depth + 1)


def _local(name: str, folder: Path) -> Path:
    """The file a source's name means."""
    part = PART_OF.match(name)
    if part:
        name = part.group(1) or part.group(2)
    return folder / ARCHIVE.sub("", name)


def _allowed(source: Path, folder: Path) -> bool:
    """True for a file in or below the folder of the VRT or an allowed one; links are followed."""
    folders = [folder, *(Path(text) for text in os.environ.get(ALLOWED_FOLDERS, "").split(os.pathsep) if text)]
    try:
        real = source.resolve()
        return any(real.is_relative_to(root.resolve()) for root in folders)
    except (OSError, ValueError):
        return False


def _starts_like_vrt(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"<VRTDataset" in file.read(512)
    except OSError:
        return False
