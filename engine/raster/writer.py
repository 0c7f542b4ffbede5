"""Results written as GeoTIFF: under a temporary name first, in place only when complete."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from rasterio.errors import RasterioError

from ..errors import OutputError
from .grid import Grid, Window, row_blocks
from .leftovers import part_prefix, remove_leftovers
from .legend import ClassInfo
from .legend_files import aux_path, aux_xml, may_replace_style, qml, style_path
from .source import gdal_settings

TILE_PX = 256


def check_output(path: str | os.PathLike[str], inputs: Sequence[str | os.PathLike[str]] = ()) -> Path:
    """Make sure, before any work starts, that a result can be written.

    Args:
        path: the file to write; it may exist and is then replaced.
        inputs: files that must not be overwritten.

    Raises:
        OutputError: the folder is missing or not writable, or the path is a folder or an input.
    """
    target = Path(path)
    try:
        if target.is_dir():
            raise OutputError(f"The output {target} is a folder.", "Give the name of a file.")
        if not target.parent.is_dir():
            raise OutputError(f"The folder {target.parent} does not exist.", "Create it, or choose another folder.")
        for source in map(Path, inputs):
            if source.exists() and target.exists() and source.samefile(target):
                raise OutputError(f"The output {target} is also an input.", "Choose another name for the output.")
        if target.exists() and not os.access(target, os.W_OK):
            raise OutputError(f"The file {target} may not be replaced.", "Check its permissions or choose another.")
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", suffix=".part"):
            pass
    except (OSError, ValueError) as error:
        raise OutputError(f"{target} cannot be written: {error}.",
                          "Choose another folder or a shorter name.") from error
    return target


class RasterWriter:
    """A tiled GeoTIFF that appears under its name only when the ``with`` block ends without an error.

    Any error, cancelling included, removes what was written and leaves an older file of that name as
    it was. The same windows in the same order give the same bytes. Windows that begin and end on
    multiples of `TILE_PX` give the smallest file.

    Args:
        path: the file to write.
        grid: where its pixels lie.
        dtype: type of the pixels, e.g. ``uint8``.
        count: number of bands.
        nodata: value of pixels without a result.
        tags: provenance, kept in the file.
        band_names: one for each band.
        classes: for a ``uint8`` class map: colours, names and an attribute table go with the file.
        band_tags: metadata items of each band.
        scale: physical value = stored value x scale, the same for all bands; kept in the file.
        rgb: 0-based bands that programs show as red, green and blue.
    """

    def __init__(self, path: str | os.PathLike[str], grid: Grid, dtype: str, count: int = 1,
                 nodata: float | None = None, tags: Mapping[str, str] | None = None,
                 band_names: Sequence[str] = (), classes: Sequence[ClassInfo] = (),
                 band_tags: Sequence[Mapping[str, str]] = (), scale: float = 1.0,
                 rgb: Sequence[int] = ()) -> None:
        self.path = Path(path)
        self.grid, self.dtype, self.count, self.nodata = grid, dtype, count, nodata
        self._tags = dict(sorted((tags or {}).items()))
        self._band_names, self._classes = tuple(band_names), tuple(classes)
        self._band_tags, self._scale, self._rgb = tuple(band_tags), scale, tuple(rgb)
        self._counts: dict[int, int] | None = None
        self._part = self.path
        self._finished = False

    def __enter__(self) -> RasterWriter:
        check_output(self.path)
        remove_leftovers(self.path.parent)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=part_prefix(self.path), suffix=".part")
        os.close(handle)
        self._part = Path(name)
        try:
            self._create()
        except (RasterioError, OSError) as error:
            self._remove_parts()
            raise self._failed(error) from error
        except BaseException:
            self._remove_parts()
            raise
        return self

    def _create(self) -> None:
        predictor = 3 if np.dtype(self.dtype).kind == "f" else 2
        with gdal_settings():
            self._file = rasterio.open(
                self._part, "w", driver="GTiff", dtype=self.dtype, count=self.count, height=self.grid.shape[0],
                width=self.grid.shape[1], crs=self.grid.crs, transform=self.grid.transform, nodata=self.nodata,
                tiled=True, blockxsize=TILE_PX, blockysize=TILE_PX, compress="deflate", predictor=predictor,
                interleave="band", bigtiff="IF_SAFER")
            if self._classes:
                self._file.write_colormap(1, {info.id: (*info.color, 255) for info in self._classes})
            if self._tags:
                self._file.update_tags(**self._tags)
            for band, name in enumerate(self._band_names, 1):
                self._file.set_band_description(band, name)
            for band, items in enumerate(self._band_tags, 1):
                self._file.update_tags(band, **items)
            if self._scale != 1:
                self._file.scales = [self._scale] * self.count
            if self._rgb:
                colors = dict(zip(self._rgb, (ColorInterp.red, ColorInterp.green, ColorInterp.blue), strict=True))
                self._file.colorinterp = [colors.get(b, ColorInterp.undefined) for b in range(self.count)]

    def write(self, window: Window, array: NDArray[np.generic], first: int = 0) -> None:
        """Write a window: (rows, cols) for one band or (bands, rows, cols), the bands from ``first`` on.

        Raises:
            OutputError: the disk is full or the file cannot be written.
        """
        planes = array[None] if array.ndim == 2 else array
        try:
            with gdal_settings():
                self._file.write(planes.astype(self.dtype, copy=False), window=window.to_rasterio(),
                                 indexes=range(first + 1, first + 1 + len(planes)))
        except RasterioError as error:
            raise self._failed(error) from error

    def set_counts(self, counts: Mapping[int, int]) -> None:
        """Pixels of each class id, for the attribute table."""
        self._counts = {int(key): int(value) for key, value in counts.items()}

    def finish(self, check: Callable[[], None] = lambda: None) -> None:
        """Close and check the file; it keeps its temporary name until the ``with`` block ends.

        With several results, finish all before the first takes its place.

        Args:
            check: called often while a large file is read back; may raise to cancel.

        Raises:
            OutputError: it is not complete.
        """
        if not self._finished:
            try:
                with gdal_settings():
                    self._file.close()
                self._verify(check)
            except (RasterioError, OSError) as error:
                raise self._failed(error) from error
            self._finished = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self.finish()
                self._put_in_place()
            else:
                with gdal_settings():
                    self._file.close()
        except (RasterioError, OSError) as failure:
            if kind is None:
                raise self._failed(failure) from failure
        finally:
            self._remove_parts()

    def _verify(self, check: Callable[[], None]) -> None:
        """Read everything back: GDAL reports a full disk only in its log when it writes its cache on closing."""
        with gdal_settings(), rasterio.open(self._part) as written:
            for band in written.indexes:
                for block in row_blocks(self.grid.shape, TILE_PX):
                    check()
                    written.read(band, window=block.to_rasterio())

    def _put_in_place(self) -> None:
        """Rename all files. The image goes first: if it cannot be replaced, nothing has changed."""
        beside = self._files_beside()
        for final, text in beside.items():
            self._part_of(final).write_text(text, encoding="utf-8")
        self._part.chmod(0o666 & ~_umask())
        os.replace(self._part, self.path)
        for final in beside:
            os.replace(self._part_of(final), final)
        if not self._classes:
            # GDAL's metadata of an older image of this name would describe the wrong pixels.
            aux_path(self.path).unlink(missing_ok=True)

    def _files_beside(self) -> dict[Path, str]:
        """Files that go with a class map, and their texts."""
        if not self._classes:
            return {}
        beside = {aux_path(self.path): aux_xml(self._classes, self._counts)}
        if may_replace_style(style_path(self.path)):
            beside[style_path(self.path)] = qml(self._classes)
        return beside

    def _part_of(self, final: Path) -> Path:
        return self._part.with_name(self._part.name + final.suffix)

    def _remove_parts(self) -> None:
        for name in (self._part, aux_path(self._part), self._part_of(aux_path(self.path)),
                     self._part_of(style_path(self.path))):
            name.unlink(missing_ok=True)

    def _failed(self, error: BaseException) -> OutputError:
        needed = self.grid.shape[0] * self.grid.shape[1] * self.count * np.dtype(self.dtype).itemsize
        return OutputError(f"{self.path} could not be written: {error}.",
                           f"Up to {needed / 1e6:.1f} MB are needed; check the free space and the permissions.")


def _umask() -> int:
    """The process's file creation mask; reading it means setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
