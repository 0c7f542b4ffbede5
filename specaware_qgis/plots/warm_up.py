"""Gets what draws ready in steps while the user looks at something else: at once, it would hold the window up.

Not on another thread: pyqtgraph makes Qt objects when it is imported.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from importlib import import_module

from qgis.PyQt.QtCore import PYQT_VERSION_STR, QObject, QTimer

from .backend import make_panel, pyqtgraph_fits
from .chart import Panel

# First the dock draws itself and starts the engine.
IDLE_MS, STEP_MS = 1000, 100
# What pyqtgraph imports, a third of its time.
DEPENDENCIES = (f"PyQt{PYQT_VERSION_STR.split('.')[0]}.uic", "numpy.testing", "multiprocessing.connection")


class WarmUp(QObject):
    """Takes one step after another, with time between them for the window."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steps = _steps()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)

    @property
    def over(self) -> bool:
        """Whether there is nothing left to do, or it has not begun."""
        return not self._timer.isActive()

    def begin(self) -> None:
        """Begin, when the window has come to rest."""
        self._timer.start(IDLE_MS)

    def end(self) -> None:
        """The plugin is being unloaded."""
        self._timer.stop()

    def _step(self) -> None:
        self._timer.setInterval(STEP_MS)
        step = next(self._steps, None)
        if step is None:
            self._timer.stop()
        else:
            step()


def _steps() -> Iterator[Callable[[], object]]:
    """Each takes less than a tenth of a second."""
    for name in DEPENDENCIES:
        yield lambda name=name: _load(name)
    yield pyqtgraph_fits
    # The first panel takes five times as long as any other.
    yield lambda: make_panel(Panel("", "", "", 1)).deleteLater()


def _load(name: str) -> None:
    with contextlib.suppress(ImportError):
        import_module(name)
