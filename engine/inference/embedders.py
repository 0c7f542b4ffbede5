"""What each kind of encoder makes of values: how its input is prepared, and its feature maps."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..errors import ModelError
from ..models.specaware.content import scene_content
from ..models.specaware.encoder import SpecAwareEncoder, pad_to_patches
from ..models.specaware.fixed import FixedEncoder
from ..models.specaware.spectral_input import SpectralInput
from ..models.spectralgpt.encoder import SpectralGptEncoder
from ..models.spectralgpt.preprocessing import band_range, scale_to_range
from ..spectral.bands import BandTable, SensorMeta
from ..spectral.sensors import model_key
from ..spectral.sentinel2 import match_sentinel2
from .device import Device
from .statistics import BandStatistics

# The authors' BigEarthNet fine-tuning brings mean -+ 2 standard deviations to 0..1 (specification section 14).
RANGE_STDS = 2.0
MAX_DEVIATION = 20.0  # standard deviations; farther out lie dead pixels


class Embedder(Protocol):
    """An encoder, told which bands it will see.

    Attributes:
        patch_px: side of a patch in pixels.
    """

    patch_px: int

    def prepare(self, values: NDArray[np.float32], valid: NDArray[np.bool_]) -> Tensor:
        """Values (B, bands, rows, cols), without gaps, and validity (B, rows, cols) to the encoder's input."""
        ...

    def maps(self, batch: Tensor, device: Device) -> Tensor:
        """Prepared images to (B, channels, ceil(rows / patch), ceil(cols / patch)) float32 on the CPU."""
        ...


class SpecAwareEmbedder:
    """SpecAware for images of one band table; maps are those of its feature layers.

    Args:
        module: the encoder, in evaluation mode.
        bands: the bands of the values, in order.
        meta: sensor, level and pixel size.
        scale: factor from values to the model's input (see `radiometry.input_scale`).
    """

    def __init__(self, module: SpecAwareEncoder, bands: BandTable, meta: SensorMeta, scale: float) -> None:
        self.patch_px = module.config.patch_px
        self.module, self._gsd_m, self._scale = module, meta.gsd_m, scale
        self.content: Tensor | None = None  # for the content branch in place of the image
        self.spectral = SpectralInput(bands.wavelength_nm.tolist(), bands.fwhm_nm.tolist(), model_key(meta.name),
                                      meta.level)

    def prepare(self, values: NDArray[np.float32], valid: NDArray[np.bool_]) -> Tensor:
        """Scaled; pixels without data are 0."""
        return torch.from_numpy(np.where(valid[:, None], values, np.float32(0))) * self._scale

    def maps(self, batch: Tensor, device: Device) -> Tensor:
        """Each layer is normed, so that none outweighs the others, and all are joined."""
        encoder = self.module.to(device.torch_device)
        with torch.inference_mode(), device.autocast():
            content = None if self.content is None else self.content.to(device.torch_device)
            layers = encoder(device.put(batch), self.spectral, self._gsd_m, content=content).features
        return torch.cat([_normed(layer.float()) for layer in layers], dim=1).cpu()


