"""An authors' checkpoint becomes a weights file of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from safetensors import SafetensorError

from ...errors import InputError, ModelError, OutputError
from ...models import specaware, spectralgpt
from ...models.families import SPECAWARE, SPECTRALGPT, family_of
from ...models.files import file_hash
from ...models.official import Checkpoint, KeyReport, match_encoder, read_checkpoint, require_complete
from ...models.specaware import SpecAwareConfig, SpecAwareEncoder
from ...models.specaware.patch_resize import with_patch
from ...models.spectralgpt import SpectralGptConfig, SpectralGptEncoder
from ...models.spectralgpt.loading import infer_config, load_checkpoint
from ...models.weights import SUFFIX, WeightsCard, load_any, save_weights
from ...reporting import Reporter

DTYPES = {"float32": torch.float32, "float16": torch.float16}
SEEN = {SPECAWARE.format: "Hyper-400K, as its authors say",
        SPECTRALGPT.format: "fMoW-Sentinel, and BigEarthNet for SpectralGPT+, as its authors say"}
LICENCE = "that of the imported checkpoint; see where it was published"


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
    _check(model, output, dtype, patch_px)
    config = specaware_config(model, patch_px) if model in specaware.PRESETS else None
    reporter.progress(0.0, "reading the checkpoint")
    checkpoint = read_checkpoint(source, reporter.check_cancelled)
    encoder, keys = (_spectralgpt(checkpoint, spectralgpt.PRESETS[model]) if config is None
                     else _specaware(checkpoint, config, source.name, reporter))
    _tell(keys, reporter, ("ignored", "resized", "others"), "info")
    card = WeightsCard(model, f"Import of {source.name}, SHA-256 {file_hash(source)}.",
                       (SEEN[family_of(encoder).format],), {}, LICENCE, {})
    reporter.progress(0.7, "writing")
    try:
        save_weights(output, encoder, card, DTYPES[dtype])
    except (OSError, SafetensorError) as error:
        raise OutputError(f"{output} cannot be written: {error}.", "Check the free space and the folder.") from error
    written = load_any(output)[1]
    reporter.progress(1.0)
    lists = {name: list(value) for name, value in asdict(keys).items() if name != "loaded"}
    return ImportResult(str(output), written.sha256, model, written.parameters, dtype, keys.loaded, **lists)


def _check(model: str, output: Path, dtype: str, patch_px: int | None) -> None:
    """What can be refused before a large file is read."""
    models = (*specaware.PRESETS, *spectralgpt.PRESETS)
    if model not in models:
        raise InputError(f"There is no model called {model!r}.", f"Known models: {', '.join(models)}.")
    if patch_px is not None and model not in specaware.PRESETS:
        raise InputError(f"The patch of {model} cannot be changed.", "Leave the patch size out.")
    if dtype not in DTYPES or output.suffix != SUFFIX:
        raise InputError(f"Weights in {dtype} cannot be written to {output.name}.",
                         f"Precisions are {' and '.join(DTYPES)}, the file ends in {SUFFIX}.")
    if not output.parent.is_dir():
        raise OutputError(f"There is no folder {output.parent}.", "Make it, or choose another.")


def specaware_config(model: str, patch_px: int | None) -> SpecAwareConfig:
    """A preset, with another patch if one is given."""
    preset = specaware.PRESETS[model]
    return preset if patch_px is None else with_patch(preset, patch_px)


def _specaware(checkpoint: Checkpoint, config: SpecAwareConfig, name: str,
               reporter: Reporter) -> tuple[SpecAwareEncoder, KeyReport]:
    state, keys = match_encoder(checkpoint, config)
    _tell(keys, reporter, ("missing", "unexpected", "misshapen"), "warning")
    require_complete(keys, name)
    encoder = SpecAwareEncoder(config)
    encoder.load_state_dict(state, strict=True)
    return encoder, keys


def _spectralgpt(checkpoint: Checkpoint, preset: SpectralGptConfig) -> tuple[SpectralGptEncoder, KeyReport]:
    """The encoder at the image size the checkpoint's position tables are for."""
    config = infer_config(checkpoint.tensors, heads=1, decoder_heads=1)  # which no shape tells
    if (config.embed_dim, config.depth) != (preset.embed_dim, preset.depth):
        raise ModelError(f"The checkpoint has {config.depth} blocks of width {config.embed_dim}, {preset.name} has "
                         f"{preset.depth} of {preset.embed_dim}.", "Choose another --model.")
    encoder = SpectralGptEncoder(replace(config, name=preset.name, heads=preset.heads,
                                         decoder_heads=preset.decoder_heads))
    report = load_checkpoint(encoder, checkpoint.tensors)
    return encoder, KeyReport(len(encoder.state_dict()), report.missing, (), (), report.ignored, report.resized,
                              checkpoint.others)


def _tell(keys: KeyReport, reporter: Reporter, names: Sequence[str], level: str) -> None:
    """The lists that are not empty, the longest ones shortened."""
    for name in names:
        listed = getattr(keys, name)
        if listed:
            more = f" and {len(listed) - 5} more" if len(listed) > 5 else ""
            reporter.log(level, f"{len(listed)} {name}: {', '.join(n[:80] for n in listed[:5])}{more}")
