"""Readers of sensor products; which one opens a file is decided by what is in the file."""

from __future__ import annotations

import os

from .generic import open_generic
from .product import Product

__all__ = ["Product", "open_product"]


def open_product(path: str | os.PathLike[str]) -> Product:
    """Open an image with the reader of its product, or through GDAL if it is none.

    Raises:
        RasterError: not a complete, local image.
    """
    return open_generic(path)
