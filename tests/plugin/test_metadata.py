"""metadata.txt is what the plugin repository and QGIS need."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def general():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string((ROOT / "metadata.txt").read_text(encoding="utf-8"))
    return parser["general"]


def test_required_fields(general):
    for field in ("name", "description", "version", "qgisMinimumVersion", "author", "email", "about", "tracker",
                  "repository"):
        assert general.get(field, "").strip(), field
    assert re.fullmatch(r"\d+\.\d+\.\d+", general["version"])
    assert re.fullmatch(r"[^@\s]+@[^@\s]+", general["email"])


def test_values(general):
    assert general["name"] == "SpecAware"
    assert general["qgisMinimumVersion"] == "3.22"
    assert general["qgisMaximumVersion"] == "4.99", "QGIS 4 would not offer it"
    assert general["hasProcessingProvider"] == "yes", "qgis_process would not see the algorithms"
    assert "supportsQt6" not in general
    assert (ROOT / general["icon"]).is_file()
    assert general["version"] in general["changelog"]


def test_about_tells_of_the_engine(general):
    for word in ("PyTorch", "Python 3.11", "engine/requirements.txt", "nothing is uploaded"):
        assert word in general["about"], word


def test_version_is_that_of_the_engine(general):
    text = (ROOT / "engine" / "__init__.py").read_text(encoding="utf-8")
    assert f'__version__ = "{general["version"]}"' in text
