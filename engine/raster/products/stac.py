"""GeoTIFF with a STAC item beside it (``NAME.stac.json``, ``NAME.json``) that holds the bands.

Format: STAC extension ``eo`` 1.x (``eo:bands`` with ``center_wavelength`` and ``full_width_half_max`` in µm) and STAC
1.1 (``bands`` with ``eo:center_wavelength`` and ``eo:full_width_half_max``).
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasterio.io import DatasetReader

from ..columns import Columns
from .metadata import read_text
from .product import Product

SUFFIXES = (".stac.json", ".json")


def refine_stac(dataset: DatasetReader, product: Product) -> Product | None:
    """The product with the wavelengths of its STAC item before those of the file; None if there is no such item."""
    if dataset.driver != "GTiff":
        return None
    for suffix in SUFFIXES:
        item = product.path.with_name(product.path.stem + suffix)
        if item.is_file() and (columns := stac_columns(item, product.path.name)) is not None:
            return replace(product, columns=(columns, *product.columns), files=(*product.files, str(item)))
    return None


def stac_columns(item: Path, image_name: str) -> Columns | None:
    """The band table of an image in a STAC item, None if the item has none for it."""
    try:
        found = json.loads(read_text(item))
    except (json.JSONDecodeError, RecursionError):
        return None
    if not isinstance(found, dict) or "stac_version" not in found:
        return None
    for owner in (*_assets_of(found, image_name), found.get("properties")):
        bands = [band for band in _bands(owner) if isinstance(band, dict)]
        wavelength = tuple(_value(band, "center_wavelength") for band in bands)
        if any(wavelength):
            return Columns(item.name, wavelength, tuple(_value(band, "full_width_half_max") for band in bands),
                           units="um")
    return None


def _assets_of(item: dict[str, Any], image_name: str) -> list[Any]:
    assets = item.get("assets")
    values = list(assets.values()) if isinstance(assets, dict) else []
    return [asset for asset in values if isinstance(asset, dict) and str(asset.get("href", "")).endswith(image_name)]


def _bands(owner: Any) -> list[Any]:
    """The list of bands of an asset or of the item's properties."""
    if not isinstance(owner, dict):
        return []
    bands = owner.get("eo:bands") or owner.get("bands")
    return bands if isinstance(bands, list) else []


def _value(band: dict[str, Any], key: str) -> str:
    value = band.get(key, band.get(f"eo:{key}"))
    return str(value) if isinstance(value, int | float) else ""
