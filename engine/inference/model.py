"""A saved land-cover model: everything needed to map another scene, as safetensors with a JSON header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ..errors import InputError, ModelError
from ..raster.cube import LEVELS
from ..raster.legend import ClassInfo
from ..spectral.bands import BandTable
from .classifier import LinearHead, PixelClassifier
from .features import GUIDE, TOKENS
from .linear import LinearMap
from .novelty import NOVELTY_BLOCK, Novelty
from .saved import header_of, read_classes, require, save_model_file
from .smoothing import STRENGTHS
from .statistics import BandStatistics
from .tokens import TokenProjection

FORMAT = "specaware-classifier-1"
MAX_FILE_BYTES = 256 * 1024**2
# A band of the model may be taken from a band of another image this far away.
TOLERANCE_FWHM = 0.5
# What a damaged or hostile file may not exceed.
MAX_VALUE = 1e12
MAX_SIZE_PX = 99


@dataclass(frozen=True)
class LandCoverModel:
    """A classifier with the feature maps it was trained on.

    Attributes:
        classes: of the map.
        bands: the bands it uses, in order.
        level: ``L1`` or ``L2``.
        statistics: of those bands in the training scene.
        scale: factor from image values to encoder input.
        maps: linear feature maps by name.
        tokens: projection of the encoder's tokens.
        weights_hash: SHA-256 of the encoder weights the tokens come from.
        classifier: heads and smoothing.
        provenance: engine version, seed, training image; for information.
        novelty: training pixels to tell unlike ones by; None in files of earlier versions.
    """

    classes: tuple[ClassInfo, ...]
    bands: BandTable
    level: str
    statistics: BandStatistics
    scale: float
    maps: Mapping[str, LinearMap]
    tokens: TokenProjection
    weights_hash: str
    classifier: PixelClassifier
    provenance: Mapping[str, str]
    novelty: Novelty | None = None

    def match_bands(self, table: BandTable) -> NDArray[np.intp]:
        """Positions in ``table`` of the model's bands: the nearest good band, within half the width of the narrower.

        Returns:
            (bands,) 0-based positions, in the model's order.

        Raises:
            ModelError: a band of the model has no counterpart.
        """
        good = table.good_indices
        if np.array_equal(table.wavelength_nm[good], self.bands.wavelength_nm):
            return good  # overlapping spectrometers may have two bands of one wavelength
        found = good[np.abs(table.wavelength_nm[good][None] - self.bands.wavelength_nm[:, None]).argmin(1)]
        gap = np.abs(table.wavelength_nm[found] - self.bands.wavelength_nm)
        missing = gap > TOLERANCE_FWHM * np.minimum(self.bands.fwhm_nm, table.fwhm_nm[found])
        if missing.any():
            worst = self.bands.wavelength_nm[missing.argmax()]
            raise ModelError(f"{int(missing.sum())} of the model's {len(missing)} bands are not in this image "
                             f"(first: {worst:.1f} nm).", "Use the model on images of the sensor it was trained on, "
                             "or train one with labels on this image.")
        return found.astype(np.intp)

    def require_weights(self, sha256: str) -> None:
        """Refuse encoder weights other than those it was trained with; their tokens would mean something else.

        Raises:
            InputError: the hash is another one.
        """
        if sha256 != self.weights_hash:
            raise InputError("The model was trained with other encoder weights.",
                             "Give the weights it was trained with (--weights), or train it again.")

    def save(self, path: Path) -> None:
        """Write the file; it appears only when complete.

        Raises:
            OutputError: it cannot be written.
        """
        arrays = {"bands/wavelength_nm": self.bands.wavelength_nm, "bands/fwhm_nm": self.bands.fwhm_nm,
                  "statistics/mean": self.statistics.mean, "statistics/std": self.statistics.std,
                  "tokens/centre": self.tokens.centre, "tokens/matrix": self.tokens.matrix}
        if self.statistics.noise is not None:
            arrays["statistics/noise"] = self.statistics.noise
        for name, linear in self.maps.items():
            arrays |= {f"maps/{name}/centre": linear.centre, f"maps/{name}/matrix": linear.matrix}
        for i, head in enumerate(self.classifier.heads):
            arrays |= {f"heads/{i}/weights": head.weights, f"heads/{i}/bias": head.bias}
        if self.novelty is not None:
            arrays["novelty/reference"] = self.novelty.reference
        save_model_file(path, save_file, {name: np.ascontiguousarray(a) for name, a in arrays.items()}, self._header())

    def _header(self) -> dict[str, Any]:
        heads = [{"name": h.name, "blocks": h.blocks, "share": h.share} for h in self.classifier.heads]
        return {"format": FORMAT, "classes": [asdict(c) for c in self.classes], "level": self.level,
                "scale": self.scale, "sizes_px": {name: m.size_px for name, m in self.maps.items()},
                "weights_hash": self.weights_hash, "heads": heads,
                "smoothing": self.classifier.smoothing.name, "temperature": self.classifier.temperature,
                "novelty_threshold": self.novelty and self.novelty.threshold, "provenance": dict(self.provenance)}


def load_model(path: Path) -> LandCoverModel:
    """Read a saved model.

    Raises:
        ModelError: not such a file, damaged, or with values that are not finite or do not fit each other.
    """
    if not path.is_file():
        raise ModelError(f"There is no model file {path}.", "Check the path.")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ModelError(f"{path.name} is too large to be a saved land-cover model.",
                         "Choose a file saved by classify.")
    try:
        with safe_open(path, framework="np") as file:
            header = header_of(file)
            if header.get("format") != FORMAT:
                raise ModelError(f"{path.name} is not a saved land-cover model.", "Choose a file saved by classify.")
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        model = _assemble(header, arrays)
        _check_fit(model)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError,
            RecursionError) as error:
        raise ModelError(f"{path.name} cannot be read as a land-cover model ({error}).",
                         "The file is damaged or comes from another version; save the model again.") from error
    return model


def _assemble(header: dict[str, Any], arrays: Mapping[str, NDArray[Any]]) -> LandCoverModel:
    """Put the parts together."""
    for name, array in arrays.items():
        # A class unknown to a head has a bias of -inf.
        values = array[array != -np.inf] if name.endswith("/bias") else array
        if array.dtype.kind != "f" or not (np.abs(values) <= MAX_VALUE).all():
            raise ValueError(f"{name} holds values that are not finite numbers")
    classes = read_classes(header["classes"])
    bands = BandTable.from_arrays(arrays["bands/wavelength_nm"].tolist(), arrays["bands/fwhm_nm"].tolist())
    maps = {str(name): LinearMap(int(size), arrays[f"maps/{name}/centre"], arrays[f"maps/{name}/matrix"])
            for name, size in header["sizes_px"].items()}
    heads = tuple(LinearHead(str(h["name"]), tuple(h["blocks"]), arrays[f"heads/{i}/weights"],
                             arrays[f"heads/{i}/bias"], float(h["share"])) for i, h in enumerate(header["heads"]))
    smoothing = {s.name: s for s in STRENGTHS}[header["smoothing"]]
    ids = np.array([c.id for c in classes], np.uint8)
    temperature, threshold = float(header.get("temperature", 1.0)), header.get("novelty_threshold")
    novelty = None if threshold is None else Novelty(arrays["novelty/reference"], float(threshold))
    return LandCoverModel(classes, bands, str(header["level"]),
                          BandStatistics(arrays["statistics/mean"], arrays["statistics/std"],
                                         arrays.get("statistics/noise")), float(header["scale"]),
                          maps, TokenProjection(arrays["tokens/centre"], arrays["tokens/matrix"]),
                          str(header["weights_hash"]), PixelClassifier(ids, heads, smoothing, temperature),
                          {str(k): str(v) for k, v in header["provenance"].items()}, novelty)


def _check_fit(model: LandCoverModel) -> None:
    """Raise `ValueError` if the parts do not fit each other, so that nothing can fail later, in the middle of a map."""
    ids, heads, n_bands = [c.id for c in model.classes], model.classifier.heads, len(model.bands)
    widths = {name: m.matrix.shape[-1] for name, m in model.maps.items()} | {TOKENS: model.tokens.matrix.shape[-1]}
    for name, linear in model.maps.items():
        require(linear.matrix.shape == (n_bands, widths[name]) and linear.centre.shape == (n_bands,),
                 f"the feature map {name!r} does not fit the bands")
        require(linear.size_px % 2 == 1 and 0 < linear.size_px <= MAX_SIZE_PX, f"the size of {name!r} is not possible")
    for head in heads:
        require(len(head.blocks) > 0 and head.bias.shape == (len(ids),) and bool(np.isfinite(head.bias).any())
                 and head.weights.shape == (sum(widths[b] for b in head.blocks), len(ids)),
                 f"the head {head.name!r} does not fit its features")
    require(abs(sum(h.share for h in heads) - 1) < 1e-3 and all(h.share >= 0 for h in heads),
             "the shares of the heads do not sum to one")
    require(n_bands > 0 and model.statistics.mean.shape == model.statistics.std.shape == (n_bands,),
             "the statistics do not fit the bands")
    require(model.statistics.noise is None or model.statistics.noise.shape == (n_bands,),
             "the noise does not fit the bands")
    require(model.tokens.matrix.shape == (*model.tokens.centre.shape, widths[TOKENS]), "the tokens do not fit")
    require(0.01 <= model.classifier.temperature <= 100, "the temperature is not possible")
    if model.novelty is not None:
        reference = model.novelty.reference
        require(reference.ndim == 2 and len(reference) > 0 and reference.shape[1] == widths.get(NOVELTY_BLOCK)
                 and 0 < model.novelty.threshold <= MAX_VALUE, "the training pixels do not fit the features")
    require(GUIDE in model.maps and model.level in LEVELS and 0 < model.scale <= MAX_VALUE, "the settings are odd")
