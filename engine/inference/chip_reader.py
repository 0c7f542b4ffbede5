"""Features of whole chips: statistics joined with the encoder's pooled tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import RasterError
from ..raster.chips import SAMPLED_CHIPS, Chip, ChipReader
from ..raster.sample import evenly
from ..reporting import Reporter, tracked
from .backbone import Backbone
from .chip_features import ChipStatistics, mean_and_spread
from .radiometry import input_scale
from .statistics import WINDOW_PX, BandStatistics, band_statistics, valid_pixels

Blocks = dict[str, NDArray[np.float32]]
TOKENS, MEAN_STD = "tokens", "mean and standard deviation"
# Chips of one size go through the encoder together.
ENCODED_TOGETHER = 8


class ChipFeatureReader:
    """Reads the features of chips.

    Args:
        reader: reads the chips.
        backbone: the encoder.
        side_px: short side of the smallest chip, None where sizes are very unlike (see `ChipStatistics`).
        sample: chips to take the bands' statistics from, for an encoder that needs them; some of them are read.

    Raises:
        RasterError: a chip cannot be read, or none of those that were read holds data.
    """

    def __init__(self, reader: ChipReader, backbone: Backbone, side_px: int | None, sample: Sequence[Chip]) -> None:
        self._reader, self._backbone, layout = reader, backbone, reader.layout
        self._bands = self._learn(sample) if backbone.standardises else None
        self._statistics = ChipStatistics(layout.bands, layout.mean, side_px)
        self._scale = input_scale(layout.meta.level, layout.mean)

    def read(self, chips: Sequence[Chip], reporter: Reporter) -> tuple[Blocks, NDArray[np.intp]]:
        """Blocks (n, features) of the n chips that hold data, and their (n,) positions in ``chips``.

        What a chip cannot show is NaN.

        Raises:
            RasterError: a chip cannot be read.
            ModelError: the encoder does not take these bands.
        """
        rows: list[dict[str, NDArray[np.float32]]] = []
        kept: list[int] = []
        waiting: list[NDArray[np.float32]] = []
        tokens: list[NDArray[np.float32]] = []
        for at, chip in enumerate(tracked(chips, len(chips), reporter, "reading chips")):
            values = self._reader.read(chip)
            if not valid_pixels(values).any():
                continue
            if (waiting and waiting[0].shape != values.shape) or len(waiting) == ENCODED_TOGETHER:
                tokens.append(self._encode(waiting, reporter))
                waiting = []
            waiting.append(values)
            kept.append(at)
            rows.append(self._blocks(values))
        if waiting:
            tokens.append(self._encode(waiting, reporter))
        if not rows:
            return {}, np.array([], np.intp)
        blocks = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
        return blocks | {TOKENS: np.concatenate(tokens)}, np.array(kept, np.intp)

    def _blocks(self, values: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        plain = np.nan_to_num(np.concatenate(mean_and_spread(values.reshape(len(values), -1))))
        return self._statistics(values) | {MEAN_STD: plain}

    def _encode(self, chips: Sequence[NDArray[np.float32]], reporter: Reporter) -> NDArray[np.float32]:
        layout = self._reader.layout
        return self._backbone.encode_chips(np.stack(chips), layout.bands, layout.meta, self._scale, reporter,
                                           self._bands)

    def _learn(self, chips: Sequence[Chip]) -> BandStatistics:
        """Statistics of the bands over a corner of some chips."""
        corners = [self._reader.read(chips[i])[:, :WINDOW_PX, :WINDOW_PX] for i in evenly(len(chips), SAMPLED_CHIPS)]
        held = [values for values in corners if valid_pixels(values).any()]
        if not held:
            raise RasterError(f"None of {len(corners)} chips spread over the list holds data.",
                              "Check the nodata value of the files.")
        return band_statistics(held)
