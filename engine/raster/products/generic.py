"""Any image GDAL reads: GeoTIFF, ENVI, VRT and others, with the metadata conventions of `columns`."""

from __future__ import annotations

from pathlib import Path

from rasterio.io import DatasetReader

from ...errors import InputError
from ...spectral.sensors import sensor
from ..columns import found_columns
from ..georeference import find_grid
from ..level import level_in_tags, reflectance_factor
from ..reading import WindowReader
from ..tags import tags
from ..wavelength_table import table_beside
from .product import Product

SENSOR_KEYS = ("sensor", "sensor_type", "sensor_name", "instrument")


def describe_dataset(dataset: DatasetReader, path: Path) -> Product:
    """What the tags of an open dataset say; closing the product closes the dataset."""
    factor = reflectance_factor(dataset)
    reader = WindowReader(dataset)
    reader.scales *= factor
    grid, notes = find_grid(dataset)
    columns = tuple(found_columns(dataset))
    return Product(dataset.driver, path, tuple(map(str, dataset.files)), grid, dataset.dtypes[0], dataset.count,
                   columns + table_beside(path, columns), reader, reader.close,
                   level_in_tags(dataset) or ("L2" if factor != 1 else None), sensor_in_tags(dataset), notes=notes)


def sensor_in_tags(dataset: DatasetReader) -> str | None:
    """The sensor the file names, if the registry knows it."""
    for namespace in (None, "ENVI"):
        for key, value in tags(dataset, namespace=namespace).items():
            if key.lower().replace(" ", "_") in SENSOR_KEYS:
                try:
                    return sensor(value).name
                except InputError:
                    continue
    return None
