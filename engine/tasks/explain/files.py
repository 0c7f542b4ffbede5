"""Band weights as a table or as JSON. Neither holds times, so that the same inputs give the same bytes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...errors import OutputError
from ..staging import write_text
from .request import ExplainResult

SUFFIXES = (".csv", ".json")
PER_BAND = ("spectrum", "spread", "gain", "response", "content_shift")


def check_suffix(path: str) -> None:
    """Raise `OutputError` unless the name says which of the two formats to write."""
    if Path(path).suffix.lower() not in SUFFIXES:
        raise OutputError(f"The band weights would be saved as {Path(path).name}.",
                          f"Give it a name that ends in {' or '.join(SUFFIXES)}.")


def write_result(path: Path, result: ExplainResult, suffix: str) -> None:
    """Write one of `SUFFIXES`."""
    if suffix == ".json":
        body = {name: value for name, value in asdict(result).items() if name not in ("output", "seconds")}
        write_text(path, json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        write_text(path, to_csv(result))


def to_csv(result: ExplainResult) -> str:
    """A row for each place and band; with a trained model also a column ``drop CLASS`` for each class."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    classes = {need.id: need.name for place in result.places for need in place.classes}
    writer.writerow(["place", "x", "y", "band", "wavelength_nm", "fwhm_nm", "good", "reason", *PER_BAND,
                     *(f"drop {classes[number]}" for number in sorted(classes))])
    for number, place in enumerate(result.places, 1):
        drops = [need.drop for need in sorted(place.classes, key=lambda need: need.id)]
        columns: list[list[Any]] = [*(getattr(place, name) for name in PER_BAND), *drops]
        for i, band in enumerate(result.bands):
            writer.writerow([number, place.x, place.y, band.band, band.wavelength_nm, band.fwhm_nm, int(band.good),
                             band.reason, *("" if column[i] is None else column[i] for column in columns)])
    return text.getvalue()
