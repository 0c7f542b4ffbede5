"""The part of a report that says how far its probabilities can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..html_report.charts import calibration
from ..html_report.page import Section, facts

HINT = ("Bars: how often the class was right where held-out labels were given this probability. Lines: the probability "
        "itself. Where bars end at the lines, probabilities mean what they say.")


def calibration_section(found: Mapping[str, Any] | None, things: str = "pixels") -> Section:
    """Reliability and the error before and after calibration; empty without held-out labels.

    Args:
        found: a `Calibration` as a dictionary.
        things: what was held out.
    """
    if not found:
        return Section("Calibration", "")
    chart = calibration([(b["confidence"], b["accuracy"], b["pixels"]) for b in found["curve"]])
    words = facts([("Temperature", f"{found['temperature']:g}"), ("Expected calibration error", f"{found['ece']:.3f}"),
                   ("Before calibration", f"{found['ece_raw']:.3f}"),
                   (f"Held-out {things}", sum(b["pixels"] for b in found["curve"]))])
    return Section("Calibration", f'<div class="two">{chart}{words}</div>', HINT)
