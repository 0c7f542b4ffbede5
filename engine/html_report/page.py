"""The page of a report: head, sections, tables. Every text that comes from a user passes through `text`."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .style import CSS


@dataclass(frozen=True)
class Section:
    """A part of the report; ``body`` is HTML."""

    title: str
    body: str
    hint: str = ""


@dataclass(frozen=True)
class Tile:
    """A number that matters, what it is, and what it means."""

    label: str
    value: str
    note: str = ""


def is_html(path: str) -> bool:
    """Whether a report of this name is a page; any other name means JSON."""
    return path.lower().endswith((".html", ".htm"))


def text(value: object) -> str:
    """Text that cannot be taken for markup; control characters become spaces."""
    return html.escape("".join(c if c.isprintable() else " " for c in str(value)))


def page(title: str, subtitle: str, tiles: Sequence[Tile], sections: Sequence[Section]) -> str:
    """The whole document.

    Args:
        title: plain text.
        subtitle: plain text.
        tiles: headline numbers, plain text.
        sections: those without a body are left out.
    """
    head = "".join(f'<div class="tile"><span>{text(t.label)}</span><b>{text(t.value)}</b><small>{text(t.note)}</small>'
                   "</div>" for t in tiles)
    parts = "".join(
        f"<section><h2>{text(s.title)}</h2>" + (f'<p class="hint">{text(s.hint)}</p>' if s.hint else "")
        + f"{s.body}</section>" for s in sections if s.body)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Nothing may be loaded or run, whatever got into the page.
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; '
        'img-src data:"><meta name="color-scheme" content="light dark">'
        f"<title>{text(title)}</title><style>{CSS}</style></head><body><main>"
        f'<header><p class="brand">SpecAware for QGIS</p><h1>{text(title)}</h1><p class="sub">{text(subtitle)}</p>'
        f'</header><div class="tiles">{head}</div>{parts}</main></body></html>\n')


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers_from: int = 1) -> str:
    """A table; ``head`` is plain text, the cells are HTML, those from ``numbers_from`` on are set to the right."""
    def cells(tag: str, values: Sequence[str]) -> str:
        return "".join(f'<{tag}{" class=n" if at >= numbers_from else ""}>{v}</{tag}>' for at, v in enumerate(values))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return (f'<div class="scroll"><table><thead><tr>{cells("th", [text(h) for h in head])}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>")


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """Names and values, plain text, empty ones left out."""
    shown = [(name, value) for name, value in pairs if value not in (None, "", [], {})]
    return "<dl>" + "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in shown) + "</dl>"


def notices(lines: Sequence[str]) -> str:
    """Warnings, plain text."""
    return f'<ul class="warn">{"".join(f"<li>{text(line)}</li>" for line in lines)}</ul>' if lines else ""


def swatch(color: Sequence[int], name: str) -> str:
    """A class: its colour and its name."""
    red, green, blue = (int(v) for v in color)
    return f'<i class="sw" style="background:rgb({red},{green},{blue})"></i>{text(name)}'


def meter(value: float | None, low: float | None = None, high: float | None = None, digits: int = 3) -> str:
    """A number of 0..1 with a bar, and its interval as a thin line on it."""
    if value is None:
        return '<span class="none">not assessed</span>'
    span = "" if low is None or high is None else (
        f'<u style="left:{100 * low:.1f}%;width:{100 * max(high - low, 0):.1f}%"></u>')
    return f'<span class="m"><em style="width:{100 * min(max(value, 0), 1):.1f}%"></em>{span}</span>{value:.{digits}f}'
