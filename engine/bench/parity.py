"""Compares every array of a fixture folder with what our models compute from the folder's inputs and weights."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from ..errors import InputError, ModelError
from . import specaware_fixture, spectralgpt_fixture

FORWARD_TOLERANCE, GRADIENT_TOLERANCE = 2e-5, 1e-4
GRADIENT = "grad::"
INPUTS = specaware_fixture.INPUTS | spectralgpt_fixture.INPUTS
Outputs = Callable[[Mapping[str, Any], Mapping[str, Tensor], Mapping[str, Any]], dict[str, Tensor]]
OUTPUTS: dict[str, Outputs] = {"specaware": specaware_fixture.specaware_outputs,
                               "spectralgpt": spectralgpt_fixture.spectralgpt_outputs}


@dataclass(frozen=True)
class Comparison:
    """One stored array against ours.

    Attributes:
        tensor: its name.
        shape: of the stored array.
        error: largest difference over the largest stored value; not a number if nothing could be compared.
        tolerance: what ``error`` may be; 0 for whole numbers.
        note: why it was not compared, or what is special.
    """

    tensor: str
    shape: tuple[int, ...]
    error: float
    tolerance: float
    note: str = ""

    @property
    def ok(self) -> bool:
        """Compared and within the tolerance."""
        return self.error <= self.tolerance


@dataclass(frozen=True)
class Parity:
    """Result for a folder.

    Attributes:
        model: kind of model the folder names.
        comparisons: one for every stored array that is not an input, in the file's order.
        inputs: names of the arrays the model was given.
    """

    model: str
    comparisons: tuple[Comparison, ...]
    inputs: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Everything was compared and is within its tolerance."""
        return bool(self.comparisons) and all(c.ok for c in self.comparisons)


@dataclass(frozen=True)
class Fixture:
    """A folder of config.json, data.npz and, if the weights are not drawn by rule, state.safetensors."""

    config: dict[str, Any]
    data: dict[str, NDArray[Any]]
    state: dict[str, Tensor]


def load_fixture(folder: Path) -> Fixture:
    """Read a fixture folder.

    Raises:
        InputError: a file is missing, damaged or of another kind.
    """
    try:
        config = json.loads((folder / "config.json").read_text())
        with np.load(folder / "data.npz", allow_pickle=False) as stored:
            data = {name: stored[name] for name in stored.files}
        path = folder / "state.safetensors"
        state = load_file(path) if path.exists() or "weights" not in config else {}
        if not isinstance(config["model"], str):
            raise ValueError("the model is not named")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, SafetensorError) as error:
        raise InputError(f"{folder} is not a fixture folder ({type(error).__name__}: {error}).",
                         "It must hold config.json, data.npz and state.safetensors.") from error
    return Fixture(config, data, state)


def compare_folder(folder: Path) -> Parity:
    """Compute and compare everything a folder stores.

    Raises:
        InputError: not a fixture folder, or of a model or with settings unknown here.
        ModelError: its weights do not fit its model.
    """
    fixture = load_fixture(folder)
    kind = fixture.config["model"]
    outputs = OUTPUTS.get(kind.partition("-")[0])
    if outputs is None:
        raise InputError(f"There is no model of the kind {kind[:60]!r}.", f"Known kinds: {', '.join(OUTPUTS)}.")
    try:
        ours = outputs(fixture.config, fixture.state, fixture.data)
    except (KeyError, TypeError) as error:
        raise InputError(f"The fixture {folder.name} has or lacks a setting or an array: {error}.",
                         "It may be for another version.") from error
    except RuntimeError as error:
        raise ModelError(f"The weights of {folder.name} do not fit: {error}.",
                         "Every weight must have the published name and shape.") from error
    gradients = [np.abs(v).max() for n, v in fixture.data.items() if n.startswith(GRADIENT) and v.size]
    return Parity(kind, tuple(compare(name, stored, ours.get(name), max(gradients, default=0.0))
                              for name, stored in fixture.data.items() if name not in INPUTS),
                  tuple(name for name in fixture.data if name in INPUTS))


def compare(name: str, stored: NDArray[Any], ours: Tensor | None, largest_gradient: float = 0.0) -> Comparison:
    """One array; whole numbers must be equal.

    A gradient that is zero in exact arithmetic is stored as rounding noise: noise it must be, next to the largest one.
    """
    whole = stored.dtype.kind in "iub"
    tolerance = 0.0 if whole else GRADIENT_TOLERANCE if name.startswith(GRADIENT) else FORWARD_TOLERANCE
    if name.startswith(GRADIENT) and name.endswith(spectralgpt_fixture.ZERO_GRADIENT):
        noise = float(np.abs(stored).max()) / largest_gradient if largest_gradient else float("nan")
        return Comparison(name, stored.shape, noise, tolerance, "exactly zero; size next to the largest gradient")
    if ours is None:
        return Comparison(name, stored.shape, float("nan"), tolerance, "not compared: unknown name")
    found, expected = ours.detach().cpu().double().numpy(), stored.astype(np.float64)
    if found.shape != expected.shape:
        return Comparison(name, stored.shape, float("nan"), tolerance, f"not compared: ours is {found.shape}")
    return Comparison(name, stored.shape, relative_error(found, expected), tolerance)


def relative_error(found: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Largest difference over the largest expected value; 0 for two empty arrays."""
    if not expected.size:
        return 0.0
    difference, size = float(np.abs(found - expected).max()), float(np.abs(expected).max())
    return difference / size if size > 0 else (0.0 if difference == 0 else float("inf"))


def as_json(parity: Parity) -> dict[str, Any]:
    """The same as `parity_table`, for programs; an error that is no number is null."""
    return {"model": parity.model, "ok": parity.ok, "inputs": parity.inputs,
            "arrays": [asdict(c) | {"error": float(c.error) if np.isfinite(c.error) else None, "ok": c.ok}
                       for c in parity.comparisons]}


def parity_table(parity: Parity) -> str:
    """A line for every array."""
    rows = [("tensor", "shape", "relative error", "ok", "")]
    rows += [(c.tensor, "x".join(map(str, c.shape)) or "1", f"{c.error:.1e} / {c.tolerance:.0e}",
              "yes" if c.ok else "NO", c.note) for c in parity.comparisons]
    rows += [(name, "", "", "", "input") for name in parity.inputs]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    failed = sum(not c.ok for c in parity.comparisons)
    return "\n".join([*lines, f"{parity.model}: {len(parity.comparisons) - failed} of {len(parity.comparisons)} "
                              "arrays agree"])
