"""Builds the zip that QGIS installs: one folder specaware_qgis with the plugin, the engine, resources and weights.

The same checkout gives the same bytes: names are sorted, times and permissions fixed.
"""

from __future__ import annotations

import configparser
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "specaware_qgis"
MAX_BYTES = 25 * 1024**2  # what the plugin site accepts
# What belongs into the package; anything else in these folders stops the build, so that nothing slips in unseen.
FOLDERS = ("engine", "resources")
FILES = ("metadata.txt", "LICENSE", "CHANGELOG.md", "SECURITY.md")
SUFFIXES = frozenset((".py", ".txt", ".md", ".json", ".csv", ".svg", ".png", ".html", ".css", ".qml", ".qm", ".tif",
                      ".gpkg", ".safetensors", ".toml"))
# Made by running things in a checkout, never part of it.
LEFT_OUT_FOLDERS = frozenset(("__pycache__", ".mypy_cache", ".ruff_cache"))
LEFT_OUT_ENDINGS = (".pyc", ".aux.xml", ".gpkg-wal", ".gpkg-shm", ".part", ".ts")
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16


class PackageError(Exception):
    """The package cannot be built from this checkout."""


def version() -> str:
    """Of the plugin, from its metadata."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string((ROOT / "metadata.txt").read_text(encoding="utf-8"))
    return parser["general"]["version"]


def contents() -> dict[str, Path]:
    """Files by their name in the zip.

    Raises:
        PackageError: a file of a kind that does not belong into a package, or a link.
    """
    found = {f"{NAME}/{name}": ROOT / name for name in FILES}
    for folder, prefix in ((NAME, NAME), *((name, f"{NAME}/{name}") for name in FOLDERS)):
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT / folder)
            if path.is_dir() or LEFT_OUT_FOLDERS & set(inside.parts) or path.name.endswith(LEFT_OUT_ENDINGS):
                continue
            if path.is_symlink() or path.suffix not in SUFFIXES:
                raise PackageError(f"{path.relative_to(ROOT)} does not belong into a package.")
            found[f"{prefix}/{inside.as_posix()}"] = path
    return found


def build(folder: Path) -> Path:
    """Write the zip into ``folder``; returns its path.

    Raises:
        PackageError: a file does not belong into it, or it is larger than the plugin site accepts.
    """
    files = sorted(contents().items())
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{NAME}-{version()}.zip"
    partial = target.with_name(target.name + ".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in files:
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.external_attr, entry.compress_type = READABLE, zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    if (size := partial.stat().st_size) > MAX_BYTES:
        partial.unlink()
        raise PackageError(f"The package has {size / 1024**2:.1f} MB; {MAX_BYTES >> 20} MB are allowed.")
    partial.replace(target)
    return target


def main() -> int:
    """Build into the folder given, or ``build``."""
    try:
        target = build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build")
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target}: {target.stat().st_size / 1024**2:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
