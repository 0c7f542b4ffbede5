"""Shards of patches: uncompressed tar files in the order of WebDataset, written one after the other, read anywhere.

A sample is two members of the archive, ``KEY.npy`` (bands, rows, cols) float16 and ``KEY.json`` with what the model is
told about it, so the `webdataset` package reads them, too. As nothing is compressed, a patch is mapped into memory and
only the part that is used is read.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, OutputError

COPY_BYTES = 1 << 20


@dataclass(frozen=True)
class PatchInfo:
    """What a patch is.

    Attributes:
        sensor: registry name.
        level: ``L1`` or ``L2``.
        gsd_m: ground sampling distance.
        wavelength_nm: centre of each band.
        fwhm_nm: full width at half maximum of each band.
        blanked: 0-based bands that are 0 on purpose.
        product: name of the product it was cut from.
        row: its first row there.
        col: its first column there.
        invalid: share of invalid values, which are 0.
        mean: of the valid values.
    """

    sensor: str
    level: str
    gsd_m: float
    wavelength_nm: tuple[float, ...]
    fwhm_nm: tuple[float, ...]
    blanked: tuple[int, ...]
    product: str
    row: int
    col: int
    invalid: float
    mean: float


@dataclass(frozen=True)
class Shard:
    """A finished shard.

    Attributes:
        name: path below the set's folder, with slashes.
        bytes: size of the file.
        patches: number of samples.
        sha256: of the file.
    """

    name: str
    bytes: int
    patches: int
    sha256: str


@dataclass(frozen=True)
class StoredPatch:
    """A patch inside a shard.

    Attributes:
        path: the shard.
        offset: first byte of the values.
        shape: (bands, rows, cols).
        info: what it is.
    """

    path: Path
    offset: int
    shape: tuple[int, ...]
    info: PatchInfo

    def values(self) -> NDArray[np.float16]:
        """(bands, rows, cols), mapped from the file: only what is used is read."""
        return np.memmap(self.path, np.float16, "r", self.offset, self.shape)


def set_name(info: PatchInfo) -> str:
    """Name of the folder for patches of one sensor, level and band set."""
    bands = json.dumps([info.wavelength_nm, info.fwhm_nm, info.blanked])
    return f"{info.sensor}_{info.level}_{len(info.wavelength_nm)}_{hashlib.sha256(bands.encode()).hexdigest()[:8]}"


class ShardWriter:
    """Writes the patches of one product into shards of limited size; they appear when `finish` is called.

    Args:
        folder: of the data set.
        stem: start of the shards' names.
        max_bytes: size at which the next shard is begun.
    """

    def __init__(self, folder: Path, stem: str, max_bytes: int) -> None:
        self._folder, self._stem, self._max_bytes = folder, stem, max_bytes
        self._open: _OpenShard | None = None
        self._done: list[tuple[Path, Shard]] = []

    def add(self, key: str, values: NDArray[np.float16], info: PatchInfo) -> None:
        """Append a patch; ``key`` has neither dots nor slashes.

        Raises:
            OutputError: the disk is full or the folder not writable.
        """
        try:
            if self._open is not None and self._open.size + values.nbytes > self._max_bytes:
                self._close()
            if self._open is None:
                name = f"{set_name(info)}/{self._stem}-{len(self._done):03d}.tar"
                self._open = _OpenShard(self._folder, name)
            self._open.add(key, values, info)
        except OSError as error:
            raise self._refused(error) from error

    def finish(self) -> list[Shard]:
        """Put the shards in place.

        Raises:
            OutputError: they cannot be written.
        """
        try:
            self._close()
            for partial, shard in self._done:
                os.replace(partial, self._folder / shard.name)
        except OSError as error:
            raise self._refused(error) from error
        return [shard for _, shard in self._done]

    def _close(self) -> None:
        if self._open is not None:
            self._done.append((self._open.partial, self._open.close()))
            self._open = None

    def _refused(self, error: OSError) -> OutputError:
        return OutputError(f"A shard cannot be written to {self._folder}: {error}.",
                           "Check the free space and the folder's permissions; what is complete is kept.")

    def __enter__(self) -> ShardWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._open is not None:
            self._open.abandon()
        for partial, _ in self._done:
            partial.unlink(missing_ok=True)


class _OpenShard:
    """A tar file being written under a temporary name, hashed on the way."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name, path = name, folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.partial = path.with_name(f".{path.name}.part")
        self._file = self.partial.open("wb")
        self._hash = hashlib.sha256()
        self._patches = self._bytes = 0
        self._tar = tarfile.open(mode="w|", fileobj=self, bufsize=COPY_BYTES,  # type: ignore[call-overload]  # noqa: SIM115
                                 format=tarfile.USTAR_FORMAT)

    @property
    def size(self) -> int:
        """Bytes so far, without the end of the archive."""
        return int(self._tar.offset)

    def write(self, data: bytes) -> int:
        """Called by tarfile."""
        self._hash.update(data)
        self._bytes += len(data)
        return self._file.write(data)

    def add(self, key: str, values: NDArray[np.float16], info: PatchInfo) -> None:
        """Append the two members of a sample."""
        pixels = io.BytesIO()
        np.save(pixels, np.ascontiguousarray(values, "<f2"))
        self._member(f"{key}.npy", pixels)
        self._member(f"{key}.json", io.BytesIO(json.dumps(asdict(info)).encode()))
        self._patches += 1

    def _member(self, name: str, data: io.BytesIO) -> None:
        member = tarfile.TarInfo(name)  # its time, owner and mode are constants: the same patches, the same bytes
        member.size = data.getbuffer().nbytes
        data.seek(0)
        self._tar.addfile(member, data)

    def close(self) -> Shard:
        """Complete the archive."""
        self._tar.close()
        self._file.close()
        return Shard(self._name, self._bytes, self._patches, self._hash.hexdigest())

    def abandon(self) -> None:
        """Remove what has been written."""
        with suppress(OSError):  # tarfile writes what it still holds
            self._tar.close()
        self._file.close()
        self.partial.unlink(missing_ok=True)


