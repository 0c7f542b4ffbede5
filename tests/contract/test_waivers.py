"""A check of the plugin site is waived only for one line, and with the reason beside it."""

from __future__ import annotations

import re

from tests.scenes import ROOT

REASONED = re.compile(r"# nosec B\d{3}(, B\d{3})*  # \w.{10,}")


def test_every_waiver_gives_its_reason():
    lines = [line for folder in ("engine", "specaware_qgis") for path in sorted((ROOT / folder).rglob("*.py"))
             for line in path.read_text(encoding="utf-8").splitlines() if "nosec" in line]
    assert lines
    assert [line.strip() for line in lines if not REASONED.search(line)] == []
