"""Stands in for the program uv: makes an "environment" whose Python is a script, and "installs" slowly."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

MODE = os.environ.get("FAKE_UV", "")
DOCTOR = {"ok": True, "engine": "0", "python": "3.12", "torch": "2", "device": "cpu", "problems": []}


def stand_in(folder: Path, monkeypatch) -> Path:
    """This as a program that works; a test changes how it does with the variable ``FAKE_UV``."""
    path = folder / "uv"
    path.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{Path(__file__)}' \"$@\"\n")
    path.chmod(0o755)
    monkeypatch.delenv("FAKE_UV", raising=False)
    return path


def make(venv: Path) -> None:
    python = venv / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    body = dict(DOCTOR, problems=[{"message": "no torch", "hint": "x"}] if MODE == "broken" else [])
    python.write_text(f"#!/bin/sh\necho '{json.dumps(body)}'\n")
    python.chmod(0o755)


def main() -> int:
    if sys.argv[1] == "venv":
        make(Path(sys.argv[-1]))
        return 0
    print("Resolved 20 packages", flush=True)
    if MODE == "fail":
        print("error: Failed to fetch http://me:secret@proxy/simple, connection refused", file=sys.stderr)
        return 2
    if MODE == "slow":
        time.sleep(60)
    print("Installing torch", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
