"""What the readers of airborne sensors in ENVI format share: the header's words, and filling in what it leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from rasterio.io import DatasetReader

from ..reading import WindowReader
from ..tags import plain, tags
from .product import Product

# Bounded by anything but letters and digits: _rfl_ and _2rdn_ count.
REFLECTANCE = re.compile(r"(?<![a-z0-9])(rfl|refl|reflectance|corr|ref)(?![a-z0-9])", re.IGNORECASE)
RADIANCE = re.compile(r"(?<![a-z0-9])(\d?rdn|rad|radiance|ort)(?![a-z0-9])", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """An ENVI header.

    Attributes:
        items: keys in lower case with blanks.
        words: description, sensor type and file name, the texts that may name sensor and level.
        count: number of bands.
        dtype: type of the stored values.
    """

    items: dict[str, str]
    words: str
    count: int
    dtype: str

    @property
    def level(self) -> str | None:
        """``L1`` or ``L2`` if the words name one; reflectance wins, since ``_ort_`` stands in both kinds of names."""
        words = self.words.replace("_", " ")
        return "L2" if REFLECTANCE.search(words) else "L1" if RADIANCE.search(words) else None

    def lacks(self, key: str) -> bool:
        """True if the header has no such item."""
        return not self.items.get(key, "").strip()


def read_header(dataset: DatasetReader, path: Path) -> Header | None:
    """The header of an open ENVI image, None for other formats."""
    if dataset.driver != "ENVI":
        return None
    items = plain(tags(dataset, namespace="ENVI"))
    words = " ".join((items.get("description", ""), items.get("sensor type", ""), path.name))
    return Header(items, words, dataset.count, dataset.dtypes[0])


def refined(dataset: DatasetReader, product: Product, header: Header, sensor: str,
            nodata: float | None = None) -> Product:
    """The product with sensor, level and, where the header names none, the value that stands for missing."""
    if nodata is not None and header.lacks("data ignore value"):
        reader = WindowReader(dataset, nodata)
        reader.scales, reader.offsets = product.reader.scales, product.reader.offsets
        product = replace(product, reader=reader, close=reader.close)
    return replace(product, name=f"{sensor} ENVI", sensor=sensor, level=product.level or header.level)
