"""The grid of an open image, also of one that has ground control points only."""

from __future__ import annotations

import numpy as np
from rasterio.control import GroundControlPoint
from rasterio.io import DatasetReader
from rasterio.transform import from_gcps

from .grid import Grid

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
