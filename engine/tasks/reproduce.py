"""What a report needs so that its run can be made again: the command, and the versions."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Mapping
from dataclasses import MISSING, fields
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .. import __version__

PACKAGES = ("torch", "numpy", "scipy", "scikit-learn", "rasterio", "pyogrio", "shapely", "safetensors")


def command(verb: str, request: Any, first: str | None, options: Mapping[str, str] | None = None) -> str:
    """The line for a terminal that makes the run again.

    Args:
        verb: of the command line.
        request: the request; fields at their default are left out. False becomes an option that begins with ``--no-``.
        first: field that comes without an option, None if all have one.
        options: name of the option of a field, where it is not that of the field.
    """
    words = ["python", "-m", "engine", verb, *([str(getattr(request, first))] if first else [])]
    for item in fields(request):
        value = getattr(request, item.name)
        if item.name == first or value is None or (item.default is not MISSING and value == item.default):
            continue
        name = (options or {}).get(item.name, "--" + item.name.replace("_", "-"))
        if isinstance(value, bool):
            words.append(name if value else name.replace("--", "--no-", 1))
        elif isinstance(value, tuple):
            words.append(f"{name}={','.join(map(str, value))}")  # numbers may begin with a minus
        else:
            words += [name, str(value)]
    return " ".join(shlex.quote(word) for word in words)


def versions() -> dict[str, str]:
    """Versions of the engine, Python and the packages that compute."""
    found = {"SpecAware": __version__, "Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
