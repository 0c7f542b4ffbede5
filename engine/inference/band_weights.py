"""How much SpecAware's generated embedding weighs each band, in general and for a place.

With the kernel K_c = U_c V_c that the hypernetwork generates for band c of a tile (specification section 8):

- gain g_c = ||K_c||_F / sum_b ||K_b||_F;
- response r_c = RMS over tokens of ||K_c x_c||, as a share, where x_c is what the kernel meets: the patch's values less
  the model's `input_centre`;
- content shift s_c = 1 - cosine(K_c, K_c from the metadata alone), the latter with a content vector of zeros.

Of a model that integrates over the wavelength, K_c is the kernel times the band's share (`SpectralInput.shares`).

Kernels are never built: all three follow from products of the factors, of rank x rank values a band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch import Tensor

from ..models.specaware.encoder import SpecAwareEncoder, pad_to_patches
from ..models.specaware.hyper import HyperEmbedding
from ..models.specaware.spectral_input import SpectralInput
from ..reporting import Reporter
from .device import Device, run_with_backoff


@dataclass(frozen=True)
class BandWeights:
    """Weights of the bands, each (bands,) float64.

    Attributes:
        gain: share of the embedding's weight; sums to one.
        response: share of what reaches the tokens; sums to one.
        content_shift: 0 where the content changes nothing of a kernel but its size, up to 2.
    """

    gain: NDArray[np.float64]
    response: NDArray[np.float64]
    content_shift: NDArray[np.float64]


@dataclass(frozen=True)
class WeighedTile:
    """A tile, ready for the model, and the tokens of it that count.

    Attributes:
        image: (1, bands, rows, cols).
        tokens: 0-based positions, row by row over the patches.
    """

    image: Tensor
    tokens: tuple[int, ...]


def weigh_bands(module: SpecAwareEncoder, spectral: SpectralInput, tiles: Sequence[WeighedTile], device: Device,
                reporter: Reporter, content: Tensor | None = None) -> BandWeights:
    """Weights of the bands over one or more tiles; each counts by its number of tokens.

    Args:
        module: the encoder, in evaluation mode.
        spectral: its bands and sensor.
        tiles: at least one, each with at least one token.
        device: where to compute; always in float32.
        reporter: asked about cancelling, told about lack of memory.
        content: (1, bands, rows, cols) image for the content branch, each tile's own for None.
    """
    gain = energy = shift = np.zeros(spectral.bands)
    count = 0
    for tile in tiles:
        reporter.check_cancelled()

        def terms(image: Tensor, where: Device, tokens: tuple[int, ...] = tile.tokens) -> Tensor:
            embedding = module.to(where.torch_device).patch_embed
            # Many small products: a second thread waits more than it works.
            with torch.inference_mode(), threadpool_limits(1):
                return _terms(embedding, spectral, image.to(where.torch_device), tokens,
                              None if content is None else content.to(where.torch_device))

        size, received, moved = run_with_backoff(terms, tile.image, device, reporter)[0].numpy()
        weight = len(tile.tokens)
        gain, energy, shift = gain + weight * size / size.sum(), energy + received, shift + weight * moved
        count += weight
    response = np.sqrt(energy)
    return BandWeights(gain / count, response / max(response.sum(), np.finfo(float).tiny), shift / count)


def _terms(embedding: HyperEmbedding, spectral: SpectralInput, image: Tensor, tokens: Sequence[int],
           content: Tensor | None) -> Tensor:
    """(1, 3, C) float64 on the CPU: the kernels' norms, the tokens' summed ||K_c x_c||^2, the content shifts."""
    generator, meta = embedding.matrix_generator, embedding.metadata(spectral)
    image = pad_to_patches(image, embedding.config.patch_px)
    both = torch.cat((embedding.conditional(image if content is None else content, meta),
                      embedding.unconditional(meta)))
    (u, u_plain), (v, v_plain) = generator.u(both), generator.v(both)
    gram = _gram(u, u)
    norm = (gram * _outer(v, v)).sum((1, 2)).clamp(min=0).sqrt()
    norm_plain = (_gram(u_plain, u_plain) * _outer(v_plain, v_plain)).sum((1, 2)).clamp(min=0).sqrt()
    shares = embedding.shares(spectral).to(norm)
    cosine = (_gram(u, u_plain) * _outer(v, v_plain)).sum((1, 2)) / (norm * norm_plain).clamp(min=1e-30)
    weighed = embedding.weighed(image, spectral)
    x = _patches(weighed[0], embedding.config.patch_px, tokens) - embedding.config.input_centre
    reduced = x.double() @ v.double().transpose(1, 2)  # (C, tokens, rank)
    energy = ((reduced @ gram) * reduced).sum((1, 2)).clamp(min=0)
    return torch.stack((norm * shares, energy, (1 - cosine).clamp(min=0))).unsqueeze(0).cpu()


def _patches(image: Tensor, patch_px: int, tokens: Sequence[int]) -> Tensor:
    """(C, tokens, pixels) of some patches of (C, H, W); the others are not copied."""
    bands, rows, cols = image.shape
    grid = image.view(bands, rows // patch_px, patch_px, cols // patch_px, patch_px)
    row, col = (torch.tensor(part) for part in divmod(np.array(tokens), cols // patch_px))
    return grid.permute(1, 3, 0, 2, 4)[row, col].flatten(2).transpose(0, 1)


def _gram(a: Tensor, b: Tensor) -> Tensor:
    """(C, rank, rank) float64 products of the columns of (C, width, rank)."""
    return (a.transpose(1, 2) @ b).double()


def _outer(a: Tensor, b: Tensor) -> Tensor:
    """(C, rank, rank) float64 products of the rows of (C, rank, pixels)."""
    return (a @ b.transpose(1, 2)).double()
