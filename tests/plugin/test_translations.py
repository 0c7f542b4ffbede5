"""The translations: complete, with the same placeholders and tags as the English texts, and seen by a user."""

from __future__ import annotations

import importlib.util
import re
import string
from pathlib import Path

import pytest

from specaware_qgis import i18n, marking
from specaware_qgis.paths import resource

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "translations.py"
LANGUAGES = ("de", "zh")
SHARE_TRANSLATED = 0.95


def collector():
    """The script that collects the texts."""
    spec = importlib.util.spec_from_file_location("translations", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def speak(qgis_app):
    """Switch the language for one test."""
    installed = []

    def switch(locale):
        installed.append(i18n.install(locale))
        return installed[-1]

    yield switch
    for translator in installed:
        i18n.remove(translator)


def placeholders(text):
    """Fields in their order, with their formats: positional ones must not change places."""
    return [(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(text)
            if name is not None]


def test_texts_are_found_in_calls_marks_and_help_tables():
    found = collector().texts()
    assert {"Classify land cover", "Natural", "The earlier image. The result lies on its pixels."} <= set(found)
    assert any(text.startswith("Makes a land cover map of a hyperspectral scene") for text in found)


def test_a_text_put_together_before_translation_is_refused(tmp_path):
    (tmp_path / "page.py").write_text('tr(f"{count} places")\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.py, line 1"):
        collector().texts(tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_every_text_is_translated(language, speak):
    texts = collector().texts()
    translator = speak(language)
    left = [text for text in texts if not translator.translate(i18n.CONTEXT, text.encode())]
    assert len(left) <= (1 - SHARE_TRANSLATED) * len(texts), left


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_table_is_that_of_the_source(language, speak):
    speak(language)
    table = collector().read(resource("i18n", f"specaware_{language}.ts"))
    stale = [text for text, wanted in table.items() if i18n.tr(text) != wanted]
    assert table
    assert stale == [], "run make translations"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_tags_agree(language):
    for text, translated in collector().read(resource("i18n", f"specaware_{language}.ts")).items():
        assert placeholders(translated) == placeholders(text), text
        assert re.findall(r"<[^>]+>", translated) == re.findall(r"<[^>]+>", text), text
        assert translated.count("\n") == text.count("\n"), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_read_well_for_any_number(language, speak):
    speak(language)
    for text in collector().texts():
        fields = placeholders(text)
        for number in (0, 1, 2, 1234):
            told = i18n.tr(text).format(*[number] * len(fields)) if fields else i18n.tr(text)
            assert told
            assert "(s)" not in told
            assert "(en)" not in told


@pytest.mark.parametrize(("locale", "said"), [
    ("de", "Landbedeckung klassifizieren"), ("de_AT", "Landbedeckung klassifizieren"),
    ("zh_CN", "土地覆盖分类"), ("zh-Hans", "土地覆盖分类"),
    ("en_GB", "Classify land cover"), ("fr", "Classify land cover")])
def test_a_locale_takes_its_language(locale, said, speak):
    speak(locale)
    assert i18n.tr("Classify land cover") == said


def test_an_empty_text_stays_empty(speak):
    speak("de")
    assert i18n.tr("") == ""


def test_a_page_and_an_algorithm_speak_german(speak, qgis_new_project):
    from qgis.PyQt.QtWidgets import QAbstractButton, QLabel

    from specaware_qgis.algorithms.classify import HELP, ClassifyAlgorithm
    from specaware_qgis.dock.data.facts import Facts
    from specaware_qgis.dock.desk import Desk
    from specaware_qgis.params import FROM_FILE

    speak("de")
    algorithm = ClassifyAlgorithm()
    algorithm.initAlgorithm()
    assert algorithm.displayName() == "Landbedeckung klassifizieren"
    assert algorithm.shortHelpString() != HELP
    assert algorithm.parameterDefinition("LABELS").description() == "Labels: Polygone oder Punkte"
    assert "Genauigkeit" in algorithm.parameterDefinition("VALIDATION").description()
    facts = Facts(Desk(None))
    said = {label.text() for label in facts.findChildren(QLabel)}
    assert {"Stufe", "Pixelgröße", "Kanäle"} <= said
    assert "Kanäle berichtigen" in {button.toolTip() for button in facts.findChildren(QAbstractButton)}
    assert facts.level.itemText(1) == "L1 Strahldichte"
    assert facts.level.itemData(1) == "L1 radiance"
    assert facts.gsd.specialValueText() == i18n.tr(FROM_FILE) == "aus der Datei"


def test_what_may_not_import_qgis_speaks_german_too(speak, tmp_path):
    from specaware_qgis.connection.environment import find_engine
    from specaware_qgis.errors import EngineMissing

    said = []
    for language in ("de", "fr"):
        speak(language)
        with pytest.raises(EngineMissing) as caught:
            find_engine("", tmp_path)
        said.append((caught.value.message, caught.value.hint))
        marking.use(None)
    assert said[0] == (f"Der Ordner engine fehlt in {tmp_path}.", "Installieren Sie die Erweiterung neu.")
    assert said[1] == (f"The folder engine is missing in {tmp_path}.", "Install the plugin again.")


def test_unloading_the_plugin_takes_the_language_back(qgis_app, monkeypatch):
    from specaware_qgis.plugin import SpecAwarePlugin

    monkeypatch.setattr(i18n.QgsApplication, "locale", staticmethod(lambda: "de"))
    plugin = SpecAwarePlugin(None)
    assert i18n.tr("Land cover") == "Landbedeckung"
    plugin.unload()
    assert i18n.tr("Land cover") == "Land cover"


def test_the_package_holds_the_compiled_tables_only():
    spec = importlib.util.spec_from_file_location("package", SCRIPT.with_name("package.py"))
    package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    names = {Path(name).name for name in package.contents() if "/i18n/" in name}
    assert names == {f"specaware_{language}.qm" for language in LANGUAGES}
