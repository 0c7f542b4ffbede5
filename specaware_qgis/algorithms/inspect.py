"""``specaware:inspect``: what an image is, before anything is computed from it."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFileDestination,
)

from ..i18n import tr
from ..marking import mark
from .base import EngineAlgorithm

HELP = (
    "Tells what SpecAware sees in an image: size, bands, wavelengths and widths, bad bands, sensor, processing "
    "level, range of values, and where each of these came from.\n\n"
    "Use it first when a scene is new: if a wavelength, a sensor or a level is missing or wrong, give the "
    "right one here and in Classify land cover. Only a small sample of the pixels is read.")
HELP_OF = {
    "INPUT": "A hyperspectral scene in a file; bands with wavelengths.",
    "OUTPUT_HTML": "A page that QGIS shows among the results.",
    "OUTPUT_JSON": "Every band with its wavelength, width and flag, for other programs.",
}


class InspectAlgorithm(EngineAlgorithm):
    """Size, bands, wavelengths, bad bands, sensor and level of an image."""

    NAME, TITLE = "inspect", mark("Inspect hyperspectral scene")
    ABOUT, ABOUT_OF = HELP, HELP_OF

    OUTPUT_HTML, OUTPUT_JSON = "OUTPUT_HTML", "OUTPUT_JSON"
    ICON = "inspect.svg"

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_scene_parameters()
        self.addParameter(QgsProcessingParameterFileDestination(
            self.OUTPUT_HTML, tr("Summary"), "HTML (*.html)", optional=True))
        self.addParameter(QgsProcessingParameterFileDestination(
            self.OUTPUT_JSON, tr("Details"), "JSON (*.json)", optional=True, createByDefault=False))
        for name, text in (("ROWS", tr("Rows")), ("COLS", tr("Columns")), ("BANDS", tr("Bands")),
                           ("GOOD_BANDS", tr("Usable bands"))):
            self.addOutput(QgsProcessingOutputNumber(name, text))
        self.addOutput(QgsProcessingOutputString("SENSOR_NAME", tr("Sensor")))
        self.addOutput(QgsProcessingOutputString("LEVEL_NAME", tr("Processing level")))

    def read(self, parameters, context) -> dict[str, Any]:
        """The engine's parameters."""
        return self.scene(parameters, context).params()

    def processAlgorithm(self, parameters, context, feedback) -> dict[str, Any]:
        """Ask the engine and write what it says."""
        value = self.run_job("inspect", feedback)
        summary = summarise(value)
        for name, text in summary:
            feedback.pushInfo(f"{name}: {text}")
        result = {"ROWS": value["rows"], "COLS": value["cols"], "BANDS": value["band_count"],
                  "GOOD_BANDS": value["good_band_count"], "SENSOR_NAME": value["sensor"], "LEVEL_NAME": value["level"]}
        texts = {self.OUTPUT_HTML: to_html(summary, value["bands"]),
                 self.OUTPUT_JSON: json.dumps(value, indent=1, ensure_ascii=False)}
        for key, text in texts.items():
            path = self.parameterAsFileOutput(parameters, key, context)
            if path:
                result[key] = path
                self._write(path, text)
        return result

    def _write(self, path: str, text: str) -> None:
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as error:
            raise QgsProcessingException(
                tr("{} cannot be written: {}. — Choose another folder.").format(path, error)) from None


def summarise(value: dict[str, Any]) -> list[tuple[str, str]]:
    """The result as lines of name and text."""
    sources = value.get("sources", {})
    waves = [band["wavelength_nm"] for band in value["bands"]]
    span = f", {min(waves):.0f} to {max(waves):.0f} nm" if waves else ""
    lines = [
        (tr("Size"), f"{value['cols']} x {value['rows']} px, {value['dtype']}, {value['driver']}"),
        (tr("Bands"), f"{value['band_count']}{span}; {value['good_band_count']} {tr('usable')}"),
        (tr("Sensor"), _with_source(value["sensor"], sources.get("sensor"))),
        (tr("Level"), _with_source(value["level"], sources.get("level"))),
        (tr("Ground sampling distance"), _with_source(f"{value['gsd_m']:g} m", sources.get("gsd"))),
        (tr("Coordinate system"), value["crs"] or tr("none")),
    ]
    return lines + [(tr("Note"), note) for note in value.get("notes", [])]


def _with_source(text: str, source: str | None) -> str:
    return f"{text} ({source})" if source else text


def to_html(summary: list[tuple[str, str]], bands: list[dict[str, Any]]) -> str:
    """A page with the summary and the table of bands."""
    facts = "".join(f"<tr><th align='left'>{html.escape(k)}</th><td>{html.escape(v)}</td></tr>" for k, v in summary)
    rows = "".join(
        f"<tr><td>{b['band']}</td><td>{b['wavelength_nm']:.1f}</td><td>{b['fwhm_nm']:.1f}</td>"
        f"<td>{'' if b['good'] else html.escape(b['reason'] or tr('bad'))}</td></tr>" for b in bands)
    head = "".join(f"<th>{text}</th>" for text in (tr("Band"), tr("Wavelength (nm)"), tr("FWHM (nm)"),
                                                   tr("Not used because")))
    return (f"<html><head><meta charset='utf-8'></head><body><table>{facts}</table>"
            f"<h3>{tr('Bands')}</h3><table><tr>{head}</tr>{rows}</table></body></html>")
