"""A fine-tuned model in one file, safetensors with a card, and its classes on any scene it was made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..errors import ModelError
from ..models.families import FAMILIES, architecture_of, family_of
from ..models.specaware.meta import attribute_vectors
from ..models.tuned import TunedConfig, TunedNet
from ..raster.cube import LEVELS, Cube
from ..raster.legend import ClassInfo
from ..spectral.bands import BandTable
from .classifier import LinearHead, PixelClassifier
from .saved import header_of, read_classes, require, save_model_file
from .smoothing import STRENGTHS

FORMAT = "specaware-tuned-1"
TASKS = ("classification", "change")
MAX_FILE_BYTES = 4 * 1024**3
STORED_DTYPES = ("F16", "BF16", "F32")
# Shares of the trained wavelength range that an image must cover, without and with a warning.
COVERED, BARELY_COVERED = 0.9, 0.5
GSD_FACTOR = 2.5
LOG_PROBABILITY = "log probability"


@dataclass(frozen=True)
class TunedCard:
    """What a fine-tuned model is.

    Attributes:
        task: one of `TASKS`.
        classes: by position of the logits; for change their names say which means unchanged.
        sensor, level, gsd_m: of the scene it was trained on.
        wavelength_nm, fwhm_nm: (bands,) its bands.
        preprocessing: how values become input, in a sentence.
        scores: of the best epoch on held-out regions; empty without.
        weights_sha256: of the weights it began from.
        provenance: engine version, settings, hash of the labels; for information.
    """

    task: str
    classes: tuple[ClassInfo, ...]
    sensor: str
    level: str
    gsd_m: float
    wavelength_nm: tuple[float, ...]
    fwhm_nm: tuple[float, ...]
    preprocessing: str
    scores: Mapping[str, Any]
    weights_sha256: str
    provenance: Mapping[str, str]


@dataclass(frozen=True)
class TunedModel:
    """A network in evaluation mode and its card."""

    net: TunedNet
    card: TunedCard

    @property
    def classes(self) -> tuple[ClassInfo, ...]:
        """Of the map."""
        return self.card.classes

    @property
    def level(self) -> str:
        """``L1`` or ``L2``."""
        return self.card.level

    @property
    def bands(self) -> BandTable:
        """The bands it was trained on."""
        return BandTable.from_arrays(self.card.wavelength_nm, self.card.fwhm_nm)

    @property
    def novelty(self) -> None:
        """It keeps no training pixels to tell unlike ones by."""
        return None

    @property
    def classifier(self) -> PixelClassifier:
        """Takes the blocks that `TunedReader` gives."""
        count = len(self.classes)
        head = LinearHead(f"fine-tuned, {self.net.config.head} head", (LOG_PROBABILITY,),
                          np.eye(count, dtype=np.float32), np.zeros(count, np.float32), 1.0)
        return PixelClassifier(np.array([c.id for c in self.classes], np.uint8), (head,), STRENGTHS[0])

    def check_scene(self, cube: Cube) -> list[str]:
        """Warnings about a scene that differs from the training scene.

        Raises:
            ModelError: its bands cover too little of what the model was trained on.
        """
        trained, here = np.array(self.card.wavelength_nm), cube.bands.only(cube.bands.good_indices).wavelength_nm
        step = max(float(np.median(np.diff(np.sort(here)))) if len(here) > 1 else 0.0, 30.0)
        covered = float((np.abs(trained[:, None] - here).min(1) <= step).mean())
        span = f"{trained.min():.0f} to {trained.max():.0f} nm"
        if covered < BARELY_COVERED:
            raise ModelError(f"The model was trained on {span}; this image covers {covered:.0%} of its bands "
                             f"({here.min():.0f} to {here.max():.0f} nm).",
                             "Use an image of a like range, or train a model on this one.")
        notes = []
        if covered < COVERED:
            notes.append(f"The image covers {covered:.0%} of the bands the model was trained on ({span}).")
        if self.card.level != cube.meta.level:
            notes.append(f"The model was trained on {self.card.level} data, this image is {cube.meta.level}.")
        if self.card.sensor != cube.meta.name:
            notes.append(f"The model was trained on {self.card.sensor} and never saw {cube.meta.name}: check the map.")
        if not 1 / GSD_FACTOR <= cube.meta.gsd_m / self.card.gsd_m <= GSD_FACTOR:
            notes.append(f"The model was trained on pixels of {self.card.gsd_m:g} m, these are {cube.meta.gsd_m:g} m.")
        return notes

    def save(self, path: Path) -> None:
        """Write the file; it appears only when complete.

        Raises:
            OutputError: it cannot be written.
        """
        state = {name: value.detach().float().cpu().contiguous() for name, value in self.net.state_dict().items()}
        header = {"format": FORMAT, "card": asdict(self.card), "head": asdict(self.net.config),
                  "family": family_of(self.net.encoder).name, "architecture": architecture_of(self.net.encoder)}
        save_model_file(path, save_file, state, header)


def is_tuned(path: Path) -> bool:
    """True for a file whose header says it is a fine-tuned model; False for any other, readable or not."""
    try:
        with safe_open(path, framework="pt") as file:
            return header_of(file).get("format") == FORMAT
    except (SafetensorError, OSError, ValueError, AttributeError, RecursionError):
        return False


def load_tuned(path: Path) -> TunedModel:
    """Read a fine-tuned model; size, header, names and shapes are checked before a tensor is read.

    Raises:
        ModelError: not such a file, damaged, or with values that are not finite.
    """
    if not path.is_file():
        raise ModelError(f"There is no model file {path}.", "Check the path.")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ModelError(f"{path.name} is too large to be a fine-tuned model.", "Choose a file written by train.")
    try:
        with safe_open(path, framework="pt") as file:
            header = header_of(file)
            if header.get("format") != FORMAT:
                raise ModelError(f"{path.name} is not a fine-tuned model.", "Choose a file written by train.")
            card = _card(header["card"])
            config = TunedConfig(str(header["head"]["head"]), int(header["head"]["classes"]),
                                 bool(header["head"]["siamese"]))
            require(config.classes == len(card.classes) and config.siamese == (card.task == "change"),
                     "the head does not fit the classes")
            family = next(f for f in FAMILIES.values() if f.name == header["family"])
            architecture = family.config(header["architecture"])
            attribute_vectors()  # its cached constants must not be made on the meta device
            with torch.device("meta"):  # no memory yet: a file may name a huge architecture
                expected = TunedNet(family.build(architecture), config).state_dict()
            _check_entries(file, expected)
            state = {name: file.get_tensor(name).to(expected[name].dtype) for name in expected}
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration,
            OverflowError, RecursionError) as error:
        raise ModelError(f"{path.name} cannot be read as a fine-tuned model ({error}).",
                         "The file is damaged or comes from another version; train it again.") from error
    for name, value in state.items():
        if not bool(torch.isfinite(value).all()):
            raise ModelError(f"{name[:80]} in {path.name} holds values that are not finite numbers.",
                             "The training diverged or the file is damaged.")
    net = TunedNet(family.build(architecture), config)
    net.load_state_dict(state)
    return TunedModel(net.eval(), card)


def _card(values: Mapping[str, Any]) -> TunedCard:
    """The card of a foreign file: its texts are data, never paths or markup."""
    classes = read_classes(values["classes"])
    wavelength_nm, fwhm_nm = (tuple(float(v) for v in values[name]) for name in ("wavelength_nm", "fwhm_nm"))
    gsd_m, level, task = float(values["gsd_m"]), str(values["level"]), str(values["task"])
    require(len(wavelength_nm) == len(fwhm_nm) > 0 and bool(np.isfinite((*wavelength_nm, *fwhm_nm)).all()),
             "the bands are odd")
    require(0 < gsd_m < 1e5 and level in LEVELS and task in TASKS, "the settings are odd")
    return TunedCard(task, classes, str(values["sensor"]), level, gsd_m, wavelength_nm, fwhm_nm,
                     str(values["preprocessing"]),
                     dict(values["scores"]), str(values["weights_sha256"]),
                     {str(k): str(v) for k, v in values["provenance"].items()})


def _check_entries(file: Any, expected: Mapping[str, Tensor]) -> None:
    """Names, shapes and types, from the header alone."""
    names = set(file.keys())
    odd = names.symmetric_difference(expected)
    require(not odd, f"{len(odd)} weights are missing or unknown, first {min(odd, default='')[:80]!r}")
    for name, tensor in expected.items():
        entry = file.get_slice(name)
        require(tuple(entry.get_shape()) == tuple(tensor.shape) and entry.get_dtype() in STORED_DTYPES,
                 f"the weight {name} is {entry.get_dtype()} {entry.get_shape()}, not {list(tensor.shape)}")
