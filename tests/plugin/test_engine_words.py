"""The words that are translated for the engine are those that it says, and the pages show them translated."""

from __future__ import annotations

from pathlib import Path

import pytest

from specaware_qgis.dock import runner
from specaware_qgis.dock.data import facts
from specaware_qgis.dock.runner import Runner
from specaware_qgis.engine_words import SOURCES, STEPS

ENGINE = Path(__file__).resolve().parents[2] / "engine"


@pytest.fixture(scope="module")
def spoken():
    return "\n".join(path.read_text(encoding="utf-8") for path in ENGINE.rglob("*.py"))


@pytest.mark.parametrize("text", [*SOURCES, *STEPS])
def test_the_engine_says_it(spoken, text):
    assert f'"{text}"' in spoken


def test_the_step_is_shown_in_the_users_language(qgis_app, qtbot, monkeypatch):
    monkeypatch.setattr(runner, "tr", lambda text: {"comparing": "vergleicht"}.get(text, text))
    made = Runner()
    qtbot.addWidget(made)
    made.show_running()
    made.set_message("comparing")
    assert made.message.text() == "Vergleicht"
    made.set_message("epoch 3")
    assert made.message.text() == "Epoch 3"


def test_the_source_is_shown_in_the_users_language(monkeypatch):
    monkeypatch.setattr(facts, "tr", lambda text: text.upper())
    assert facts.Facts._source_text(None, "gsd", {"gsd": "assumed"}) == "ASSUMED"
