"""Meta branch: wavelength, FWHM, sensor and level of every band (specification sections 4 to 6).

The six attribute vectors are sentence embeddings by all-MiniLM-L6-v2 (Apache-2.0), constants of the model;
`attributes.safetensors` beside this file names the sentences and their origin.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from .fusion import CrossModalFusion
from .spectral_input import LEVEL_KEYS, RANGE_NM, SENSOR_KEYS, SpectralInput

ATTRIBUTE_KEYS = (*SENSOR_KEYS, *LEVEL_KEYS)
ATTRIBUTE_WIDTH = 384
FWHM_HIDDEN = 64


@lru_cache(maxsize=1)
def attribute_vectors() -> Tensor:
    """(6, 384) sentence vectors in the order of `ATTRIBUTE_KEYS`."""
    vectors = load_file(Path(__file__).with_name("attributes.safetensors"))
    return torch.stack([vectors[key] for key in ATTRIBUTE_KEYS])


def wavelength_fourier(wavelength_nm: Tensor, width: int) -> Tensor:
    """Sines, then cosines, of 2 pi x / lambda_j for width/2 log-spaced lambda_j in 350..2550 nm (section 5).

    Args:
        wavelength_nm: (...) centre wavelengths.
        width: number of terms.

    Returns:
        (..., width) float64.
    """
    lowest, highest = (math.log10(limit) for limit in RANGE_NM)
    wavelengths = torch.logspace(lowest, highest, width // 2, dtype=torch.float64, device=wavelength_nm.device)
    phase = 2 * math.pi * wavelength_nm.double().unsqueeze(-1) / wavelengths
    return torch.cat((phase.sin(), phase.cos()), dim=-1)


class _SmallMlp(nn.Module):
    """Linear, GELU, Linear under the official name ``mlp``."""

    def __init__(self, inputs: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, outputs))

    def forward(self, x: Tensor) -> Tensor:
        return self.mlp(x)


class AttributeEncoder(nn.Module):
    """Projects the sentence vectors of sensor and level and joins them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.vectors: Tensor
        self.register_buffer("vectors", attribute_vectors().clone(), persistent=False)
        self.fc = nn.Linear(ATTRIBUTE_WIDTH, width // 2)

    def forward(self, sensor: tuple[str, ...], level: tuple[str, ...]) -> Tensor:
        """Keys of 1 or B samples -> (1 or B, w), the sensor's half first."""
        projected = self.fc(self.vectors)
        halves = [projected[[ATTRIBUTE_KEYS.index(key) for key in keys]] for keys in (sensor, level)]
        samples = max(len(half) for half in halves)
        return torch.cat([half.expand(samples, -1) for half in halves], dim=-1)


class SpectralEmbedding(nn.Module):
    """Wavelength, FWHM and attributes fused to one vector a band (section 6, steps 1 to 5)."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.width = width
        self.fusion_weights = nn.Parameter(torch.tensor([0.8, 0.2]))
        self.fwhm_encoder = _SmallMlp(1, FWHM_HIDDEN, width)
        self.attribute_encoder = AttributeEncoder(width)
        self.spectral_enhancement_mlp = _SmallMlp(width, 2 * width, width)
        self.cross_modal_fusion = CrossModalFusion(width, dropout)

    def fwhm(self, fwhm_nm: Tensor) -> Tensor:
        """(..., C) -> (..., C, w)."""
        return self.fwhm_encoder(((fwhm_nm - 5.0) / 10.0).float().unsqueeze(-1))

    def spectrum(self, wavelength_nm: Tensor, fwhm_nm: Tensor) -> Tensor:
        """(..., C) twice -> (..., C, w), before the attributes join."""
        share = torch.softmax(self.fusion_weights, dim=0)
        fourier = wavelength_fourier(wavelength_nm, self.width).float()
        mixed = share[0] * fourier + share[1] * self.fwhm(fwhm_nm)
        return mixed + self.spectral_enhancement_mlp(mixed)

    def forward(self, spectral: SpectralInput) -> Tensor:
        """(1 or B, C, w)."""
        device = self.fusion_weights.device
        bands = self.spectrum(torch.atleast_2d(spectral.wavelength_nm.to(device)),  # type: ignore[union-attr]
                              torch.atleast_2d(spectral.fwhm_nm.to(device)))  # type: ignore[union-attr]
        attributes = self.attribute_encoder(tuple(spectral.sensor), tuple(spectral.level)).unsqueeze(1)
        # torch.broadcast_shapes imports sympy, which takes most of a second.
        bands, attributes = torch.broadcast_tensors(bands, attributes)
        return self.cross_modal_fusion(bands, attributes) + bands


class _BandAttention(nn.Module):
    """Self-attention under the names of torch's MultiheadAttention (rows of in_proj: query, key, value)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(nn.init.xavier_uniform_(torch.empty(3 * width, width)))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, bands, width = x.shape
        qkv = functional.linear(x, self.in_proj_weight, self.in_proj_bias)
        q, k, v = qkv.view(batch, bands, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(q, k, v)
        return self.out_proj(mixed.transpose(1, 2).reshape(batch, bands, width))


class _BandLayer(nn.Module):
    """One pre-norm layer, feed-forward as wide as the tokens."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.self_attn = _BandAttention(width, heads)
        self.linear1 = nn.Linear(width, width)
        self.linear2 = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.self_attn(self.norm1(x))
        return x + self.linear2(functional.gelu(self.linear1(self.norm2(x))))


class SpectralAwareTransformer(nn.Module):
    """Attention over the bands: m = T(m0) + m0 (section 6, step 6)."""

    def __init__(self, width: int, layers: int, heads: int) -> None:
        super().__init__()
        self.transformer_encoder = nn.ModuleDict(
            {"layers": nn.ModuleList(_BandLayer(width, heads) for _ in range(layers))})

    def forward(self, embedding: Tensor) -> Tensor:
        """(B, C, w) -> (B, C, w)."""
        x = embedding
        for layer in self.transformer_encoder["layers"]:  # type: ignore[attr-defined]
            x = layer(x)
        return x + embedding
