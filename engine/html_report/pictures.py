"""Pictures of a report: small, and inside the page."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..raster.legend import ClassInfo
from .page import text

MAX_SIDE_PX = 640
SMALL_PX = 260
# Low confidence draws the eye, as in the layer's style.
CONFIDENCE_RAMP = ((0.0, (122, 1, 119)), (0.4, (197, 27, 138)), (0.6, (247, 104, 161)), (0.8, (251, 180, 185)),
                   (1.0, (254, 235, 226)))


def step_for(shape: tuple[int, int]) -> int:
    """Every how many pixels a picture of at most `MAX_SIDE_PX` takes one."""
    return max(1, -(-max(shape) // MAX_SIDE_PX))


def class_picture(values: NDArray[np.uint8], classes: Sequence[ClassInfo]) -> NDArray[np.uint8]:
    """(rows, cols, 4) of class ids (rows, cols); no class is transparent."""
    colors = np.zeros((256, 4), np.uint8)
    for info in classes:
        colors[info.id] = (*info.color, 255)
    return colors[values]


def ramp_picture(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(rows, cols, 4) of numbers 0..1 (rows, cols); below 0 is transparent."""
    stops = [at for at, _ in CONFIDENCE_RAMP]
    channels = [np.interp(values, stops, [color[k] for _, color in CONFIDENCE_RAMP]) for k in range(3)]
    return np.stack([*channels, np.where(values < 0, 0, 255)], axis=-1).astype(np.uint8)


def color_picture(bands: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(rows, cols, 4) of (3, rows, cols) red, green and blue, each stretched from its 2nd to its 98th percentile."""
    shown = np.isfinite(bands).all(axis=0)
    channels = []
    for band in bands:
        low, high = np.percentile(band[shown], (2, 98)) if shown.any() else (0.0, 1.0)
        channels.append(np.clip((np.nan_to_num(band) - low) / max(high - low, 1e-9), 0, 1) * 255)
    return np.stack([*channels, np.where(shown, 255, 0)], axis=-1).astype(np.uint8)


def figure(pixels: NDArray[np.uint8], caption: str, extra: str = "") -> str:
    """A picture with its caption; ``caption`` is plain text, ``extra`` HTML."""
    # Small pictures are enlarged by whole numbers, so that pixels stay square and sharp.
    factor = max(1, SMALL_PX // max(pixels.shape[:2]))
    data = base64.b64encode(png(pixels.repeat(factor, 0).repeat(factor, 1))).decode("ascii")
    return (f'<figure><img alt="{text(caption)}" src="data:image/png;base64,{data}">'
            f"<figcaption>{text(caption)}{extra}</figcaption></figure>")


def ramp_legend() -> str:
    """The colours of `ramp_picture`."""
    stops = ",".join(f"rgb{color} {at:.0%}" for at, color in CONFIDENCE_RAMP)
    return f'<br>0<span class="ramp" style="background:linear-gradient(90deg,{stops})"></span>1'


def png(pixels: NDArray[np.uint8]) -> bytes:
    """(rows, cols, 4) red, green, blue, alpha as PNG (ISO/IEC 15948); the same pixels give the same bytes."""
    rows, cols, _ = pixels.shape
    lines = np.concatenate([np.zeros((rows, 1), np.uint8), pixels.reshape(rows, cols * 4)], axis=1)
    header = struct.pack(">IIBBBBB", cols, rows, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b"")))
