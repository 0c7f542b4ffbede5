"""The report of ``assess``, as HTML or JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...html_report.charts import matrix
from ...html_report.page import Section, Tile, facts, is_html, meter, notices, page, swatch, table, text
from ...html_report.pictures import class_picture, figure, step_for
from ...labels.classmap import ClassMap
from ..reproduce import command, versions
from .request import AssessRequest, AssessResult, Figure

METHOD = ("Stratified estimators of Olofsson et al. 2014 and Stehman 2014; strata are the classes of the map, or those "
          "the points were drawn in. The whiskers are 95 % intervals.")


def render(request: AssessRequest, result: AssessResult, found: ClassMap) -> str:
    """The report as text."""
    body = {"request": asdict(request), **asdict(result), "versions": versions(), "map_tags": found.tags}
    if not is_html(str(request.report)):
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    names, colors = [c.name for c in result.classes], [c.color for c in result.classes]
    sections = [
        Section("Warnings", notices(result.warnings)),
        Section("Classes", _classes(result), METHOD),
        Section("Areas", _areas(result), "The estimated area corrects what the map takes for what. Where the interval "
                "leaves the mapped area out, counting pixels is misleading."),
        Section("Error matrix", matrix(names, colors, result.counts, "map", "reference"),
                "Reference points; the shade is the share of the row."),
        Section("Map", _map(found)),
        Section("How this was made", _origin(request, found, body))]
    tiles = [Tile("Overall accuracy", _percent(result.overall), _interval(result.overall)),
             Tile("Reference points", str(result.points), f"{len(result.classes)} classes")]
    return page(f"Accuracy of {found.path.name}", "Assessed with independent reference points", tiles, sections)


def _percent(figure_: Figure) -> str:
    return "-" if figure_.value is None else f"{figure_.value:.1%}"


def _interval(figure_: Figure) -> str:
    return "" if figure_.interval is None else f"95 % interval {figure_.interval[0]:.1%} to {figure_.interval[1]:.1%}"


def _classes(result: AssessResult) -> str:
    rows = [(swatch(c.color, c.name), str(c.mapped_points), str(c.reference_points),
             *(meter(f.value, *(f.interval or (None, None))) for f in (c.users, c.producers)))
            for c in result.classes]
    return table(("Class", "Points mapped so", "Points truly so", "User's accuracy", "Producer's accuracy"), rows)


def _areas(result: AssessResult) -> str:
    in_ha = any(c.area_ha.value is not None for c in result.classes)
    rows = []
    for c in result.classes:
        area = c.area_ha if in_ha else c.area_share
        mapped = "" if c.mapped_ha is None else f"{c.mapped_ha:,.1f}"
        unit = "{:,.1f}" if in_ha else "{:.2%}"
        span = "" if area.interval is None else " to ".join(unit.format(v) for v in area.interval)
        rows.append((swatch(c.color, c.name), mapped, "" if area.value is None else unit.format(area.value), span))
    head = ("Class", "Mapped (ha)", "Estimated (ha)" if in_ha else "Estimated share", "95 % interval")
    return table(head, rows)


def _map(found: ClassMap) -> str:
    step = step_for(found.grid.shape)
    legend = "".join(f"<span>{swatch(c.color, c.name)}</span>" for c in found.classes)
    picture = figure(class_picture(found.values[::step, ::step], found.classes), "Class map")
    return f'<div class="two">{picture}<div class="legend">{legend}</div></div>'


def _origin(request: AssessRequest, found: ClassMap, body: dict[str, Any]) -> str:
    line = command("assess", request, "map")
    made = {k.removeprefix("SPECAWARE_").lower(): v for k, v in found.tags.items() if k.startswith("SPECAWARE_")}
    return (f"<pre>{text(line)}</pre>" + facts([
        ("Map", str(Path(request.map))), ("Reference", request.reference), ("Training labels", request.training),
        *((f"Map: {name}", value) for name, value in made.items()),
        ("Versions", ", ".join(f"{k} {v}" for k, v in body["versions"].items()))]))
