"""A saved land-cover model: everything needed to map another scene, as safetensors with a JSON header."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ..errors import ModelError
from ..raster.legend import ClassInfo
from ..spectral.bands import BandTable
from .classifier import LinearHead, PixelClassifier
from .features import LinearMap
from .smoothing import STRENGTHS
from .statistics import BandStatistics
from .tokens import TokenProjection

FORMAT = "specaware-classifier-1"
MAX_FILE_BYTES = 256 * 1024**2
# A band of the model may be taken from a band of another image this far away.
TOLERANCE_FWHM = 0.5


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

    def match_bands(self, table: BandTable) -> NDArray[np.intp]:
        """Positions in ``table`` of the model's bands: the nearest good band, within half its width.

        Raises:
            ModelError: a band of the model has no counterpart.
        """
        good = table.good_indices
        found = good[np.abs(table.wavelength_nm[good][None] - self.bands.wavelength_nm[:, None]).argmin(1)]
        gap = np.abs(table.wavelength_nm[found] - self.bands.wavelength_nm)
        missing = gap > TOLERANCE_FWHM * np.maximum(self.bands.fwhm_nm, table.fwhm_nm[found])
        if missing.any():
            worst = self.bands.wavelength_nm[missing.argmax()]
            raise ModelError(f"{int(missing.sum())} of the model's {len(missing)} bands are not in this image "
                             f"(first: {worst:.1f} nm).", "Use the model on images of the sensor it was trained on, "
                             "or train one with labels on this image.")
        return found.astype(np.intp)

    def save(self, path: Path) -> None:
        """Write the file; it appears only when complete."""
        arrays = {"bands/wavelength_nm": self.bands.wavelength_nm, "bands/fwhm_nm": self.bands.fwhm_nm,
                  "statistics/mean": self.statistics.mean, "statistics/std": self.statistics.std,
                  "tokens/centre": self.tokens.centre, "tokens/matrix": self.tokens.matrix}
        for name, linear in self.maps.items():
            arrays |= {f"maps/{name}/centre": linear.centre, f"maps/{name}/matrix": linear.matrix}
        for i, head in enumerate(self.classifier.heads):
            arrays |= {f"heads/{i}/weights": head.weights, f"heads/{i}/bias": head.bias}
        partial = path.with_name(path.name + ".part")
        try:
            save_file({name: np.ascontiguousarray(a) for name, a in arrays.items()}, partial,
                      metadata={"format": FORMAT, "model": json.dumps(self._header(), sort_keys=True)})
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    def _header(self) -> dict[str, Any]:
        heads = [{"name": h.name, "blocks": h.blocks, "share": h.share} for h in self.classifier.heads]
        return {"classes": [asdict(c) for c in self.classes], "level": self.level, "scale": self.scale,
                "sizes_px": {name: m.size_px for name, m in self.maps.items()}, "weights_hash": self.weights_hash,
                "heads": heads, "smoothing": self.classifier.smoothing.name, "provenance": dict(self.provenance)}


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
            metadata = file.metadata() or {}
            if metadata.get("format") != FORMAT:
                raise ModelError(f"{path.name} is not a saved land-cover model.", "Choose a file saved by classify.")
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        return _assemble(json.loads(metadata["model"]), arrays)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(f"{path.name} cannot be read as a land-cover model ({error}).",
                         "The file is damaged or comes from another version; save the model again.") from error


def _assemble(header: dict[str, Any], arrays: Mapping[str, NDArray[Any]]) -> LandCoverModel:
    """Put the parts together; numpy's shape errors and `ValueError` tell what does not fit."""
    classes = tuple(ClassInfo(int(c["id"]), str(c["name"]), tuple(int(v) for v in c["color"]))  # type: ignore[arg-type]
                    for c in header["classes"])
    for name, array in arrays.items():
        # A class unknown to a head has a bias of -inf.
        if array.dtype.kind != "f" or np.isnan(array).any() or (np.isinf(array).any() and not name.endswith("/bias")):
            raise ValueError(f"{name} holds values that are not finite numbers")
    bands = BandTable.from_arrays(arrays["bands/wavelength_nm"].tolist(), arrays["bands/fwhm_nm"].tolist())
    maps = {str(name): LinearMap(int(size), arrays[f"maps/{name}/centre"], arrays[f"maps/{name}/matrix"])
            for name, size in header["sizes_px"].items()}
    tokens = TokenProjection(arrays["tokens/centre"], arrays["tokens/matrix"])
    widths = {name: m.matrix.shape[1] for name, m in maps.items()} | {"tokens": tokens.matrix.shape[1]}
    heads = tuple(LinearHead(str(h["name"]), tuple(h["blocks"]), arrays[f"heads/{i}/weights"],
                             arrays[f"heads/{i}/bias"], float(h["share"])) for i, h in enumerate(header["heads"]))
    for head in heads:
        expected = sum(widths[b] for b in head.blocks), len(classes)
        if head.weights.shape != expected or head.bias.shape != expected[1:]:
            raise ValueError(f"the head {head.name!r} does not fit its features")
    if any(m.matrix.shape[0] != len(bands) or m.centre.shape != (len(bands),) for m in maps.values()):
        raise ValueError("the feature maps do not fit the bands")
    smoothing = next(s for s in STRENGTHS if s.name == header["smoothing"])
    ids = np.array([c.id for c in classes], np.uint8)
    return LandCoverModel(classes, bands, str(header["level"]),
                          BandStatistics(arrays["statistics/mean"], arrays["statistics/std"]), float(header["scale"]),
                          maps, tokens, str(header["weights_hash"]), PixelClassifier(ids, heads, smoothing),
                          {str(k): str(v) for k, v in header["provenance"].items()})
