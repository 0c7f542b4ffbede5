"""Texts for translation where QGIS may not be imported. Standard library only."""

from __future__ import annotations

from collections.abc import Callable


def mark(text: str) -> str:
    """A text that stands in a table and goes through ``i18n.tr`` where it is shown."""
    return text


_translate: Callable[[str], str] = mark


def say(text: str) -> str:
    """A text in the user's language, once `use` has said how to translate."""
    return _translate(text)


def use(translate: Callable[[str], str] | None) -> None:
    """Let `say` translate with this; None leaves texts as they are."""
    global _translate
    _translate = translate or mark
