"""Tables of the benchmark with few labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class Scored(Protocol):
    """A macro-F1 of a method on a split."""

    @property
    def scene(self) -> str:
        """Name of the scene."""

    @property
    def labels(self) -> int:
        """Labels a class."""

    @property
    def method(self) -> str:
        """Name of the method."""

    @property
    def macro_f1(self) -> float:
        """Score."""


def report(records: Sequence[Scored], ours: str, baselines: Sequence[str]) -> str:
    """Markdown: scores by scene and number of labels, means, and ours against the best baseline of each row."""
    methods = list(dict.fromkeys(r.method for r in records))
    cells = list(dict.fromkeys((r.scene, r.labels) for r in records))
    scores = {(scene, labels, method): [r.macro_f1 for r in records
                                        if (r.scene, r.labels, r.method) == (scene, labels, method)]
              for scene, labels in cells for method in methods}
    lines = ["| scene | labels | " + " | ".join(methods) + " | ours − best baseline |",
             "|---|---|" + "---|" * (len(methods) + 1)]
    worst = np.inf
    for scene, labels in cells:
        mean = {m: float(np.mean(scores[scene, labels, m])) for m in methods}
        gap = mean[ours] - max(mean[b] for b in baselines if b in mean)
        worst = min(worst, gap)
        row = [f"{mean[m]:.3f} ± {np.std(scores[scene, labels, m]):.3f}" for m in methods]
        lines.append(f"| {scene} | {labels} | " + " | ".join(row) + f" | {100 * gap:+.1f} |")
    counts: list[int | None] = [*dict.fromkeys(labels for _, labels in cells), None]
    overall = {}
    for count in counts:
        chosen = [c for c in cells if count in (None, c[1])]
        overall = {m: float(np.mean([np.mean(scores[*c, m]) for c in chosen])) for m in methods}
        row = [f"**{overall[m]:.3f}**" for m in methods]
        lines.append(f"| **mean** | {count or 'all'} | " + " | ".join(row) + " | |")
    best = max((m for m in methods if m in baselines), key=lambda m: overall[m])
    gain = 100 * (overall[ours] - overall[best])
    lines += ["", f"Mean over all rows: {ours} {overall[ours]:.3f}, {gain:+.1f} points on the best single baseline "
              f"({best} {overall[best]:.3f}); the row farthest behind its own best one: {100 * worst:+.1f} points.", ""]
    for method in methods:
        if method not in (ours, *baselines):
            paired = np.array([np.mean(scores[*c, ours]) - np.mean(scores[*c, method]) for c in cells])
            lines.append(f"- {ours} against {method}: {100 * paired.mean():+.1f} points in the mean, better in "
                         f"{int((paired > 0).sum())} of {len(paired)} rows.")
    return "\n".join(lines) + "\n"
