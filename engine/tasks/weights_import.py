"""An authors' checkpoint becomes a weights file of ours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError

from ..errors import InputError, OutputError
from ..models.official import KeyReport, match_encoder, read_checkpoint, require_complete
from ..models.specaware import PRESETS, SpecAwareConfig, SpecAwareEncoder
from ..models.specaware.patch_resize import with_patch
from ..models.weights import SUFFIX, WeightsCard, load_weights, save_weights, weights_hash
from ..reporting import Reporter

DTYPES = {"float32": torch.float32, "float16": torch.float16}
LICENCE = "that of the imported checkpoint; the authors of SpecAware state none (all rights reserved)"


@dataclass(frozen=True)
class ImportResult:
    """The written file and what became of the checkpoint's keys; see `KeyReport` for the lists."""

    path: str
    sha256: str
    model: str
    parameters: int
    dtype: str
    loaded: int
    missing: list[str]
    unexpected: list[str]
    misshapen: list[str]
    ignored: list[str]
    resized: list[str]
    others: list[str]


def import_weights(source: Path, model: str, output: Path, dtype: str, patch_px: int | None,
                   reporter: Reporter) -> ImportResult:
    """Convert a checkpoint whose names are the published ones; nothing is written unless every weight is there.

    Args:
        source: ``.pth`` file.
        model: name of a preset.
        output: ``.safetensors`` file to write.
        dtype: a key of `DTYPES`.
        patch_px: patch side, None for the preset's; the generator's kernels are resampled to it.
        reporter: told the keys that are left out or do not fit.

    Raises:
        InputError: unknown model or precision, or an output with another suffix.
        ModelError: the file holds anything but tensors, or others than the model's.
        OutputError: the output cannot be written.
    """
    config = _architecture(model, patch_px)
    if dtype not in DTYPES or output.suffix != SUFFIX:
        raise InputError(f"Weights in {dtype} cannot be written to {output.name}.",
                         f"Precisions are {' and '.join(DTYPES)}, the file ends in {SUFFIX}.")
    if not output.parent.is_dir():
        raise OutputError(f"There is no folder {output.parent}.", "Make it, or choose another.")
    reporter.progress(0.0, "reading the checkpoint")
    checkpoint = read_checkpoint(source, reporter.check_cancelled)
    state, keys = match_encoder(checkpoint, config)
    _tell(keys, reporter)
    require_complete(keys, source.name)
    encoder = SpecAwareEncoder(config)
    encoder.load_state_dict(state, strict=True)
    card = WeightsCard(config.name, f"Import of {source.name}, SHA-256 {weights_hash(source)}.",
                       ("as its authors say: Hyper-400K",), {}, LICENCE, {})
    reporter.progress(0.7, "writing")
    try:
        save_weights(output, encoder, card, DTYPES[dtype])
    except (OSError, SafetensorError) as error:
        output.with_name(output.name + ".part").unlink(missing_ok=True)
        raise OutputError(f"{output} cannot be written: {error}.", "Check the free space and the folder.") from error
    written = load_weights(output)[1]
    reporter.progress(1.0)
    lists = {name: list(value) for name, value in asdict(keys).items() if name != "loaded"}
    return ImportResult(str(output), written.sha256, model, written.parameters, dtype, keys.loaded, **lists)


def _architecture(model: str, patch_px: int | None) -> SpecAwareConfig:
    if model not in PRESETS:
        raise InputError(f"There is no model called {model!r}.", f"Known models: {', '.join(PRESETS)}.")
    return PRESETS[model] if patch_px is None else with_patch(PRESETS[model], patch_px)


def _tell(keys: KeyReport, reporter: Reporter) -> None:
    """Every list that is not empty, the longest ones shortened."""
    for name in ("missing", "unexpected", "misshapen", "ignored", "resized", "others"):
        names = getattr(keys, name)
        if names:
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            level = "info" if name in ("ignored", "resized", "others") else "warning"
            reporter.log(level, f"{len(names)} {name}: {', '.join(n[:80] for n in names[:5])}{more}")
