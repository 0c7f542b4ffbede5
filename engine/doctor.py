"""What is installed, which device would be used, and what is wrong."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from . import __version__
from .wire import PROTOCOL

PACKAGES = ("torch", "numpy", "scipy", "sklearn", "rasterio", "pyogrio", "shapely", "safetensors", "h5py")


@dataclass(frozen=True)
class Problem:
    """Something that keeps the engine from working."""

    message: str
    hint: str


@dataclass(frozen=True)
class Diagnosis:
    """The state of this engine; ``ok`` when there is no problem."""

    ok: bool
    engine: str
    protocol: int
    python: str
    executable: str
    torch: str
    packages: dict[str, str] = field(default_factory=dict)
    devices: list[str] = field(default_factory=list)
    device: str = ""
    weights: str = ""
    problems: list[Problem] = field(default_factory=list)


def diagnose() -> Diagnosis:
    """Import every package; where all are there, pick the device and check the default weights."""
    problems: list[Problem] = []
    versions = {name: _version(name, problems) for name in PACKAGES}
    complete = not problems
    devices, device = _devices() if complete else ([], "")
    weights = _weights(problems) if complete else ""
    return Diagnosis(not problems, __version__, PROTOCOL, platform.python_version(), sys.executable,
                     versions["torch"], versions, devices, device, weights, problems)


def _version(name: str, problems: list[Problem]) -> str:
    """The package's version, empty (and a problem) if it cannot be imported."""
    try:
        return str(import_module(name).__version__)
    except Exception as error:  # a broken binary package raises anything: OSError, AttributeError, ...
        problems.append(Problem(f"The package {name} cannot be imported: {error}",
                                "Install the engine again with engine/requirements.txt."))
        return ""


def _devices() -> tuple[list[str], str]:
    import torch

    from .inference.device import pick_device

    found = ["cpu"] + [f"cuda:{i} {torch.cuda.get_device_name(i)}" for i in range(torch.cuda.device_count())]
    return found, str(pick_device("auto"))


def _weights(problems: list[Problem]) -> str:
    from .errors import SpecAwareError
    from .models.weights import default_weights_path, load_weights

    path: Path = default_weights_path()
    try:
        load_weights(path)
    except SpecAwareError as error:
        problems.append(Problem(error.message, error.hint))
    return str(path)
