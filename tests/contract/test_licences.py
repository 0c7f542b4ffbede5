"""The list of licences names everything that is required."""

from __future__ import annotations

import re

from tests.scenes import ROOT


def test_every_required_package_is_listed_with_its_version():
    required = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "engine/requirements.txt").read_text(encoding="utf-8"), re.M)
    listed = re.findall(r"^\| (\S+) \| (\S+) \| (.*?) \|", (ROOT / "docs/licences.md").read_text("utf-8"), re.M)
    assert len(required) > 5
    assert set(required) <= {(name, version) for name, version, _ in listed}
    assert [name for name, _, licence in listed if "not stated" in licence] == []
