"""The manifest of a set of shards: what is in it, with a hash of every file."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ...errors import InputError
from .shards import PatchInfo, Shard, info_from

MANIFEST_NAME = "manifest.json"
RECORDS = "records"
FORMAT = 1


@dataclass(frozen=True)
class ProductRecord:
    """What came of one product.

    Attributes:
        key: start of the shards' names, made from the product's name.
        product: path as the list of products has it.
        bytes: size of the product's file when it was read.
        modified_ns: when it was changed last.
        patch_px: side of the patches.
        shards: written.
        patches: kept.
        skipped: windows dropped by the rules.
        info: of the first patch; None if all were dropped.
    """

    key: str
    product: str
    bytes: int
    modified_ns: int
    patch_px: int
    shards: tuple[Shard, ...]
    patches: int
    skipped: int
    info: PatchInfo | None

    def matches(self, folder: Path, size: int, modified_ns: int) -> bool:
        """True if the product is the same and all its shards are there."""
        return (self.bytes, self.modified_ns) == (size, modified_ns) and all(
            (folder / s.name).is_file() and (folder / s.name).stat().st_size == s.bytes for s in self.shards)


@dataclass(frozen=True)
class ShardSet:
    """Shards of one sensor, level and band set.

    Attributes:
        sensor: registry name.
        level: ``L1`` or ``L2``.
        bands: number of bands.
        patches: number of patches.
        bytes: of all shards.
        shards: in order.
    """

    sensor: str
    level: str
    bands: int
    patches: int
    bytes: int
    shards: tuple[Shard, ...]


def save_record(folder: Path, record: ProductRecord) -> None:
    """Keep what came of a product; the file is replaced only when the new one is complete."""
    _replace(folder / RECORDS / f"{record.key}.json", asdict(record))


def load_record(folder: Path, key: str) -> ProductRecord | None:
    """What is known of a product; None if nothing usable is."""
    try:
        values = json.loads((folder / RECORDS / f"{key}.json").read_text(encoding="utf-8"))
        values["shards"] = tuple(Shard(**s) for s in values["shards"])
        values["info"] = values["info"] and info_from(values["info"])
        return ProductRecord(**values)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_manifest(folder: Path, recipe: str, patch_px: int) -> list[ShardSet]:
    """Put the manifest together from all records of a folder; returns its sets."""
    paths = sorted((folder / RECORDS).glob("*.json"))
    records = [r for p in paths if (r := load_record(folder, p.stem)) is not None]
    sets = _sets(records)
    products = [{"product": r.product, "patches": r.patches, "skipped": r.skipped, "shards": [s.name for s in r.shards]}
                for r in records]
    _replace(folder / MANIFEST_NAME, {
        "format": FORMAT, "recipe": recipe, "patch_px": patch_px, "patches": sum(s.patches for s in sets),
        "bytes": sum(s.bytes for s in sets), "sets": [asdict(s) for s in sets], "products": products})
    return sets


def load_manifest(folder: Path) -> list[ShardSet]:
    """The sets of a folder of shards.

    Raises:
        InputError: there is no manifest, or it cannot be understood.
    """
    path = folder / MANIFEST_NAME
    if not path.is_file():
        raise InputError(f"There is no {MANIFEST_NAME} in {folder}.",
                         "Give the folder that `python -m engine dataset` wrote.")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return [ShardSet(**{**s, "shards": tuple(Shard(**x) for x in s["shards"])}) for s in values["sets"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} cannot be understood ({type(error).__name__}: {error}).",
                         "Repeat the command that made the data set; it writes the manifest anew.") from error


def _sets(records: Sequence[ProductRecord]) -> list[ShardSet]:
    by_folder: dict[str, list[ProductRecord]] = {}
    for record in records:
        if record.shards:
            by_folder.setdefault(record.shards[0].name.split("/")[0], []).append(record)
    sets = []
    for _, members in sorted(by_folder.items()):
        shards = tuple(s for r in members for s in r.shards)
        info = members[0].info
        if info is not None:
            sets.append(ShardSet(info.sensor, info.level, len(info.wavelength_nm), sum(s.patches for s in shards),
                                 sum(s.bytes for s in shards), shards))
    return sets


def _replace(path: Path, values: object) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    os.replace(partial, path)
