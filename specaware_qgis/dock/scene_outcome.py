"""What the classification of scenes found: how often held-out examples were right, and how many cells a class got."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ..i18n import tr
from .style import muted, plain

ROW_PX, MAX_ROWS_SHOWN, SWATCH_PX = 22, 14, 14


class SceneOutcome(QFrame):
    """Hidden until there is a result."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.number, self.facts = QLabel(), plain(QLabel()), muted(QLabel())
        self.table, self.warnings, self.foot = QTableWidget(0, 3), QLabel(), muted(QLabel())
        font = self.number.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        self.number.setFont(font)
        for label in (self.title, self.number, self.facts, self.warnings, self.foot):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.warnings.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setTextFormat(Qt.TextFormat.RichText)
        self._prepare_table()
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        for widget in (line, self.title, self.number, self.facts, self.table, self.warnings, self.foot):
            box.addWidget(widget)
        self.hide()

    def _prepare_table(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([tr("Class"), tr("Examples"), tr("Classified")])
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_PX)
        table.setShowGrid(False)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        table.setAccessibleName(tr("Classes"))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        for column in range(3):
            stretch = QHeaderView.ResizeMode.Stretch if column == 0 else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, stretch)
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            table.horizontalHeaderItem(column).setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def show_result(self, value: dict[str, Any], title: str) -> None:
        """Fill in the result of a ``scene`` job."""
        self.title.setText(f"<b>{tr('Result')}</b> &nbsp;{title.replace('&', '&amp;').replace('<', '&lt;')}")
        accuracy, interval = value["accuracy"], value["accuracy_interval"]
        self.number.setText("" if accuracy is None else tr("{:.0%} right").format(accuracy))
        self.number.setVisible(accuracy is not None)
        parts = [tr("Accuracy was not assessed.")] if accuracy is None else [tr("of the examples, each held out once")]
        if interval:
            parts.append(tr("95 % interval {:.0%} to {:.0%}").format(*interval))
        if value["baseline_accuracy"] is not None:
            parts.append(tr("logistic regression {:.0%}").format(value["baseline_accuracy"]))
        self.facts.setText(" · ".join(parts))
        self._show_classes(value["classes"])
        warnings = value.get("warnings", [])
        self.warnings.setText("\n".join(f"⚠ {text}" for text in warnings))
        self.warnings.setVisible(bool(warnings))
        skipped = tr(", {} without data").format(value["skipped"]) if value["skipped"] else ""
        self.foot.setText(tr("{} classified{} · {:.0f} s on {}").format(
            value["chips"], skipped, value["seconds"], value["device"]))
        self.show()

    def _show_classes(self, classes: list[dict[str, Any]]) -> None:
        self.table.setRowCount(len(classes))
        for row, found in enumerate(sorted(classes, key=lambda c: -c["predicted"])):
            swatch = QPixmap(SWATCH_PX, SWATCH_PX)
            swatch.fill(QColor(*found["color"]))
            self.table.setItem(row, 0, QTableWidgetItem(QIcon(swatch), found["name"]))
            for column, key in ((1, "trained"), (2, "predicted")):
                item = QTableWidgetItem(f"{found[key]:,}")
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        rows = min(len(classes), MAX_ROWS_SHOWN)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows * ROW_PX + 4)
