"""Short labels drawn into a picture, with letters of 5 x 7 dots: enough for the axes of a curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

COLS, GAP_PX, SCALE = 5, 1, 2
# Rows from top to bottom, as numbers of five bits.
GLYPHS = {
    "0": (14, 17, 19, 21, 25, 17, 14), "1": (4, 12, 4, 4, 4, 4, 14), "2": (14, 17, 1, 2, 4, 8, 31),
    "3": (31, 2, 4, 2, 1, 17, 14), "4": (2, 6, 10, 18, 31, 2, 2), "5": (31, 16, 30, 1, 1, 17, 14),
    "6": (6, 8, 16, 30, 17, 17, 14), "7": (31, 1, 2, 4, 8, 8, 8), "8": (14, 17, 17, 14, 17, 17, 14),
    "9": (14, 17, 17, 15, 1, 2, 12), ".": (0, 0, 0, 0, 0, 12, 12), "-": (0, 0, 0, 31, 0, 0, 0),
    " ": (0, 0, 0, 0, 0, 0, 0), "F": (31, 16, 16, 30, 16, 16, 16), "a": (0, 0, 14, 1, 15, 17, 15),
    "c": (0, 0, 14, 16, 16, 17, 14), "d": (1, 1, 13, 19, 17, 17, 15), "e": (0, 0, 14, 17, 31, 16, 14),
    "h": (16, 16, 22, 25, 17, 17, 17), "l": (12, 4, 4, 4, 4, 4, 14), "m": (0, 0, 26, 21, 21, 17, 17),
    "o": (0, 0, 14, 17, 17, 17, 14), "p": (0, 0, 30, 17, 30, 16, 16), "r": (0, 0, 22, 25, 16, 16, 16),
    "s": (0, 0, 14, 16, 14, 1, 30), "t": (8, 8, 28, 8, 8, 9, 6), "u": (0, 0, 17, 17, 17, 19, 13)}


def text_mask(text: str) -> NDArray[np.bool_]:
    """(14, width) True where a text has ink; characters without a glyph leave a gap."""
    shapes = [np.array([[row >> (COLS - 1 - col) & 1 for col in range(COLS)] + [0] * GAP_PX
                        for row in GLYPHS.get(letter, GLYPHS[" "])], bool) for letter in text]
    return np.concatenate(shapes, axis=1).repeat(SCALE, 0).repeat(SCALE, 1)


def draw_text(image: NDArray[np.uint8], text: str, row: int, col: int, color: tuple[int, int, int],
              align: float = 0.0) -> None:
    """Write a text into (rows, cols, 3).

    Args:
        image: changed in place; what lies outside is cut off.
        text: of characters in `GLYPHS`.
        row: of its middle.
        col: where it begins (``align`` 0), has its middle (0.5) or ends (1).
        color: red, green and blue.
        align: see ``col``.
    """
    mask = text_mask(text)
    rows, cols = np.nonzero(mask)
    rows, cols = rows + row - mask.shape[0] // 2, cols + col - round(align * mask.shape[1])
    inside = (rows >= 0) & (rows < image.shape[0]) & (cols >= 0) & (cols < image.shape[1])
    image[rows[inside], cols[inside]] = color
