"""Putting results into a document, so that no number in it is typed by hand."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import InputError


def fill(path: Path, name: str, text: str) -> None:
    """Replace what stands between ``<!-- NAME -->`` and ``<!-- end of NAME -->`` in a Markdown file.

    Raises:
        InputError: the document has no such place.
    """
    before = path.read_text(encoding="utf-8")
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    place = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
    if not place.search(before):
        raise InputError(f"{path.name} has no place for {name}.", f"Add the lines {start} and {end}.")
    path.write_text(place.sub(lambda _: f"{start}\n{text.rstrip()}\n{end}", before), encoding="utf-8")
