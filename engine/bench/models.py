"""Speed and memory of the models' costly pieces, each against its formula written plainly, in one process.

The two run in turn and medians are compared, so that other work on the machine hits both alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median

import torch
from torch import Tensor

from ..inference.device import Device, pick_device
from ..models.specaware import PRESETS, SpecAwareAutoencoder, SpecAwareConfig, SpectralInput
from ..models.specaware.autoencoder import mask_from_noise
from ..models.specaware.upernet import Neck, UPerNetDecoder
from ..models.vit import run_blocks
from . import plain
from .memory import allocated_peak

GSD_M, MASK_RATIO = 10.0, 0.75
EXACT, GRADIENT, HALF = 1e-5, 1e-4, 2e-2  # tolerated errors of rearrangements, their gradients, and of bfloat16


@dataclass(frozen=True)
class Workload:
    """Sizes to measure at: by default the published base model at the size of its pretraining.

    Attributes:
        config: architecture of the encoder and its decoder.
        bands: of the image.
        side_px: of the image.
        pyramid_dim: channels of UPerNet's pyramid.
        segmentation_dim: channels it gives.
    """

    config: SpecAwareConfig = PRESETS["specaware-base"]
    bands: int = 224
    side_px: int = 224
    pyramid_dim: int = 256
    segmentation_dim: int = 64


@dataclass(frozen=True)
class Piece:
    """Two ways to the same result.

    Attributes:
        name: what is computed.
        reference: the plain way.
        ours: the other.
        tolerance: allowed difference over the largest value.
        speed: wanted ratio of speeds, 0 for none.
        memory: wanted ratio of peak extra memory, 0 for none.
    """

    name: str
    reference: Callable[[], Tensor]
    ours: Callable[[], Tensor]
    tolerance: float
    speed: float
    memory: float = 0.0


@dataclass(frozen=True)
class Measured:
    """What was found for a piece; times are medians, memory is the peak of tensors made on the way."""

    name: str
    reference_s: float
    ours_s: float
    reference_bytes: int
    ours_bytes: int
    error: float
    tolerance: float
    wanted_speed: float
    wanted_memory: float

    @property
    def speed(self) -> float:
        """How many times as fast."""
        return self.reference_s / self.ours_s

    @property
    def memory(self) -> float:
        """How many times less memory."""
        return self.reference_bytes / max(self.ours_bytes, 1)

    @property
    def same(self) -> bool:
        """Results agree."""
        return self.error <= self.tolerance

    @property
    def reached(self) -> bool:
        """Results agree, and speed and memory are what was wanted."""
        return self.same and self.speed >= self.wanted_speed and self.memory >= self.wanted_memory


def measure(workload: Workload, repeats: int = 7, device: Device | None = None) -> Iterator[Measured]:
    """Measure one piece after the other, on the CPU.

    Args:
        workload: sizes.
        repeats: runs of each way, after one that is not timed.
        device: whose precision is compared with float32; the engine's choice for the CPU if None.
    """
    for piece in pieces(workload, device or pick_device("cpu")):
        yield compare(piece, repeats)


def compare(piece: Piece, repeats: int) -> Measured:
    """Run both ways of a piece in turn."""
    expected = piece.reference()
    error = float((piece.ours() - expected).abs().max() / expected.abs().max())
    del expected
    peaks = [allocated_peak(way) for way in (piece.reference, piece.ours)]
    times: list[list[float]] = [[], []]
    for _ in range(repeats):
        for way, found in zip((piece.reference, piece.ours), times, strict=True):
            started = time.perf_counter()
            way()
            found.append(time.perf_counter() - started)
    return Measured(piece.name, median(times[0]), median(times[1]), peaks[0], peaks[1], error, piece.tolerance,
                    piece.speed, piece.memory)


def pieces(workload: Workload, device: Device) -> Iterator[Piece]:
    """The pieces, made one at a time so that only one model is in memory."""
    torch.manual_seed(0)
    model = SpecAwareAutoencoder(workload.config).eval()
    image = torch.rand(1, workload.bands, workload.side_px, workload.side_px)
    spectral = SpectralInput(torch.linspace(400, 2450, workload.bands), torch.full((workload.bands,), 9.0))
    with torch.inference_mode():
        yield from _hypernetwork_pieces(model, image, spectral)
        if device.dtype != torch.float32:
            yield _precision_piece(model, image, spectral, device)
        yield _head_piece(workload)
    for parameter in model.parameters():  # they lie ready, so that they are in neither way's memory
        parameter.grad = torch.zeros_like(parameter)
    single = Device("cpu", torch.float32, "CPU")
    yield _decoding_piece(model, image, spectral)
    yield _step_piece(model, image, spectral, single)
    yield _step_piece(model, image, spectral, single, fused=True)
    if device.dtype != torch.float32:
        yield _step_piece(model, image, spectral, device)
    yield _step_piece(model, image, spectral, device, recompute=True)


def _hypernetwork_pieces(model: SpecAwareAutoencoder, image: Tensor, spectral: SpectralInput) -> Iterator[Piece]:
    embed, head = model.patch_embed, model.decoder_pred
    yield Piece("HyperEmbedding", lambda: plain.embed_tokens(embed, image, spectral),
                lambda: embed(image, embed.metadata(spectral)), EXACT, speed=4, memory=8)
    meta = embed.metadata(spectral)
    tokens = torch.randn(1, (image.shape[2] // model.config.patch_px) ** 2 + 1, model.config.decoder_dim)
    yield Piece("HyperLinear", lambda: plain.predict_pixels(head, tokens, meta), lambda: head(tokens, meta), EXACT,
                speed=3)


def _precision_piece(model: SpecAwareAutoencoder, image: Tensor, spectral: SpectralInput, device: Device) -> Piece:
    def features(kind: Device) -> Tensor:
        with kind.autocast():
            return torch.cat([layer.float() for layer in model(image, spectral, GSD_M).features], dim=1)

    single = Device("cpu", torch.float32, "CPU")
    return Piece(f"encoder, {_short(device.dtype)} against float32", lambda: features(single),
                 lambda: features(device), HALF, speed=2.5)


def _head_piece(workload: Workload) -> Piece:
    patch_px, width = workload.config.patch_px, workload.config.embed_dim
    neck = Neck(width, workload.pyramid_dim).eval()
    decoder = UPerNetDecoder(workload.pyramid_dim, workload.segmentation_dim).eval()
    grid = workload.side_px // patch_px
    features, size = [torch.randn(1, width, grid, grid) for _ in range(4)], (workload.side_px, workload.side_px)
    return Piece("UPerNet head", lambda: plain.segment(neck, decoder, features, size),
                 lambda: decoder(neck(features), size), EXACT, speed=2)


def _decoding_piece(model: SpecAwareAutoencoder, image: Tensor, spectral: SpectralInput) -> Piece:
    """HyperLinear as pretraining uses it, forward and backward: the losses look at hidden patches alone."""
    mask, meta = mask_from_noise(_noise(model, image), MASK_RATIO), model.patch_embed.metadata(spectral).detach()
    tokens = torch.randn(1, mask.hidden.shape[1] + 1, model.config.decoder_dim, requires_grad=True)

    def gradient(loss: Tensor) -> Tensor:
        return torch.autograd.grad(loss, tokens)[0]

    def reference() -> Tensor:
        prediction = plain.predict_pixels(model.decoder_pred, tokens, meta)[:, 1:]
        wanted = plain.target(image, model.config.patch_px)
        return gradient(torch.stack(plain.losses(prediction, wanted, mask.hidden, image.shape[1])).sum())

    return Piece("HyperLinear and losses of a step", reference,
                 lambda: gradient(model.losses(tokens, meta, image, mask)[0]), GRADIENT, speed=3)


def _step_piece(model: SpecAwareAutoencoder, image: Tensor, spectral: SpectralInput, device: Device,
                recompute: bool = False, fused: bool = False) -> Piece:
    """Forward and backward of a step, its result the loss; that gradients are the same, too, is tested elsewhere.

    ``recompute``: ours with blocks computed again; ``fused``: torch's fused attention in the plain way, too.
    """
    noise = _noise(model, image)

    def step(reconstruct: Callable[..., plain.AutoencoderOutput]) -> Tensor:
        with device.autocast():
            loss = reconstruct(image, spectral, GSD_M, noise, MASK_RATIO).loss
        loss.backward()
        return loss.detach()

    def ours() -> Tensor:
        model.recompute_blocks = recompute
        found = step(model.reconstruct)
        model.recompute_blocks = False
        return found

    def reference() -> Tensor:
        blocks = run_blocks if fused else plain.transform
        return step(partial(plain.reconstruct, model, blocks=blocks))

    name = f"masked pretraining step, {_short(device.dtype)}" + ", blocks computed again" * recompute
    return Piece(name + ", same blocks in both" * fused, reference, ours,
                 EXACT if device.dtype == torch.float32 else HALF, speed=0 if recompute or fused else 2,
                 memory=0 if fused else 2)


def _noise(model: SpecAwareAutoencoder, image: Tensor) -> Tensor:
    """Of the patches of an image, always the same."""
    patches = (image.shape[2] // model.config.patch_px) ** 2
    return torch.rand(1, patches, generator=torch.Generator().manual_seed(0))


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
