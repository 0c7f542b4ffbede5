"""The grid of an image: from what GDAL says, from ground control points, or from what a product's metadata says."""

from __future__ import annotations

import numpy as np
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.errors import CRSError
from rasterio.io import DatasetReader
from rasterio.transform import from_gcps

from .grid import Grid
from .source import gdal_settings

# Points that one affine transform fits this well are as good as a georeference.
MAX_MISFIT_PX = 1.0
MIN_POINTS = 4


def find_grid(dataset: DatasetReader) -> tuple[Grid, tuple[str, ...]]:
    """Where the pixels of an image lie, and what was assumed.

    GDAL already moves images whose coordinates mean pixel centres (pixel-is-point) by half a pixel.
    """
    grid = Grid(dataset.crs, dataset.transform, dataset.shape)
    if grid.is_georeferenced:
        return grid, ()
    points, crs = dataset.gcps
    if len(points) >= MIN_POINTS:
        return _from_points(grid, points, crs)
    if dataset.rpcs is not None:
        return grid, ("The image is located by rational polynomials only; its place is not used. Orthorectify it "
                      "(gdalwarp -rpc) if a map or labels must fit.",)
    return grid, ()


def grid_of(dataset: DatasetReader) -> Grid:
    """Where the pixels of an open dataset lie."""
    return find_grid(dataset)[0]


def make_grid(crs: str | int, transform: Affine, shape: tuple[int, int]) -> Grid:
    """A grid from WKT or an EPSG code; without a CRS if that is not understood."""
    try:
        with gdal_settings():
            found = CRS.from_epsg(crs) if isinstance(crs, int) else CRS.from_wkt(crs)
    except CRSError:
        found = None
    return Grid(found, transform, shape)


def sensor_geometry(shape: tuple[int, int]) -> tuple[Grid, tuple[str, ...]]:
    """Grid and note of a product that has not been put on a map."""
    return Grid(None, Affine.identity(), shape), ("The image is in sensor geometry: it has no map coordinates.",)


def _from_points(plain: Grid, points: list[GroundControlPoint], crs: object) -> tuple[Grid, tuple[str, ...]]:
    """The affine grid through ground control points, if one fits them."""
    transform = from_gcps(points)
    if abs(transform.determinant) < 1e-24:
        return plain, (f"The {len(points)} ground control points lie on one line; they are not used.",)
    inverse = ~transform
    misfit_px = max(float(np.hypot(*np.subtract(inverse @ (point.x, point.y), (point.col, point.row))))
                    for point in points)
    if misfit_px > MAX_MISFIT_PX:
        return plain, (f"The image is located by {len(points)} ground control points that no straight grid fits (up to "
                       f"{misfit_px:.1f} pixels off); its place is not used. Warp it first (gdalwarp -tps).",)
    return Grid(crs, transform, plain.shape), (
        f"The image is located by {len(points)} ground control points; a straight grid fits them within "
        f"{misfit_px:.2f} pixels and is used.",)
