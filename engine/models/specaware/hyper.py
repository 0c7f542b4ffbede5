"""HyperEmbedding: tokens from patches with generated per-band weights (specification sections 6 to 8 and 14)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...errors import WavelengthError
from ..vit import init_linear, init_scaled
from .config import INTEGRAL, SUM, SpecAwareConfig
from .content import ContentFeatureExtractor
from .contractions import cheapest_contraction, slabs
from .contractions import contraction as make_contraction
from .fusion import CrossModalFusion
from .generators import BandFactors, MatrixGenerator
from .meta import SpectralAwareTransformer, SpectralEmbedding
from .spectral_input import SpectralInput


def patchify(image: Tensor, patch_px: int) -> Tensor:
    """(B, C, H, W) -> (B, N, C, p): patches row-major over the image, p = patch_px^2 pixels row-major inside."""
    batch, bands, rows, cols = image.shape
    grid = image.view(batch, bands, rows // patch_px, patch_px, cols // patch_px, patch_px)
    return grid.permute(0, 2, 4, 1, 3, 5).reshape(batch, -1, bands, patch_px * patch_px)


def visible(tokens: Tensor, keep: Tensor | None) -> Tensor:
    """The tokens (B, N, ...) at positions ``keep`` (B, M), in that order; all of them for None."""
    if keep is None:
        return tokens
    index = keep.view(*keep.shape, *[1] * (tokens.ndim - 2)).expand(-1, -1, *tokens.shape[2:])
    return tokens.expand(len(keep), *tokens.shape[1:]).gather(1, index)


class HyperEmbedding(nn.Module):
    """Generates every band's embedding weights from its metadata and its content, and applies them.

    token = scaler * (sum_c U_c V_c (x_c - input_centre) + bias). The array (tokens x bands x width) is never built.
    """

    def __init__(self, config: SpecAwareConfig) -> None:
        super().__init__()
        width, dropout = config.wv_planes, config.hyper_dropout
        self.config = config
        self.spectral_embedding = SpectralEmbedding(width, dropout)
        self.spectral_aware_transformer = SpectralAwareTransformer(width, config.hyper_layers, config.hyper_heads)
        self.content_feature_extractor = ContentFeatureExtractor(config.content_grid, width, dropout)
        self.matrix_generator = MatrixGenerator(width, config.embed_dim, config.patch_px ** 2, config.rank, dropout)
        self.feature_fusion = CrossModalFusion(width, dropout)
        self.scaler = nn.Parameter(torch.tensor(0.02))
        self._meta_cache: dict[tuple[object, ...], Tensor] = {}
        # Published initialisation for the published models; ours keeps sizes so that an hour of training suffices.
        self.apply(init_linear if config.band_reduction == SUM else init_scaled)
        nn.init.zeros_(self.matrix_generator.bias_generator[-1].weight)  # type: ignore[arg-type]

    def metadata(self, spectral: SpectralInput) -> Tensor:
        """Enhanced meta embedding m, (1 or B, C, w) float32; kept per configuration at inference."""
        with torch.autocast(self.scaler.device.type, enabled=False):
            if self.training or torch.is_grad_enabled():
                return self.spectral_aware_transformer(self.spectral_embedding(spectral))
            weights = [*self.spectral_embedding.parameters(), *self.spectral_aware_transformer.parameters()]
            key = (*spectral.cache_key(), self.scaler.device, sum(w._version for w in weights), id(weights[0]))
            if key not in self._meta_cache:
                if len(self._meta_cache) >= 16:
                    self._meta_cache.clear()
                self._meta_cache[key] = self.spectral_aware_transformer(self.spectral_embedding(spectral))
            return self._meta_cache[key]

    def weighed(self, image: Tensor, spectral: SpectralInput) -> Tensor:
        """An image (B, C, H, W) whose bands count as ``band_reduction`` says, ready to be embedded."""
        if self.config.band_reduction != INTEGRAL:
            return image
        centre = self.config.input_centre
        return centre + (image - centre) * self.shares(spectral).to(image)[..., None, None]

    def shares(self, spectral: SpectralInput) -> Tensor:
        """(C,) or (B, C) factors on the kernels of the bands; ones unless ``band_reduction`` is ``integral``."""
        if self.config.band_reduction == INTEGRAL:
            return spectral.shares
        return torch.ones(torch.as_tensor(spectral.wavelength_nm).shape)

    def conditional(self, image: Tensor, meta: Tensor) -> Tensor:
        """Conditional input h (B, C, w) from the image (B, C, H, W) and its meta embedding (1 or B, C, w)."""
        content = self.content_feature_extractor(image)
        meta = meta.expand(len(image), -1, -1)
        return self.feature_fusion(meta, content) + meta

    def unconditional(self, meta: Tensor) -> Tensor:
        """Conditional input (1 or B, C, w) from the meta embedding alone: the content is a vector of zeros."""
        return self.feature_fusion(meta, torch.zeros_like(meta)) + meta

    def factors(self, conditional: Tensor) -> BandFactors:
        """All bands' U (B, C, E, r), V (B, C, r, p) and the bias (B, E)."""
        return BandFactors(self.matrix_generator.u(conditional), self.matrix_generator.v(conditional),
                           self.matrix_generator.bias_generator(conditional.mean(dim=1)))

    def forward(self, image: Tensor, meta: Tensor, keep: Tensor | None = None, content: Tensor | None = None,
                contraction: str = "auto") -> Tensor:
        """Embed an image.

        Args:
            image: (B, C, H, W) as `weighed`, sides divisible by the patch.
            meta: (1 or B, C, w) from `metadata`.
            keep: (B, M) patches to embed, all for None.
            content: image for the content branch, if not the same.
            contraction: one of `contractions.CONTRACTIONS`, or ``auto`` for the cheapest (section 14).

        Returns:
            (B, N or M, E) tokens, float32, before positions.

        Raises:
            WavelengthError: the image has another number of bands than the metadata.
        """
        if image.shape[1] != meta.shape[1]:
            raise WavelengthError(f"The image has {image.shape[1]} bands, its metadata {meta.shape[1]}.",
                                  "Give one wavelength for each band.")
        conditional = self.conditional(image if content is None else content, meta)
        if contraction == "auto":
            tokens = image.shape[2] * image.shape[3] // self.config.patch_px ** 2 if keep is None else keep.shape[1]
            contraction = cheapest_contraction(self.config, tokens, image.shape[1])
        total = self._total(image, conditional, keep, contraction)
        if self.config.band_reduction != SUM:
            total = total * (self.config.reference_bands / image.shape[1])
        bias = self.matrix_generator.bias_generator(conditional.mean(dim=1)).float()
        return self.scaler * (total + bias.unsqueeze(1))

    def _total(self, image: Tensor, conditional: Tensor, keep: Tensor | None, name: str) -> Tensor:
        """Sum over the bands, (B, N or M, E)."""
        way = make_contraction(name, self.matrix_generator, conditional)
        with torch.autocast(image.device.type, enabled=False):
            pixels = slabs(image, self.config.patch_px, keep, way.bands_first, way.dtype, self.config.input_centre)
            return torch.cat([way.apply(part) for part in pixels], dim=1)
