"""Vector layers written so that the same features give the same bytes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from numpy.typing import NDArray

# GeoPackages and some other formats would otherwise hold the time of writing.
FIXED_DATE = "2026-01-01T00:00:00.000Z"


def write_layer(target: Path, layer: str, fields: Mapping[str, NDArray[Any]], shapes: NDArray[np.object_] | None = None,
                kind: str | None = None, crs: str | None = None, driver: str = "GPKG") -> None:
    """Write a file with one layer.

    Args:
        target: file to write, which does not exist yet; often under a temporary name.
        layer: name of the layer.
        fields: (n,) values of each field.
        shapes: (n,) geometries, None for a table without.
        kind: of the geometries, such as ``Point``; None for a table.
        crs: of the geometries, as WKT or an authority's code.
        driver: GDAL's name of the format.

    Raises:
        OSError, pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError: the file cannot be written.
    """
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of the temporary name's ending
            pyogrio.raw.write(target, geometry=None if shapes is None else shapely.to_wkb(shapes),
                              field_data=list(fields.values()), fields=list(fields), geometry_type=kind, crs=crs,
                              layer=layer, driver=driver)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
