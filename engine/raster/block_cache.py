"""How much memory GDAL may keep file blocks in.

Windows overlap by a margin, and file blocks are larger than it: without a cache the blocks around a window are read and
decoded anew for each, nine in place of one. The cache is GDAL's and so the process': jobs that limit it come one after
the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

USUAL_BYTES = 256 * 2**20

_bytes = USUAL_BYTES


def block_cache_bytes() -> int:
    """The limit of the moment, in bytes, as rasterio takes it."""
    return _bytes


@contextmanager
def block_cache(limit_bytes: int) -> Iterator[None]:
    """Another limit for all that is read within, in any thread."""
    global _bytes
    before, _bytes = _bytes, limit_bytes
    try:
        yield
    finally:
        _bytes = before
