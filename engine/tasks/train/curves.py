"""Training curves as a table or a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray

from ...raster.source import gdal_settings
from ...training.fine_tuning.checkpoint import Epoch
from ..pixel_text import draw_text

WIDTH_PX, HEIGHT_PX, MARGIN_PX = 760, 420, 64
LOSS_COLOR, SCORE_COLOR, GRID_COLOR = (200, 76, 60), (38, 112, 190), (225, 225, 225)
TEXT_COLOR = (70, 70, 70)
TICKS = 8


def curves_csv(history: Sequence[Epoch]) -> str:
    """One line an epoch, counted from 1 (0 is the beginning); what needs held-out pixels is empty without any."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["epoch", "loss", "macro_f1", "held_out_loss", "rate"])
    for e in history:
        held_out = ["" if v is None else f"{v:.6f}" for v in (e.score, e.held_out_loss)]
        out.writerow([e.epoch, f"{e.loss:.6f}", *held_out, f"{e.rate:.3e}"])
    return text.getvalue()


def curves_png(path: Path, history: Sequence[Epoch]) -> None:
    """Loss (red, left axis from 0 to its largest value) and held-out macro-F1 (blue, right axis from 0 to 1)."""
    image = np.full((HEIGHT_PX, WIDTH_PX, 3), 255, np.uint8)
    loss = np.array([e.loss for e in history])
    top = max(float(loss.max()), 1e-9)
    scored = [i for i, e in enumerate(history) if e.score is not None]
    _axes(image, len(history) - 1, top, bool(scored))
    at = np.arange(len(history)) / max(len(history) - 1, 1)
    _line(image, np.column_stack([at, loss / top]), LOSS_COLOR, 3)
    if scored:
        _line(image, np.column_stack([at[scored], [history[i].score or 0.0 for i in scored]]), SCORE_COLOR, 3)
    with gdal_settings(), rasterio.open(path, "w", driver="PNG", dtype="uint8", count=3, height=HEIGHT_PX,
                                        width=WIDTH_PX) as out:
        out.write(image.transpose(2, 0, 1))
    path.with_name(path.name + ".aux.xml").unlink(missing_ok=True)


def _axes(image: NDArray[np.uint8], epochs: int, top: float, is_scored: bool) -> None:
    """Grid lines with numbers, and what the axes mean, in the colours of the curves."""
    right, bottom = WIDTH_PX - MARGIN_PX, HEIGHT_PX - MARGIN_PX
    for share in np.linspace(0, 1, 6):
        _line(image, np.array([[0, share], [1, share]]), GRID_COLOR, 1)
        row = round(HEIGHT_PX - 1 - MARGIN_PX - share * (HEIGHT_PX - 2 * MARGIN_PX))
        draw_text(image, f"{share * top:.2f}", row, MARGIN_PX - 8, LOSS_COLOR, 1.0)
        if is_scored:
            draw_text(image, f"{share:.1f}", row, right + 10, SCORE_COLOR)
    for epoch in sorted({round(v) for v in np.linspace(0, epochs, min(epochs + 1, TICKS))}):
        col = MARGIN_PX + round(epoch / max(epochs, 1) * (right - MARGIN_PX))
        draw_text(image, str(epoch), bottom + 16, col, TEXT_COLOR, 0.5)
    draw_text(image, "epoch", bottom + 42, WIDTH_PX // 2, TEXT_COLOR, 0.5)
    draw_text(image, "loss", MARGIN_PX // 2, MARGIN_PX, LOSS_COLOR)
    if is_scored:
        draw_text(image, "held-out macro-F1", MARGIN_PX // 2, right, SCORE_COLOR, 1.0)


def _line(image: NDArray[np.uint8], points: NDArray[np.float64], color: tuple[int, int, int], width_px: int) -> None:
    """Draw a polyline given in 0..1 (right, up) inside the margins."""
    inner = np.array([WIDTH_PX - 2 * MARGIN_PX, HEIGHT_PX - 2 * MARGIN_PX])
    xy = MARGIN_PX + points * inner
    dense = xy if len(xy) == 1 else np.concatenate([
        a + (b - a) * np.linspace(0, 1, 2 * WIDTH_PX // max(len(xy) - 1, 1) + 2)[:, None]
        for a, b in pairwise(xy)])
    cols, rows = dense[:, 0].round().astype(int), (HEIGHT_PX - 1 - dense[:, 1]).round().astype(int)
    half = width_px // 2
    for down in range(-half, half + 1):
        for right in range(-half, half + 1):
            image[np.clip(rows + down, 0, HEIGHT_PX - 1), np.clip(cols + right, 0, WIDTH_PX - 1)] = color
