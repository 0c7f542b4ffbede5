"""What every page of the dock is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from .notice import Notice

if TYPE_CHECKING:
    from .desk import Desk

SPACING_PX = 8


class Page(QWidget):
    """One page: a form, its actions and its results.

    A page fills itself in `build`, reads what is shared from ``self.desk`` (scene, jobs, map canvas) and says what went
    wrong in ``self.notice``, which always stands on top. All other methods have defaults.

    Attributes:
        key: stable name, under which the project keeps the page's state.
        icon: file in ``resources/icons``; its ``currentColor`` becomes the theme's text colour.
    """

    key: ClassVar[str] = ""
    icon: ClassVar[str] = "specaware.svg"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.notice = desk, Notice()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACING_PX)
        box.addWidget(self.notice)
        self.build(box)
        box.addStretch(1)

    @staticmethod
    def title() -> str:
        """Name in the rail and above the page, translated."""
        raise NotImplementedError

    @staticmethod
    def help() -> str:
        """What the page is for and how it is used, translated; HTML."""
        raise NotImplementedError

    def build(self, box: QVBoxLayout) -> None:
        """Add the page's widgets to ``box``; called once."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """What the project should remember, as JSON values; layers by their ids."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave, perhaps from an older version: every key may be missing."""

    def clear(self) -> None:
        """The project was closed: let go of its layers and results. Jobs have been cancelled already."""

    def entered(self) -> None:
        """The page has become the visible one."""

    def left(self) -> None:
        """Another page has become visible, or the dock was closed; map tools are taken back by the desk."""

    def end(self) -> None:
        """The plugin is being unloaded: disconnect from the project and remove what is on the canvas."""