class StandardisedEmbedder(SpecAwareEmbedder):
    """SpecAware with standardised input: it sees how far pixels lie from the scene's mean, and the scene's statistics.

    Args:
        module: the encoder, in evaluation mode.
        bands: the bands of the values, in order.
        meta: sensor, level and pixel size.
        scale: factor from values to the range of the statistics it learnt on (see `radiometry.input_scale`).
        statistics: of these bands in the scene.

    Raises:
        ModelError: there are no statistics, or none of the scene's noise.
    """

    def __init__(self, module: SpecAwareEncoder, bands: BandTable, meta: SensorMeta, scale: float,
                 statistics: BandStatistics | None) -> None:
        super().__init__(module, bands, meta, scale)
        if statistics is None or statistics.noise is None:
            raise ModelError(f"The model {module.config.name} needs the statistics of a whole scene, which are not "
                             "known here.", "Use a model that takes scaled pixels.")
        self._mean, self._std = (torch.from_numpy(part)[:, None, None] for part in (statistics.mean, statistics.std))
        self._fixed: dict[Device, FixedEncoder] = {}
        parts = (statistics.mean, statistics.std, statistics.noise)
        self._scene_content = scene_content(*(torch.from_numpy(np.asarray(part * scale, np.float32)) for part in parts))
        self.content = self._scene_content

    def prepare(self, values: NDArray[np.float32], valid: NDArray[np.bool_]) -> Tensor:
        """In standard deviations of the scene; pixels without data are 0."""
        deviations = ((torch.from_numpy(values) - self._mean) / self._std).clamp_(-MAX_DEVIATION, MAX_DEVIATION)
        if not valid.all():
            deviations.masked_fill_(torch.from_numpy(~valid)[:, None], 0)
        return deviations

    def maps(self, batch: Tensor, device: Device) -> Tensor:
        """See `SpecAwareEmbedder.maps`."""
        return self.encode(self.embed(batch, device), device)

    def embed(self, batch: Tensor, device: Device) -> Tensor:
        """Prepared images to embedded patches (B, Gh, Gw, width), on the device; each depends on its pixels alone."""
        with torch.inference_mode():
            return self._fixed_on(device).embed(device.put(batch))

    def encode(self, embedded: Tensor, device: Device) -> Tensor:
        """Feature maps, see `maps`, of embedded patches (B, Gh, Gw, width)."""
        with torch.inference_mode(), device.autocast() if device.dtype == torch.float16 else nullcontext():
            layers = self._fixed_on(device).encode(embedded.to(device.torch_device))
        return torch.cat([functional.layer_norm(layer.float(), layer.shape[-1:]) for layer in layers],
                         dim=-1).permute(0, 3, 1, 2).cpu()

    def _fixed_on(self, device: Device) -> FixedEncoder:
        """The encoder with all that is the same for the whole scene computed; made when first used on a device."""
        if device not in self._fixed:
            # float16 has too small a range for the tokens between layers: autocast keeps them in float32.
            dtype = torch.float32 if device.dtype == torch.float16 else device.dtype
            self._fixed[device] = FixedEncoder(self.module.to(device.torch_device), self.spectral, self._gsd_m,
                                               self._scene_content.to(device.torch_device), dtype)
        return self._fixed[device]


class SpectralGptEmbedder:
    """SpectralGPT on the 12 bands of Sentinel-2 among those given; maps are its tokens, spectral groups joined.

    Args:
        module: the encoder, in evaluation mode.
        bands: the bands of the values, in any order.
        statistics: of these bands in the scene the values come from, so that tiles of it do not differ where they
            meet; without them each image is scaled by its own range, as in pretraining.

    Raises:
        ModelError: the 12 bands are not among those given.
    """

    def __init__(self, module: SpectralGptEncoder, bands: BandTable, statistics: BandStatistics | None) -> None:
        self.patch_px = module.config.patch_px
        self._module, self._bands, self._statistics = module, match_sentinel2(bands), statistics

    def prepare(self, values: NDArray[np.float32], valid: NDArray[np.bool_]) -> Tensor:
        """The 12 bands brought to 0..1; pixels without data are 0."""
        chosen = np.where(valid[:, None], values[:, self._bands], np.float32(np.nan))
        return torch.from_numpy(np.stack([self._scaled(image) for image in chosen]))

    def maps(self, batch: Tensor, device: Device) -> Tensor:
        """Each token is normed; those of one place and different spectral groups are joined."""
        encoder, images = self._module.to(device.torch_device), pad_to_patches(batch, self.patch_px)
        grid = (images.shape[2] // self.patch_px, images.shape[3] // self.patch_px)
        with torch.inference_mode(), device.autocast():
            tokens = encoder(device.put(images))
        groups = tokens.float().unflatten(1, (encoder.config.groups, *grid)).movedim(-1, 2)
        return torch.cat([_normed(group) for group in groups.unbind(1)], dim=1).cpu()

    def _scaled(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """(12, rows, cols), NaN without data."""
        if self._statistics is None:
            return scale_to_range(image, *band_range(image)).astype(np.float32)
        mean, reach = self._statistics.mean[self._bands], RANGE_STDS * self._statistics.std[self._bands]
        return np.clip(scale_to_range(image, mean - reach, mean + reach), 0, 1).astype(np.float32)


def _normed(maps: Tensor) -> Tensor:
    """Layer norm without weights over the channels of (B, channels, rows, cols)."""
    return functional.layer_norm(maps.movedim(1, -1), maps.shape[1:2]).movedim(-1, 1)
