"""What the classification of scenes found: how often held-out examples were right, and how many cells a class got."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QFrame, QLabel, QVBoxLayout

from ...i18n import tr
from ..result_table import ResultTable, Row
from ..style import muted, plain, result_title, warn

MAX_ROWS_SHOWN = 14


class SceneOutcome(QFrame):
    """Hidden until there is a result."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.number, self.facts = QLabel(), plain(QLabel()), muted(QLabel())
        self.table, self.warnings, self.foot = ResultTable(
            (tr("Class"), tr("Examples"), tr("Found")), tr("Classes"), MAX_ROWS_SHOWN), QLabel(), muted(QLabel())
        font = self.number.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        self.number.setFont(font)
        for label in (self.title, self.number, self.facts, self.warnings, self.foot):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.warnings.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setTextFormat(Qt.TextFormat.RichText)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        for widget in (line, self.title, self.number, self.facts, self.warnings, self.table, self.foot):
            box.addWidget(widget)
        self.hide()

    def show_result(self, value: dict[str, Any], title: str) -> None:
        """Fill in the result of a ``scene`` job."""
        self.title.setText(result_title(title))
        accuracy, interval = value["accuracy"], value["accuracy_interval"]
        self.number.setText("" if accuracy is None else tr("{:.0%} right").format(accuracy))
        self.number.setVisible(accuracy is not None)
        parts = [tr("Accuracy was not assessed.")] if accuracy is None else [tr("of the examples, each held out once")]
        if interval:
            parts.append(tr("95 % interval {:.0%} to {:.0%}").format(*interval))
        if value["baseline_accuracy"] is not None:
            parts.append(tr("logistic regression {:.0%}").format(value["baseline_accuracy"]))
        self.facts.setText(" · ".join(parts))
        self.table.show_rows([
            Row((found["name"], f"{found['trained']:,}", f"{found['predicted']:,}"), QColor(*found["color"]))
            for found in sorted(value["classes"], key=lambda c: -c["predicted"])])
        warn(self.warnings, value.get("warnings", []))
        skipped = tr(", {} without data").format(value["skipped"]) if value["skipped"] else ""
        self.foot.setText(tr("{} classified{} · {:.0f} s on {}").format(
            value["chips"], skipped, value["seconds"], value["device"]))
        self.show()
