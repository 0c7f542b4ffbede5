"""The words that are translated for the engine are those that it says, and the pages show them translated."""

from __future__ import annotations

from pathlib import Path

import pytest

from specaware_qgis.dock import runner
from specaware_qgis.dock.data import facts
from specaware_qgis.dock.notice import Notice
from specaware_qgis.dock.runner import Runner
from specaware_qgis.engine_words import SOURCES, STEPS, in_panel

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


@pytest.mark.parametrize(("said", "shown"), [
    ("Supply wavelengths with --wavelengths TABLE.csv (columns band, wavelength, fwhm, good).",
     "Supply wavelengths with the pencil beside Bands on the page Data (columns band, wavelength, fwhm, good)."),
    ("Choose the field that names the class (--class-field).", "Choose the field that names the class."),
    ("Give it with --gsd if it is another.", "Give it with Pixel size on the page Data if it is another."),
    ("is this image radiance (--level L1)?", "is this image radiance (Level L1 on the page Data)?"),
    ("state it (--before-level, --after-level); --force compares all the same.", "state it."),
    ("Allow more with --memory, or map a smaller extent.", "Map a smaller extent."),
    ("Correct it with --correct-shift.", "Correct it with “Correct the shift”."),
    ("Choose a model trained on a pair (train --after).", "Choose a model trained on a pair."),
    ("Nothing -- to do - here.", "Nothing -- to do - here.")])
def test_hints_name_the_panel_and_not_the_command_line(said, shown):
    assert in_panel(said) == shown


def test_the_notice_and_the_log_name_the_panel(qgis_app, qtbot):
    notice, made = Notice(), Runner()
    for widget in (notice, made):
        qtbot.addWidget(widget)
    notice.say("error", "The image has no band wavelengths.", "Supply wavelengths with --wavelengths TABLE.csv.")
    made.add_log("warning", "Correct it with --correct-shift.")
    assert "--" not in notice.text() + made.log.toPlainText()
    assert "page Data" in notice.text()
