"""Lists the licences of all packages that the engine's environment holds because of engine/requirements.txt."""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"^[A-Za-z0-9._-]+")
OUTSIDE_MARKS = ("extra ==", "sys_platform == 'win32'", 'sys_platform == "win32"', "cuda", "nvidia", "triton")
HEAD = """# Licences of what SpecAware uses

SpecAware itself is under the GPL, version 3 or later. The package for QGIS holds none of the software below; it is
installed into the engine's environment. Made by `make licences` from the packages' metadata, on Linux without a GPU;
with one, PyTorch also brings NVIDIA's libraries for CUDA, under NVIDIA's own terms.

| package | version | licence | needed by |
|---|---|---|---|
"""
QGIS = """
Inside QGIS the plugin uses what QGIS brings: QGIS (GPL-2.0-or-later), Qt (LGPL-3.0) through PyQt (GPL-3.0), GDAL (MIT),
numpy (BSD-3-Clause), and pyqtgraph (MIT) where it is installed.

SpecAware's and SpectralGPT's published weights are not part of the package; their authors' terms apply to them.
"""


def wanted(text: str) -> list[str]:
    """Names of packages in requirements, those for other systems and extras left out."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [found.group().lower() for line in lines if line and not any(mark in line for mark in OUTSIDE_MARKS)
            and (found := NAME.match(line))]


def licence(package: Distribution) -> str:
    """As the package tells it: SPDX expression, classifier, or the first line of its licence field."""
    meta = package.metadata
    classes = [c.rpartition("::")[2].strip() for c in meta.get_all("Classifier", []) if c.startswith("License ::")]
    told = meta.get("License-Expression") or "; ".join(c for c in classes if c != "OSI Approved")
    return told or (meta.get("License") or "not stated").splitlines()[0].strip()


def rows() -> list[str]:
    """A table row for each package, with those that asked for it."""
    queue = [(name, "SpecAware") for name in wanted((ROOT / "engine/requirements.txt").read_text(encoding="utf-8"))]
    users: dict[str, list[str]] = {}
    found: dict[str, Distribution] = {}
    while queue:
        name, user = queue.pop(0)
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # asked for on other systems only
        name = str(package.metadata["Name"])
        users.setdefault(name, []).append(user)
        if name not in found:
            found[name] = package
            queue += [(needed, name) for needed in wanted("\n".join(package.requires or []))]
    return [f"| {name} | {found[name].version.split('+')[0]} | {licence(found[name])} | "
            f"{', '.join(sorted(set(users[name])))} |\n" for name in sorted(found, key=str.lower)]


def main() -> None:
    """Write the list to the file given."""
    Path(sys.argv[1]).write_text(HEAD + "".join(rows()) + QGIS, encoding="utf-8")


if __name__ == "__main__":
    main()
