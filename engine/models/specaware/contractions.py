"""Three equal ways to apply generated weights, sum_c U_c V_c x_c, and which is cheapest (specification section 14).

None builds the array (tokens x bands x width) of the formula. An image is gone over in slabs of patch rows that stay in
the processor's cache, so the memory needed beside the image and the result does not grow with the image.
Weights may be generated in half precision. Pixels meet them in float32, because bands that differ by a fraction of a
percent carry the information; but in `hidden`, the way of large models, products are in bfloat16 where those of the
transformer blocks are: a token then adds up thousands of them, in float32, and errors of rounding cancel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from .config import SpecAwareConfig
from .generators import MatrixGenerator

CONTRACTIONS = ("factored", "merged", "hidden")
SLAB_VALUES = 2 ** 21  # pixels times bands of a slab: 8 MB


@dataclass(frozen=True)
class Contraction:
    """One way to get tokens from pixels, its weights generated.

    Attributes:
        bands_first: pixels are wanted as (B, C, n, p) instead of (B, n, C, p).
        dtype: in which pixels are wanted.
        apply: maps pixels of n patches to (B, n, E) float32, without bias; not to be run under autocast.
    """

    bands_first: bool
    dtype: torch.dtype
    apply: Callable[[Tensor], Tensor]


def factored(generator: MatrixGenerator, conditional: Tensor) -> Contraction:
    """Z = V x, then one product over bands and rank together: for few bands and few tokens."""
    u = generator.u(conditional).float().transpose(2, 3).flatten(1, 2)
    v = generator.v(conditional).float().transpose(2, 3).contiguous()
    return Contraction(True, torch.float32, lambda patches: (patches @ v).transpose(1, 2).flatten(2) @ u)


def merged(generator: MatrixGenerator, conditional: Tensor) -> Contraction:
    """K = U V, then one product over bands and pixels together: for small patches, and few bands with many tokens."""
    u, v = generator.u(conditional), generator.v(conditional)
    kernels = (v.transpose(2, 3) @ u.transpose(2, 3)).float().flatten(1, 2)
    return Contraction(False, torch.float32, lambda patches: patches.flatten(2) @ kernels)


def hidden(generator: MatrixGenerator, conditional: Tensor) -> Contraction:
    """U is linear in its hidden vector t_c: the sum over the bands of z_c (x) t_c comes first, and U is never built."""
    dtype, last = product_dtype(conditional.device), generator.u_last
    t = generator.u_hidden(conditional).to(dtype).transpose(1, 2)  # (B, h, C)
    v = generator.v(conditional).to(dtype).transpose(2, 3).contiguous()  # products with a view take half as long again
    weight, bias = (values.to(dtype).view(generator.rows, -1).T for values in (last.weight, last.bias))

    def apply(patches: Tensor) -> Tensor:
        reduced = patches @ v  # (B, C, n, r)
        outer = t @ reduced.flatten(2)  # (B, h, n r): one product for all tokens
        outer = outer.unflatten(2, (reduced.shape[2], -1)).permute(0, 2, 3, 1).flatten(2)
        return (outer @ weight).float() + (reduced.sum(dim=1) @ bias).float()

    return Contraction(True, dtype, apply)


def product_dtype(device: torch.device) -> torch.dtype:
    """Of large products with pixels: bfloat16 under such an autocast, else float32, since float16 overflows."""
    half = torch.is_autocast_enabled(device.type) and torch.get_autocast_dtype(device.type) == torch.bfloat16
    return torch.bfloat16 if half else torch.float32


def contraction(name: str, generator: MatrixGenerator, conditional: Tensor) -> Contraction:
    """The one of this name, for weights generated from (B, C, w).

    Raises:
        ValueError: no such contraction.
    """
    if name not in CONTRACTIONS:
        raise ValueError(f"contraction {name!r} is not one of {CONTRACTIONS}")
    return {"factored": factored, "merged": merged, "hidden": hidden}[name](generator, conditional)


def cheapest_contraction(config: SpecAwareConfig, tokens: int, bands: int) -> str:
    """The contraction with the fewest multiply-accumulates for one sample."""
    width, rank, area, half = config.embed_dim, config.rank, config.patch_px ** 2, config.wv_planes // 2
    generate = bands * half * width * rank
    reduce = tokens * bands * rank * area
    costs = {"factored": generate + reduce + tokens * bands * rank * width,
             "merged": generate + bands * width * rank * area + tokens * bands * area * width,
             "hidden": reduce + tokens * bands * rank * half + tokens * rank * half * width}
    return min(costs, key=lambda name: costs[name])


def slabs(image: Tensor, patch_px: int, keep: Tensor | None, bands_first: bool, dtype: torch.dtype = torch.float32,
          centre: float = 0.0) -> Iterator[Tensor]:
    """Pixels of patches, a few rows of patches at a time; those that ``keep`` names at once.

    Args:
        image: (B, C, H, W), sides divisible by the patch.
        patch_px: side k of a patch.
        keep: (B, M) positions of patches, row-major over the image; all for None.
        bands_first: order of the results' axes.
        dtype: of the results.
        centre: subtracted from the pixels before.

    Yields:
        (B, C, n, p) or (B, n, C, p), p = k^2 pixels row-major inside a patch.
    """
    def prepared(pixels: Tensor) -> Tensor:
        return (pixels - centre if centre else pixels).to(dtype)

    if keep is not None:
        yield prepared(chosen_patches(image, patch_px, keep, bands_first))
        return
    batch, bands, _, cols = image.shape
    for slab in image.split(patch_px * max(1, SLAB_VALUES // (batch * bands * patch_px * cols)), dim=2):
        yield patches_in_order(prepared(slab), patch_px, bands_first)


def patches_in_order(image: Tensor, patch_px: int, bands_first: bool) -> Tensor:
    """All pixels of (B, C, H, W), see `slabs`."""
    # Eight bfloat16 are moved as one element of 16 bytes, three times as fast.
    wide = image.dtype == torch.bfloat16 and patch_px % 8 == 0 and image.is_contiguous() and not image.requires_grad
    elements, across = (image.view(torch.complex128), patch_px // 8) if wide else (image, patch_px)
    cells = elements.unflatten(3, (-1, across)).unflatten(2, (-1, patch_px))  # (B, C, rows, k, cols, k) of patches
    ordered = cells.permute((0, 1, 2, 4, 3, 5) if bands_first else (0, 2, 4, 1, 3, 5)).contiguous().flatten(4)
    axis = 2 if bands_first else 1
    return (ordered.view(image.dtype) if wide else ordered).flatten(axis, axis + 1)


def chosen_patches(image: Tensor, patch_px: int, keep: Tensor, bands_first: bool) -> Tensor:
    """Pixels of the patches ``keep`` alone, see `slabs`; gathered by lines of k pixels, each in one piece in memory."""
    batch, bands, rows, cols = image.shape
    across = cols // patch_px
    sample, band = (torch.arange(count, device=image.device) for count in (batch, bands))
    plane = sample.view(-1, 1, 1, 1) * bands + (band.view(1, -1, 1, 1) if bands_first else band.view(1, 1, -1, 1))
    place = keep.unsqueeze(1 if bands_first else 2).unsqueeze(-1)
    line = plane * rows + place // across * patch_px + torch.arange(patch_px, device=image.device)
    index = line * across + place % across
    return image.reshape(-1, patch_px).index_select(0, index.flatten()).view(*index.shape[:3], -1)
