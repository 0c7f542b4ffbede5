"""The authors' checkpoints: read in a throw-away process, matched name by name (SpecAware specification section 13)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from ..errors import ModelError
from .families import SPECAWARE
from .specaware.config import SpecAwareConfig
from .specaware.patch_resize import LAST_LAYER, resize_patch
from .weights import MAX_FILE_BYTES

PREFIXES = ("module.", "encoder.")
# Of the masked autoencoder and of the segmentation model; an encoder has no part for them.
DECODER_PREFIXES = ("mask_token", "decoder_", "decoder.", "neck.", "segmentation_head.")
POLL_S, LIMIT_S = 0.2, 1800.0
_FOREIGN = "Choose the authors' checkpoint of this model, saved by PyTorch 1.6 or later."


@dataclass(frozen=True)
class Checkpoint:
    """Tensors by name as stored, and the names of other things in the file, which are left out."""

    tensors: dict[str, Tensor]
    others: tuple[str, ...]


@dataclass(frozen=True)
class KeyReport:
    """What became of a checkpoint's keys.

    Attributes:
        loaded: number of weights taken.
        missing: weights of the model that the file lacks.
        unexpected: weights of the file that no model of this kind has.
        misshapen: weights whose shape differs from the model's.
        ignored: weights of a decoder or a head, not needed.
        resized: weights resampled for the patch size.
        others: other things in the file, such as the optimizer.
    """

    loaded: int
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    misshapen: tuple[str, ...]
    ignored: tuple[str, ...]
    resized: tuple[str, ...]
    others: tuple[str, ...]


def read_checkpoint(path: Path, check_cancelled: Callable[[], None] = lambda: None) -> Checkpoint:
    """Read a ``.pth`` file without ever unpickling it in this process.

    Args:
        path: the file, in PyTorch's zip format.
        check_cancelled: called while waiting; what it raises ends the other process.

    Raises:
        ModelError: not such a file, or one with anything but tensors and plain containers.
    """
    _check_archive(path)
    with tempfile.TemporaryDirectory(prefix="specaware-import-") as folder:
        target = Path(folder) / "tensors.safetensors"
        answer = _run([sys.executable, "-P", str(Path(__file__).with_name("unpickle.py")), str(path), str(target)],
                      check_cancelled)
        others = answer.get("others")
        if not isinstance(others, list):
            raise ModelError(f"{path.name} is refused: {answer.get('error')}.", _FOREIGN)
        try:
            return Checkpoint(load_file(target), tuple(map(str, others)))
        except (SafetensorError, OSError) as error:
            raise ModelError(f"{path.name} could not be converted ({error}).", "Check the free space of the temporary "
                             "folder.") from error


def _check_archive(path: Path) -> None:
    """Size and kind, from the archive's directory alone."""
    if not path.is_file():
        raise ModelError(f"There is no file {path}.", "Check the path.")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ModelError(f"{path.name} is not a PyTorch checkpoint ({error}).", _FOREIGN) from error
    size = sum(entry.file_size for entry in entries)
    if size > MAX_FILE_BYTES or any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise ModelError(f"{path.name} is compressed, or larger than {MAX_FILE_BYTES >> 30} GiB.", _FOREIGN)


def _run(command: list[str], check_cancelled: Callable[[], None]) -> dict[str, object]:
    """The JSON object the other process prints; it never outlives this call."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:  # nosec B603  # our own module, no shell
        waited = 0.0
        try:
            while True:
                try:
                    out, err = process.communicate(timeout=POLL_S)
                    break
                except subprocess.TimeoutExpired:
                    waited += POLL_S
                    check_cancelled()
                    if waited > LIMIT_S:
                        raise ModelError(f"Reading the file took more than {LIMIT_S:.0f} s.", _FOREIGN) from None
        finally:
            process.kill()
    try:
        answer = json.loads(out)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        last = (err.strip().splitlines() or [""])[-1][:200]
        return {"error": f"reading it failed with exit status {process.returncode} {last}".rstrip()}
    return answer


def match_encoder(checkpoint: Checkpoint, config: SpecAwareConfig) -> tuple[dict[str, Tensor], KeyReport]:
    """The weights of a SpecAware encoder among a checkpoint's, in float32, and what became of every key.

    Args:
        checkpoint: names with or without the prefixes ``module.`` and ``encoder.``, with or without a decoder.
        config: the encoder's architecture; kernels of another patch size are resampled to its own.

    Raises:
        ModelError: two weights of one name, or a generator that cannot be resampled.
    """
    state = _plain_names(checkpoint.tensors)
    expected = SPECAWARE.expected(config)
    ignored = tuple(name for name in state if name.startswith(DECODER_PREFIXES))
    for name in ignored:
        del state[name]
    state = {name: value.float() if value.is_floating_point() else value for name, value in state.items()}
    resized = _resized_generator(state, expected, config)
    state |= resized
    common = state.keys() & expected.keys()
    misshapen = tuple(sorted(n for n in common if state[n].shape != expected[n].shape
                             or state[n].dtype != torch.float32))
    report = KeyReport(len(common) - len(misshapen), tuple(sorted(expected.keys() - state.keys())),
                       tuple(sorted(state.keys() - expected.keys())), misshapen, ignored, tuple(resized),
                       checkpoint.others)
    return state, report


def require_complete(report: KeyReport, name: str) -> None:
    """Refuse a checkpoint unless every weight is there, and no strange one.

    Raises:
        ModelError: names the first of each kind.
    """
    odd = {"missing": report.missing, "unexpected": report.unexpected, "of another shape": report.misshapen}
    texts = [f"{len(names)} weights {what} (first: {names[0][:80]!r})" for what, names in odd.items() if names]
    if texts:
        raise ModelError(f"{name} does not fit the model: {', '.join(texts)}.",
                         "Choose the authors' checkpoint of this model, or another --model.")


def _plain_names(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Names without prefixes."""
    state: dict[str, Tensor] = {}
    for full, value in tensors.items():
        name = full
        while prefix := next((p for p in PREFIXES if name.startswith(p)), ""):
            name = name.removeprefix(prefix)
        if name in state:
            raise ModelError(f"The checkpoint holds two weights called {name[:80]!r}.", _FOREIGN)
        state[name] = value
    return state


def _resized_generator(state: Mapping[str, Tensor], expected: Mapping[str, Tensor],
                       config: SpecAwareConfig) -> dict[str, Tensor]:
    """The layer that depends on the patch size, if it is there and of another one."""
    names = (f"{LAST_LAYER}.weight", f"{LAST_LAYER}.bias")
    if not all(n in state for n in names) or state[names[0]].shape == expected[names[0]].shape:
        return {}
    if state[names[0]].ndim != 2 or state[names[1]].ndim != 1:
        return {}
    whole = resize_patch(state, config, config.patch_px)
    return {name: whole[name] for name in names}
