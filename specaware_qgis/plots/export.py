"""Writes a stack of panels as a picture: PNG or SVG, black on white, with a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QImage, QPainter, QPen
from qgis.PyQt.QtSvg import QSvgGenerator

from ..errors import EngineError
from ..i18n import tr
from .look import ON_PAPER
from .painting import Scene, bottom_px, paint_panel

WIDTH_PX, PX_PER_SHARE, MARGIN_PX, TITLE_PX = 900, 60, 24, 28
LEGEND_LINE_PX, SWATCH_PX, GAP_PX = 20, 18, 18
PNG_SCALE = 2
FONT_PX = 13


@dataclass(frozen=True)
class Entry:
    """A line of the legend."""

    color: str
    text: str


def write_picture(path: str, title: str, scenes: Sequence[Scene], legend: Sequence[Entry]) -> None:
    """Write the panels; the name's ending chooses the format.

    Args:
        path: ends in ``.png`` or ``.svg``.
        title: written on top.
        scenes: from top to bottom.
        legend: colours and names.

    Raises:
        EngineError: the file cannot be written.
    """
    final = Path(path)
    partial = final.with_name(f".{final.name}.part")
    size = QSize(WIDTH_PX, _height(scenes, legend))
    try:
        if final.suffix.lower() == ".svg":
            _svg(partial, size, title, scenes, legend)
            written = partial.exists()
        else:
            written = _image(size, title, scenes, legend).save(str(partial), "PNG")
        if not written:
            raise OSError(tr("no access, or no space"))
        partial.replace(final)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise EngineError(tr("{} could not be written: {}.").format(path, error), tr("Choose another folder."),
                          "output") from error


def _height(scenes: Sequence[Scene], legend: Sequence[Entry]) -> int:
    panels = sum(scene.panel.share * PX_PER_SHARE + TITLE_PX for scene in scenes)
    return 2 * MARGIN_PX + 30 + panels + 20 + (len(legend) + 2) // 3 * LEGEND_LINE_PX


def _image(size: QSize, title: str, scenes: Sequence[Scene], legend: Sequence[Entry]) -> QImage:
    image = QImage(size * PNG_SCALE, QImage.Format.Format_RGB32)
    image.fill(ON_PAPER.base)
    painter = QPainter(image)
    painter.scale(PNG_SCALE, PNG_SCALE)
    _paint(painter, size, title, scenes, legend)
    painter.end()
    return image


def _svg(path: Path, size: QSize, title: str, scenes: Sequence[Scene], legend: Sequence[Entry]) -> None:
    drawn = QSvgGenerator()
    drawn.setFileName(str(path))
    drawn.setSize(size)
    drawn.setViewBox(QRectF(0, 0, size.width(), size.height()))
    drawn.setTitle(title)
    painter = QPainter()
    if not painter.begin(drawn):
        raise OSError(tr("no access, or no space"))
    _paint(painter, size, title, scenes, legend)
    painter.end()


def _paint(painter: QPainter, size: QSize, title: str, scenes: Sequence[Scene], legend: Sequence[Entry]) -> None:
    font = QFont("sans-serif")
    font.setPixelSize(FONT_PX)
    heading = QFont(font)
    heading.setPixelSize(FONT_PX + 4)
    heading.setBold(True)
    left, width, top = MARGIN_PX, size.width() - 2 * MARGIN_PX, float(MARGIN_PX)
    painter.setFont(heading)
    painter.setPen(ON_PAPER.text)
    painter.drawText(QPointF(left, top + 14), title)
    painter.setFont(font)
    top += 30
    for scene in scenes:
        painter.setPen(ON_PAPER.text)
        painter.drawText(QPointF(left, top + 20), scene.panel.title)
        height = scene.panel.share * PX_PER_SHARE + (bottom_px(painter.fontMetrics()) if scene.labelled else 0)
        painter.save()
        painter.translate(left, top + TITLE_PX)
        paint_panel(painter, QRectF(0, 0, width, height), scene, ON_PAPER)
        painter.restore()
        top += TITLE_PX + height
    _paint_legend(painter, left, top + 8, width, legend)


def _paint_legend(painter: QPainter, left: float, top: float, width: float, legend: Sequence[Entry]) -> None:
    column = width / 3
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for at, entry in enumerate(legend):
        x, y = left + at % 3 * column, top + at // 3 * LEGEND_LINE_PX + 10
        painter.setPen(QPen(QColor(entry.color), 3))
        painter.drawLine(QPointF(x, y), QPointF(x + SWATCH_PX, y))
        painter.setPen(ON_PAPER.text)
        text = painter.fontMetrics().elidedText(entry.text, Qt.TextElideMode.ElideMiddle,
                                                int(column - SWATCH_PX - GAP_PX))
        painter.drawText(QPointF(x + SWATCH_PX + 6, y + 5), text)
