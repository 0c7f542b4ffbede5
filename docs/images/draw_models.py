"""Draws the figures of docs/models.md; run it from the repository's root: python docs/images/draw_models.py.

Sizes come from the architectures themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.models.specaware.config import PRESETS as SPECAWARE
from engine.models.specaware.upernet import NECK_SCALES, POOL_SIDES, UPerNetConfig
from engine.models.spectralgpt.config import PRESETS as SPECTRALGPT
from engine.models.spectralgpt.config import DenseConfig

COLUMN, ROW, WIDE, HIGH, MARGIN = 250, 92, 226, 62, 14
COLOURS = {"data": ("#e8eef7", "#3f6fb0"), "net": ("#eaf4ea", "#3a7d44"), "made": ("#fdf1dd", "#b7791f"),
           "out": ("#f6e8ee", "#a63d6b")}


@dataclass(frozen=True)
class Box:
    """A step: what it is, and the shape of what it gives.

    Attributes:
        col: column, may lie between two.
        row: row from the top.
        title: what it does.
        shape: shape of its result.
        kind: ``data``, ``net`` (weights learnt), ``made`` (weights generated) or ``out``.
    """

    col: float
    row: float
    title: str
    shape: str
    kind: str = "net"

    @property
    def left(self) -> float:
        """Left edge in px."""
        return MARGIN + self.col * COLUMN

    @property
    def top(self) -> float:
        """Upper edge in px."""
        return MARGIN + self.row * ROW


def draw(boxes: dict[str, Box], arrows: Sequence[tuple[str, str]], alt: str) -> str:
    """SVG of boxes by name and arrows from one to another."""
    width = max(b.left for b in boxes.values()) + WIDE + MARGIN
    height = max(b.top for b in boxes.values()) + HIGH + MARGIN
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
             f'height="{height:g}" role="img" font-family="Helvetica, Arial, sans-serif"><title>{escape(alt)}</title>',
             '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
             'orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>',
             f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>']
    parts += [_arrow(boxes[start], boxes[end]) for start, end in arrows]
    parts += [_box(box) for box in boxes.values()]
    return "\n".join([*parts, "</svg>\n"])


def _arrow(start: Box, end: Box) -> str:
    """From the lower edge to the upper one, or sideways within a row."""
    if start.row == end.row:
        right = end.col > start.col
        x1, x2 = (start.left + WIDE, end.left - 2) if right else (start.left, end.left + WIDE + 2)
        path = f"M{x1:g} {start.top + HIGH / 2:g}H{x2:g}"
    else:
        x1, y1, x2, y2 = start.left + WIDE / 2, start.top + HIGH, end.left + WIDE / 2, end.top - 2
        # Far boxes are met at the near side of their edge, so that arrows do not cross in one point.
        x2 += max(-80, min(80, (x1 - x2) / 4))
        middle = y2 - 20 + min(9, abs(x1 - x2) / 45)  # lines from afar run lower, so that none lie on another
        path = f"M{x1:g} {y1:g}V{y2:g}" if abs(x1 - x2) < 1 else f"M{x1:g} {y1:g}V{middle:g}H{x2:g}V{y2:g}"
    return f'<path d="{path}" fill="none" stroke="#555" stroke-width="1.4" marker-end="url(#a)"/>'


def _box(box: Box) -> str:
    fill, edge = COLOURS[box.kind]
    centre = box.left + WIDE / 2
    return (f'<rect x="{box.left:g}" y="{box.top:g}" width="{WIDE}" height="{HIGH}" rx="7" fill="{fill}" '
            f'stroke="{edge}" stroke-width="1.4"/>'
            f'<text x="{centre:g}" y="{box.top + 26:g}" text-anchor="middle" font-size="13.5" fill="#1b1b1b">'
            f'{escape(box.title)}</text>'
            f'<text x="{centre:g}" y="{box.top + 47:g}" text-anchor="middle" font-size="12.5" fill="#444" '
            f'font-family="Menlo, Consolas, monospace">{escape(box.shape)}</text>')


def _times(factor: float, side: str) -> str:
    """Rows and columns of a map ``factor`` times as large as the grid of patches."""
    return f"{side}, {side}" if factor == 1 else f"{factor:g} {side}, {factor:g} {side}"


def specaware_encoder() -> str:
    """The encoder of SpecAware."""
    c = SPECAWARE["specaware-base"]
    area, w = c.patch_px ** 2, c.wv_planes
    boxes = {
        "meta": Box(0, 0, "bands, sensor, level", "C wavelengths and FWHM", "data"),
        "image": Box(1.5, 0, "image", "B, C, H, W", "data"),
        "fourier": Box(0, 1, "Fourier + MLP + text vectors", f"1, C, {w}"),
        "pool": Box(1, 1, f"mean and max on {c.content_grid} x {c.content_grid}", f"B, C, 2 x {c.content_grid ** 2}"),
        "patch": Box(2, 1, f"patches of {c.patch_px} x {c.patch_px}", f"B, N, C, {area}", "data"),
        "bands": Box(0, 2, "transformer over the bands", f"1, C, {w}"),
        "content": Box(1, 2, "content branch", f"B, C, {w}"),
        "fusion": Box(0.5, 3, "fusion", f"B, C, {w}"),
        "u": Box(0, 4, "U of each band", f"B, C, {c.embed_dim}, {c.rank}", "made"),
        "v": Box(1, 4, "V of each band", f"B, C, {c.rank}, {area}", "made"),
        "sum": Box(1.5, 5, "scaler (sum of U V x + bias)", f"B, N, {c.embed_dim}"),
        "position": Box(1.5, 6, "+ positions, class token", f"B, N + 1, {c.embed_dim}"),
        "blocks": Box(1.5, 7, f"{c.depth} ViT blocks, {c.heads} heads", f"B, N + 1, {c.embed_dim}"),
        "gsd": Box(0.5, 6, "pixel size (GSD)", "metres", "data"),
        "out": Box(1.5, 8, f"maps after blocks {', '.join(str(i + 1) for i in c.feature_layers)}",
                   f"4 x (B, {c.embed_dim}, H/{c.patch_px}, W/{c.patch_px})", "out")}
    arrows = [("meta", "fourier"), ("fourier", "bands"), ("image", "pool"), ("image", "patch"), ("pool", "content"),
              ("bands", "fusion"), ("content", "fusion"), ("fusion", "u"), ("fusion", "v"), ("u", "sum"), ("v", "sum"),
              ("patch", "sum"), ("sum", "position"), ("gsd", "position"), ("position", "blocks"), ("blocks", "out")]
    return draw(boxes, arrows, "SpecAware encoder")


def specaware_autoencoder() -> str:
    """Masked pretraining of SpecAware."""
    c = SPECAWARE["specaware-base"]
    area, dim = c.patch_px ** 2, c.decoder_dim
    boxes = {
        "noise": Box(0, 0, "noise: a quarter stays", "B, N", "data"),
        "image": Box(1, 0, "image", "B, C, H, W", "data"),
        "meta": Box(2, 0, "the encoder's meta branch", f"1, C, {c.wv_planes}"),
        "embed": Box(1, 1, "embed visible patches only", f"B, N/4, {c.embed_dim}"),
        "encode": Box(1, 2, f"{c.depth} encoder blocks", f"B, N/4 + 1, {c.embed_dim}"),
        "decode": Box(1, 3, "to the decoder, + mask tokens", f"B, N + 1, {dim}"),
        "blocks": Box(1, 4, f"{c.decoder_depth} blocks, {c.decoder_heads} heads", f"B, N + 1, {dim}"),
        "pooled": Box(2, 4, "attention pooling, fusion", f"B, C, {c.wv_planes}"),
        "factors": Box(2, 5, f"U ({area} x {c.decoder_rank}), V ({c.decoder_rank} x {dim})", "B, C bands of each",
                       "made"),
        "out": Box(1, 6, "HyperLinear: U V y + bias", f"B, N, {area} C", "out"),
        "loss": Box(1, 7, "1 - cosine, 2 x Charbonnier", "over hidden pixels", "out"),
        "target": Box(0, 6, "pixels of the patches", f"B, N, {area} C", "data")}
    arrows = [("noise", "embed"), ("image", "embed"), ("meta", "embed"), ("embed", "encode"), ("encode", "decode"),
              ("decode", "blocks"), ("blocks", "pooled"), ("pooled", "factors"), ("factors", "out"), ("blocks", "out"),
              ("out", "loss"), ("target", "loss")]
    return draw(boxes, arrows, "SpecAware masked autoencoder")


def specaware_upernet() -> str:
    """Segmentation with SpecAware."""
    c = UPerNetConfig(SPECAWARE["specaware-base"], classes=1)
    e, p, s = c.encoder.embed_dim, c.pyramid_dim, c.segmentation_dim
    boxes = {f"in{i}": Box(i, 0, f"after block {layer + 1}", f"B, {e}, G, G", "data")
             for i, layer in enumerate(c.encoder.feature_layers)}
    boxes |= {f"neck{i}": Box(i, 1, f"1 x 1, x {scale:g}, 3 x 3", f"B, {p}, {_times(scale, 'G')}")
              for i, scale in enumerate(NECK_SCALES)}
    boxes |= {f"top{i}": Box(i, 2, "+ next coarser one" if i < 3 else f"pooled to {', '.join(map(str, POOL_SIDES))}",
                             f"B, {p}, {_times(scale, 'G')}") for i, scale in enumerate(NECK_SCALES)}
    boxes |= {"join": Box(1.5, 3, "enlarge, join, 3 x 3", f"B, {s}, H, W"),
              "out": Box(1.5, 4, "1 x 1", "B, classes, H, W", "out")}
    arrows = [(f"{a}{i}", f"{b}{i}") for i in range(4) for a, b in (("in", "neck"), ("neck", "top"))]
    arrows += [(f"top{i + 1}", f"top{i}") for i in range(3)] + [(f"top{i}", "join") for i in range(4)]
    return draw(boxes, [*arrows, ("join", "out")], "UPerNet on SpecAware")


def spectralgpt() -> str:
    """SpectralGPT's encoder and masked autoencoder."""
    c = SPECTRALGPT["spectralgpt-base"]
    places, dim = c.grid_side ** 2, c.embed_dim
    tokens = c.groups * places
    boxes = {
        "image": Box(0.5, 0, f"{c.bands} bands of Sentinel-2, 0..1", f"B, {c.bands}, {c.image_px}, {c.image_px}",
                     "data"),
        "cut": Box(0.5, 1, f"cubes of {c.bands_per_token} bands x {c.patch_px} x {c.patch_px} px",
                   f"B, {tokens}, {c.token_values}", "data"),
        "embed": Box(0.5, 2, "3-D patch embedding", f"B, {tokens}, {dim}"),
        "spatial": Box(1.5, 2, "positions: place + group", f"{places} + {c.groups} rows of {dim}"),
        "all": Box(0, 3, "all tokens", f"B, {tokens}, {dim}"),
        "some": Box(1, 3, "a tenth stays visible", f"B, {int(tokens * 0.1)}, {dim}"),
        "blocks": Box(0, 4, f"{c.depth} blocks, {c.heads} heads", f"B, {tokens}, {dim}"),
        "mblocks": Box(1, 4, f"the same {c.depth} blocks", f"B, {int(tokens * 0.1)}, {dim}"),
        "out": Box(0, 5, "norm: features", f"B, {c.groups} x {places}, {dim}", "out"),
        "decode": Box(1, 5, f"+ mask tokens, {c.decoder_depth} blocks", f"B, {tokens}, {c.decoder_dim}"),
        "pred": Box(1, 6, "linear: values of each cube", f"B, {tokens}, {c.token_values}", "out"),
        "loss": Box(1, 7, "token + spectral error", "hidden tokens; all tokens", "out")}
    arrows = [("image", "cut"), ("cut", "embed"), ("spatial", "embed"), ("embed", "all"), ("embed", "some"),
              ("all", "blocks"), ("some", "mblocks"), ("blocks", "out"), ("mblocks", "decode"), ("decode", "pred"),
              ("pred", "loss")]
    return draw(boxes, arrows, "SpectralGPT encoder and masked autoencoder")


