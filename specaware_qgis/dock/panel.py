"""The dock: a rail of pages, the chosen page, and the engine's line."""

from __future__ import annotations

from qgis.core import QgsProject
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ..errors import EngineCancelled, EngineMissing
from ..i18n import tr
from ..plots.warm_up import WarmUp
from . import keeping
from .desk import Desk
from .engine.status import EngineStatus
from .header import Header
from .page import Page
from .page_area import PageArea
from .pages import PAGES
from .rail import Rail

MARGIN_PX = 10
MIN_WIDTH_PX = 340


class SpecAwareDock(QgsDockWidget):
    """The analyst's desk."""

    def __init__(self, iface) -> None:
        super().__init__(tr("SpecAware"), iface.mainWindow())
        self.setObjectName("SpecAwareDock")
        self.desk = Desk(iface, self)
        self.pages: dict[str, Page] = {kind.key: kind(self.desk) for kind in PAGES}
        self.rail, self.status = Rail(list(self.pages.values())), EngineStatus()
        self._stack, self._checking, self._checked, self._ended = QStackedWidget(), None, False, False
        self._warm_up = WarmUp(self)
        self._lay_out()
        self.rail.chosen.connect(self._turn)
        self.status.changed.connect(self._engine_changed)
        self.desk.engine_changed.connect(self._engine_changed)
        self.opened.connect(self._first_shown)
        self.visibilityChanged.connect(self._shown_or_hidden)
        project = QgsProject.instance()
        project.writeProject.connect(self._write)
        project.readProject.connect(self._read)
        project.cleared.connect(self.clear)
        self.rail.setCurrentRow(0)
        self._read()

    def _lay_out(self) -> None:
        for page in self.pages.values():
            body = QWidget()
            box = QVBoxLayout(body)
            box.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
            box.addWidget(Header(page))
            box.addWidget(page, 1)
            self._stack.addWidget(PageArea(body))
        line = QFrame()
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        row = QHBoxLayout()
        row.setSpacing(0)
        for widget, share in ((self.rail, 0), (line, 0), (self._stack, 1)):
            row.addWidget(widget, share)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(row, 1)
        self.status.setContentsMargins(MARGIN_PX, 2, MARGIN_PX - 4, 4)
        outer.addWidget(self.status)
        self.setWidget(whole)
        self.setMinimumWidth(MIN_WIDTH_PX)

    @property
    def page(self) -> Page:
        """The visible page."""
        return list(self.pages.values())[self._stack.currentIndex()]

    def turn_to(self, key: str) -> None:
        """Show a page by its key."""
        if key in self.pages:
            self.rail.setCurrentRow(list(self.pages).index(key))

    def clear(self) -> None:
        """The project was closed: its jobs have nowhere to go, its layers are gone."""
        self.desk.jobs.cancel_all()
        self.desk.drop_tool()
        self.desk.clear()
        for page in self.pages.values():
            page.notice.hide()
            page.clear()

    def end(self) -> None:
        """QGIS or the plugin is about to leave: keep the state in the project, let go of everything else."""
        if self._ended:
            return
        self._ended = True
        self._warm_up.end()
        self._write()
        project = QgsProject.instance()
        project.writeProject.disconnect(self._write)
        project.readProject.disconnect(self._read)
        project.cleared.disconnect(self.clear)
        for page in self.pages.values():
            page.left()
            page.end()
        self.desk.end()

    def _turn(self, row: int) -> None:
        if row != self._stack.currentIndex():
            self.desk.drop_tool()
            self.page.left()
        self._stack.setCurrentIndex(row)
        self.page.entered()

    def _shown_or_hidden(self, visible: bool) -> None:
        # Hidden by the user, not covered by another dock's tab.
        if not visible and self.isHidden():
            self.desk.drop_tool()
            self.page.left()
        elif visible:
            self.desk.inspection.wake()
            self.page.entered()

    def _write(self, _document=None) -> None:
        keeping.write({"page": self.page.key, "desk": self.desk.state(),
                       "pages": {key: page.state() for key, page in self.pages.items()}})

    def _read(self, _document=None) -> None:
        state = keeping.read()
        desk, pages = state.get("desk"), state.get("pages")
        self.desk.restore(desk if isinstance(desk, dict) else {})
        for key, page in self.pages.items():
            found = pages.get(key) if isinstance(pages, dict) else None
            if isinstance(found, dict):
                page.restore(found)
        self.turn_to(str(state.get("page", "")))
        if self.isHidden():
            self.page.left()  # nothing is drawn and nothing asked before the dock is opened
        else:
            self.page.entered()  # the page may have been there before the project, and asked nothing of it yet

    def _first_shown(self) -> None:
        if not self._checked:
            self.check_engine()
            self._warm_up.begin()

    def _engine_changed(self) -> None:
        self.desk.jobs.cancel_all()
        self.desk.jobs.stop_engines().ended.connect(self.check_engine)

    def check_engine(self) -> None:
        """Let the engine examine itself in the background."""
        if self._checking is not None:
            return
        self._checked = True
        self.status.checking()
        self._checking = self.desk.jobs.check()
        self._checking.done.connect(self._check_done)
        self._checking.failed.connect(self._check_failed)

    def _check_done(self, found: dict) -> None:
        self._checking = None
        self.status.show_doctor(found)
        self.pages["engine"].tell(found)
        for problem in (found.get("problems") or [])[:1]:
            self.page.notice.say("error", str(problem.get("message", "")), str(problem.get("hint", "")))

    def _check_failed(self, error) -> None:
        self._checking = None
        self.status.show_error(error)
        if not isinstance(error, EngineCancelled):
            self.pages["engine"].tell(None, error)
        if isinstance(error, EngineMissing):
            self.turn_to("engine")  # which says the same, and offers to install one
        elif not isinstance(error, EngineCancelled):
            self.page.notice.say("error", error.message, error.hint)
