"""The key numbers of a finished run: accuracy beside the baseline's, classes with areas, time and warnings."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QColor, QDesktopServices, QPalette
from qgis.PyQt.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from ...i18n import tr
from ...marking import mark
from ..result_table import ResultTable, Row
from ..style import area_text, muted, plain, result_title, warn

MAX_ROWS_SHOWN = 12
METRICS = (("macro_f1", mark("Macro-F1")), ("oa", mark("Overall accuracy")), ("kappa", mark("Kappa")))


class Outcome(QFrame):
    """Hidden until there is a result."""

    save_model = pyqtSignal()

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.title.setWordWrap(True)
        self.title.setTextFormat(Qt.TextFormat.RichText)
        self.scores, self.table, self.foot, self.warnings = QGridLayout(), ResultTable(
            (tr("Class"), tr("Area"), tr("Share")), tr("Classes"), MAX_ROWS_SHOWN), QLabel(), QLabel()
        self.score_note, self.share = QLabel(), QLabel()
        self.report_button, self.model_button = QPushButton(tr("Open report")), QPushButton(tr("Save model …"))
        self._report = ""
        for label in (self.foot, self.score_note, self.share):
            muted(label)
        for label in (self.foot, self.score_note, self.share, self.warnings):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.report_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self._report)))
        self.model_button.clicked.connect(lambda: self.save_model.emit())
        self.warnings.setTextFormat(Qt.TextFormat.PlainText)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(line)
        box.addWidget(self.title)
        box.addLayout(self.scores)
        for widget in (self.score_note, self.warnings, self.share, self.table):
            box.addWidget(widget)
        buttons = QHBoxLayout()
        for button in (self.report_button, self.model_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        box.addLayout(buttons)
        box.addWidget(self.foot)
        self.hide()

    def show_result(self, value: dict[str, Any], scene_name: str) -> None:
        """Fill in the result of a ``classify`` job."""
        self.title.setText(result_title(scene_name))
        note = value.get("score_note") or tr("Spatial cross-validation inside your labels, both on the same folds.")
        self._show_scores(value["scores"]["specaware"], value["scores"]["random_forest"], note)
        self._show_classes(value["classes"])
        warn(self.warnings, value.get("warnings", []))
        self._report = value.get("report") or ""
        self.report_button.setVisible(bool(self._report))
        self.model_button.setVisible(bool(value.get("model")))
        share = value.get("encoder_share")
        self.share.setText("" if share is None else tr(
            "SpecAware's tokens have {:.0%} of the weight in this map; the rest goes to spectra and noise-whitened "
            "components.").format(share))
        self.share.setVisible(share is not None)
        self.foot.setText(tr("{:.0f} s on {}").format(value["seconds"], value["device"]))
        self.show()

    def _show_scores(self, ours: dict[str, float] | None, theirs: dict[str, float] | None, note: str) -> None:
        while self.scores.count():
            self.scores.takeAt(0).widget().deleteLater()
        if ours is None:
            self.score_note.setText(tr("Accuracy was not assessed."))
            return
        self.score_note.setText(note)
        for column, text in ((1, "SpecAware"), (2, tr("Random forest"))):
            head = _label(text, secondary=True)
            head.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
            self.scores.addWidget(head, 0, column)
        for row, (key, text) in enumerate(METRICS, 1):
            self.scores.addWidget(_label(tr(text)), row, 0)
            best = _label(_number(ours.get(key)))
            font = best.font()
            font.setBold(True)
            if row == 1:
                font.setPointSizeF(font.pointSizeF() * 1.5)
            best.setFont(font)
            self.scores.addWidget(best, row, 1, Qt.AlignmentFlag.AlignRight)
            other = _label(_number(theirs.get(key)) if theirs else "–", secondary=True)
            self.scores.addWidget(other, row, 2, Qt.AlignmentFlag.AlignRight)
        self.scores.setColumnStretch(0, 1)
        self.scores.setHorizontalSpacing(10)
        self.scores.setVerticalSpacing(2)

    def _show_classes(self, classes: list[dict[str, Any]]) -> None:
        total = sum(c["pixels"] for c in classes) or 1
        self.table.show_rows([
            Row((found["name"], area_text(found.get("area_ha"), found["pixels"]), f"{found['pixels'] / total:.1%}"),
                QColor(*found["color"]), tr("{} labelled pixels").format(found["labels"]))
            for found in sorted(classes, key=lambda c: -c["pixels"])])


def _label(text: str, secondary: bool = False) -> QLabel:
    """A label that breaks between words where the dock is narrow."""
    label = plain(QLabel(text))
    label.setWordWrap(True)
    return muted(label) if secondary else label


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