def spectralgpt_dense() -> str:
    """Segmentation and change detection with SpectralGPT."""
    c, d = SPECTRALGPT["spectralgpt-base"], DenseConfig()
    g = "g, g"
    boxes = {
        "one": Box(1, 0, "tokens of the image", f"B, {c.groups} x g^2, {c.embed_dim}", "data"),
        "two": Box(2, 0, "change: of the other date", f"B, {c.groups} x g^2, {c.embed_dim}", "data"),
        "fuse": Box(1, 1, "weighted sum of the groups", f"B, {c.embed_dim}, {g}"),
        "diff": Box(2, 1, "the same; difference", f"B, {c.embed_dim}, {g}")}
    boxes |= {f"level{i}": Box(i, 2, f"1 x 1, norm, x {f}", f"B, {d.out[i]}, {_times(f, 'g')}")
              for i, f in enumerate((8, 4, 2, 1))}
    boxes |= {f"top{i}": Box(i, 3, "+ next coarser one" if i < 3 else "maxima over 1, 2, 3, 6 parts",
                             f"B, {d.neck}, {_times(f, 'g')}")
              for i, f in enumerate((8, 4, 2, 1))}
    boxes |= {"join": Box(1.5, 4, "enlarge, join, 1 x 1", f"B, {d.neck}, H, W"),
              "out": Box(1.5, 5, "3 x 3", "B, classes, H, W", "out")}
    arrows = [("one", "fuse"), ("two", "diff"), ("diff", "fuse")] + [("fuse", f"level{i}") for i in range(4)]
    arrows += [(f"level{i}", f"top{i}") for i in range(4)] + [(f"top{i + 1}", f"top{i}") for i in range(3)]
    arrows += [(f"top{i}", "join") for i in range(4)]
    return draw(boxes, [*arrows, ("join", "out")], "SpectralGPT segmentation and change detection")


FIGURES = {"model-specaware": specaware_encoder, "model-specaware-masked": specaware_autoencoder,
           "model-specaware-upernet": specaware_upernet, "model-spectralgpt": spectralgpt,
           "model-spectralgpt-dense": spectralgpt_dense}

if __name__ == "__main__":
    for name, figure in FIGURES.items():
        Path(__file__).with_name(f"{name}.svg").write_text(figure())
