"""What a comparison found: how much changed, the threshold that can be moved live, and what became what."""

from __future__ import annotations

import math
from typing import Any

from qgis.core import QgsPalettedRasterRenderer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt, QTimer, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QColor, QDesktopServices
from qgis.PyQt.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
)

from ...change_style import Scores, style_score
from ...i18n import tr
from ..result_table import ResultTable, Row
from ..style import area_text, muted, plain, result_title, section, warn

STEPS = 400
# The slider reaches from a quarter of the threshold to four times of it, or to the highest scores.
REACH = 4.0
REPAINT_MS = 40
LEAST_SHIFT_PX = 0.05  # less is told as none
MAX_ROWS_SHOWN = 10


class ChangeOutcome(QFrame):
    """Hidden until there is a result.

    Signals:
        again: a run with this threshold is wanted.
    """

    again = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self.title, self.number, self.facts = QLabel(), plain(QLabel()), muted(QLabel())
        self.slider, self.shown, self.value_text = QSlider(), muted(QLabel()), plain(QLabel())
        self.reset, self.apply = QToolButton(), QPushButton(tr("Run with it"))
        self.table, self.stayed = ResultTable(
            (tr("From"), tr("To"), tr("Area")), tr("From – to"), MAX_ROWS_SHOWN, names=2), muted(QLabel())
        self.moves_title, self.warnings = section(tr("From – to")), QLabel()
        self.report_button, self.foot = QPushButton(tr("Open report")), muted(QLabel())
        self._value: dict[str, Any] = {}
        self._score_id, self._scores = "", None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REPAINT_MS)
        self._timer.timeout.connect(self._restyle)
        self._prepare()
        self._lay_out()
        self.slider.valueChanged.connect(self._slid)
        self.reset.clicked.connect(lambda: self.set_threshold(self._value["threshold"]))
        self.apply.clicked.connect(lambda: self.again.emit(self.threshold))
        self.report_button.clicked.connect(
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._value.get("report")))))
        self.hide()

    def _prepare(self) -> None:
        font = self.number.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        self.number.setFont(font)
        self.number.setWordWrap(True)
        self.stayed.setWordWrap(True)
        self.slider.setOrientation(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 20)
        self.slider.setAccessibleName(tr("Threshold"))
        self.slider.setToolTip(tr("Hides scores below; the map follows at once, nothing is computed again"))
        self.reset.setText("↺")
        self.reset.setAutoRaise(True)
        self.reset.setToolTip(tr("Back to the threshold of the run"))
        self.reset.setAccessibleName(tr("Back to the threshold of the run"))
        self.reset.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.apply.setToolTip(tr("Makes the mask and the from-to table anew with this threshold"))
        for label in (self.title, self.facts, self.warnings, self.shown, self.foot):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.warnings.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setTextFormat(Qt.TextFormat.RichText)

    def _lay_out(self) -> None:
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        head, slide, act = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(section(tr("Threshold")), 1)
        head.addWidget(self.value_text, 0, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignBottom)
        slide.addWidget(self.slider, 1)
        act.addWidget(self.apply)
        act.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        for part in (line, self.title, self.number, self.facts, self.warnings, head, slide, self.shown, act,
                     self.moves_title, self.table, self.stayed):
            box.addLayout(part) if isinstance(part, QHBoxLayout) else box.addWidget(part)
        buttons = QHBoxLayout()
        buttons.addWidget(self.report_button)
        buttons.addStretch(1)
        box.addLayout(buttons)
        box.addWidget(self.foot)

    @property
    def threshold(self) -> float:
        """Where the slider is."""
        low, high = self._range()
        share = self.slider.value() / STEPS
        return low + share * (high - low) if self._is_probability else low * (high / low) ** share

    def set_threshold(self, value: float) -> None:
        """Move the slider."""
        low, high = self._range()
        value = min(max(value, low), high)
        share = (value - low) / (high - low) if self._is_probability else math.log(value / low) / math.log(high / low)
        self.slider.setValue(round(share * STEPS))

    def show_result(self, value: dict[str, Any], title: str, score_id: str, moves_id: str) -> None:
        """Fill in the result of a ``change`` job, and the ids of its layers."""
        self._value, self._score_id, self._scores = value, score_id, None
        self.title.setText(result_title(title))
        self.number.setText(tr("{} changed").format(area_text(value["changed_area_ha"], value["changed_pixels"])))
        self.facts.setText(" · ".join(self._facts()))
        self._show_moves(value["transitions"], _colors(moves_id))
        warn(self.warnings, value.get("warnings", []))
        self.report_button.setVisible(bool(value.get("report")))
        self.foot.setText(tr("{:.0f} s on {}").format(value["seconds"], value["device"]))
        self.slider.blockSignals(True)
        self.set_threshold(value["threshold"])
        self.slider.blockSignals(False)
        self._tell()
        self.show()

    def show_scores(self, scores: Scores) -> None:
        """The distribution of the scores is known: the slider can reach their top, and areas can be told."""
        threshold = self.threshold
        at_start = not self.apply.isEnabled()
        self._scores = scores
        self.slider.blockSignals(True)
        self.set_threshold(self._value["threshold"] if at_start else threshold)
        self.slider.blockSignals(False)
        self._restyle()
        self._tell()

    @property
    def _is_probability(self) -> bool:
        return bool(self._value.get("validation"))

    def _range(self) -> tuple[float, float]:
        if self._is_probability:
            return 0.01, 0.99
        threshold = self._value.get("threshold") or 1.0
        top = self._scores.top() if self._scores is not None else 0.0
        return threshold / REACH, max(threshold * REACH, top)

    def _facts(self) -> list[str]:
        value = self._value
        found = [tr("{:.2%} of what was compared").format(value["changed_share"])]
        shift = value["shift_px"]
        if shift is not None:
            length = math.hypot(*shift)
            words = tr("shift of {:.1f} px corrected") if value["shift_corrected"] else tr("shift {:.1f} px")
            found.append(words.format(length) if length >= LEAST_SHIFT_PX else tr("no shift"))
        if value.get("validation"):
            found.append(tr("held-out macro-F1 {:.2f}").format(value["validation"]["macro_f1"]))
        if value.get("land_cover_scores"):
            found.append(tr("land cover macro-F1 {:.2f}").format(value["land_cover_scores"]["macro_f1"]))
        return found

    def _show_moves(self, transitions: list[dict[str, Any]], colors: dict[int, QColor]) -> None:
        moved = [t for t in transitions if t["from_id"] != t["to_id"]]
        stayed = [t for t in transitions if t["from_id"] == t["to_id"]]
        self.table.show_rows([
            Row((found["from_name"], found["to_name"], area_text(found["area_ha"], found["pixels"])),
                colors.get(found["id"]), f"{found['from_name']} → {found['to_name']}: {found['pixels']:,} px")
            for found in moved])
        areas = [t["area_ha"] for t in stayed]
        total = None if not areas or None in areas else sum(areas)
        self.stayed.setText(tr("{} kept their class").format(area_text(total, sum(t["pixels"] for t in stayed))))
        for widget in (self.moves_title, self.table, self.stayed):
            widget.setVisible(bool(transitions))

    def _slid(self, _value: int) -> None:
        self._tell()
        if not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        threshold, start = self.threshold, self._value["threshold"]
        moved = abs(self.slider.value() - self._start_step()) > 0
        self.value_text.setText(f"{threshold if moved else start:.2f}")
        self.reset.setEnabled(moved)
        self.apply.setEnabled(moved)
        if self._scores is None:
            self.shown.setText("")
            return
        share = self._scores.share_above(threshold if moved else start)
        pixels, hectares = self._value["changed_pixels"], self._value["changed_area_ha"]
        pixel_ha = hectares / pixels if hectares is not None and pixels else None
        count = share * self._value["pixels"]
        area = area_text(None if pixel_ha is None else count * pixel_ha, round(count))
        self.shown.setText(tr("{} on the map").format(area))

    def _start_step(self) -> int:
        low, high = self._range()
        start = min(max(self._value["threshold"], low), high)
        share = (start - low) / (high - low) if self._is_probability else math.log(start / low) / math.log(high / low)
        return round(share * STEPS)

    def _restyle(self) -> None:
        layer = QgsProject.instance().mapLayer(self._score_id)
        if isinstance(layer, QgsRasterLayer):
            top = self._range()[1] if self._scores is None else max(self._scores.top(), self._value["threshold"] * 1.5)
            style_score(layer, self.threshold if self.apply.isEnabled() else self._value["threshold"], top)


def _colors(moves_id: str) -> dict[int, QColor]:
    """Colours of the transitions on the map."""
    layer = QgsProject.instance().mapLayer(moves_id) if moves_id else None
    renderer = layer.renderer() if isinstance(layer, QgsRasterLayer) else None
    if not isinstance(renderer, QgsPalettedRasterRenderer):
        return {}
    return {int(entry.value): QColor(entry.color) for entry in renderer.classes()}