def read_shard(path: Path) -> Iterator[StoredPatch]:
    """The patches of a shard in their order; no values are read yet.

    Raises:
        InputError: the file is no shard, or cut off.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
            pixels: dict[str, tarfile.TarInfo] = {}
            for member in tar:
                key, _, ending = member.name.partition(".")
                if ending == "npy":
                    pixels[key] = member
                elif ending == "json":
                    yield _stored(path, file, pixels.pop(key), _info(tar, member), size)
            file.seek(tar.offset)
            if pixels or any(end := file.read(tarfile.RECORDSIZE)) or not end:  # tarfile stops at what it does not know
                raise ValueError("it is cut off or damaged")
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The shard {path} cannot be read ({type(error).__name__}: {error}).",
                         "Build it again: remove the file and repeat the command that made the data set.") from error


def info_from(values: dict[str, Any]) -> PatchInfo:
    """Make it from JSON values.

    Raises:
        TypeError: a name is missing or not known.
    """
    fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    return PatchInfo(**fields)


def _info(tar: tarfile.TarFile, member: tarfile.TarInfo) -> PatchInfo:
    data = tar.extractfile(member)
    if data is None:
        raise ValueError(f"{member.name} is not a file")
    return info_from(json.loads(data.read()))


def _stored(path: Path, file: BinaryIO, member: tarfile.TarInfo, info: PatchInfo, size: int) -> StoredPatch:
    back = file.tell()
    file.seek(member.offset_data)
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    offset = file.tell()
    file.seek(back)
    if dtype != np.float16 or len(shape) != 3 or offset + 2 * int(np.prod(shape)) > size:
        raise ValueError(f"{member.name} holds {dtype} values of shape {shape}, or is cut off")
    return StoredPatch(path, offset, shape, info)
