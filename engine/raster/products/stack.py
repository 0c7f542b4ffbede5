"""Single-band files read as one image, through a virtual raster (VRT) that is never written to disk."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import rasterio
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from ...errors import RasterError
from ..georeference import grid_of
from ..grid import Grid
from ..source import data_file, gdal_settings, open_raster

GDAL_TYPES = {"uint8": "Byte", "int16": "Int16", "uint16": "UInt16", "int32": "Int32", "uint32": "UInt32",
              "float32": "Float32", "float64": "Float64"}


@dataclass(frozen=True)
class BandFile:
    """One opened and measured file: its path, grid and type of values."""

    path: Path
    grid: Grid
    dtype: str


def stack_bands(paths: Sequence[Path]) -> DatasetReader:
    """One dataset of single-band files that cover the same ground, on the finest of their grids.

    Coarser bands are repeated on the finer pixels (nearest neighbour), so that no value is invented.

    Raises:
        RasterError: a file is missing or unreadable, or the files do not cover the same ground.
    """
    files = [_measure(path) for path in paths]
    finest = max(files, key=lambda file: file.grid.shape).grid
    for file in files:
        _check_same_ground(file, finest, files[0])
    try:
        with gdal_settings():
            return rasterio.open(_vrt(files, finest))
    except RasterioError as error:
        raise RasterError(f"The {len(files)} bands in {paths[0].parent} cannot be joined.",
                          "Copy or download the product again.") from error


def _measure(path: Path) -> BandFile:
    dataset = open_raster(data_file(path))
    try:
        if dataset.count != 1 or dataset.dtypes[0] not in GDAL_TYPES:
            raise RasterError(f"{path.name} has {dataset.count} bands of {dataset.dtypes[0]}, not one of numbers.",
                              "Download the product again.")
        return BandFile(path, grid_of(dataset), dataset.dtypes[0])
    finally:
        with gdal_settings():
            dataset.close()


def _check_same_ground(file: BandFile, finest: Grid, first: BandFile) -> None:
    pairs = zip((file.grid.extent.x_min, file.grid.extent.y_max, file.grid.extent.x_max, file.grid.extent.y_min),
                (finest.extent.x_min, finest.extent.y_max, finest.extent.x_max, finest.extent.y_min), strict=True)
    # Without map coordinates an extent is a number of pixels, which must be the same.
    tolerance = abs(file.grid.transform.a) if file.grid.is_georeferenced else 0.0
    if file.grid.crs != finest.crs or any(abs(a - b) > tolerance for a, b in pairs):
        raise RasterError(f"{file.path.name} and {first.path.name} do not cover the same ground.",
                          "Download the product again; or its files are mixed with another's.")


def _vrt(files: Sequence[BandFile], grid: Grid) -> str:
    rows, cols = grid.shape
    bands = []
    for number, file in enumerate(files, 1):
        source_rows, source_cols = file.grid.shape
        name = html.escape(str(file.path.resolve()))
        bands.append(
            f'<VRTRasterBand dataType="{GDAL_TYPES[file.dtype]}" band="{number}"><SimpleSource>'
            f'<SourceFilename relativeToVRT="0">{name}</SourceFilename><SourceBand>1</SourceBand>'
            f'<SrcRect xOff="0" yOff="0" xSize="{source_cols}" ySize="{source_rows}"/>'
            f'<DstRect xOff="0" yOff="0" xSize="{cols}" ySize="{rows}"/></SimpleSource></VRTRasterBand>')
    crs = f"<SRS>{html.escape(grid.crs.to_wkt())}</SRS>" if grid.crs else ""
    place = ", ".join(f"{value:.17g}" for value in grid.transform.to_gdal())
    transform = f"<GeoTransform>{place}</GeoTransform>" if grid.is_georeferenced else ""
    return f'<VRTDataset rasterXSize="{cols}" rasterYSize="{rows}">{crs}{transform}{"".join(bands)}</VRTDataset>'
