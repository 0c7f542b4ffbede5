"""Builds the documentation as a site in build/docs; a broken link stops it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "build" / "docs-source"
# Pages of the repository's top, by their name in the site.
TOP = {"README.md": "index.md", "CONTRIBUTING.md": "CONTRIBUTING.md", "CHANGELOG.md": "CHANGELOG.md",
       "SECURITY.md": "SECURITY.md"}


def stage() -> None:
    """Put the pages of docs/ and of the top into one folder, their links with them."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(ROOT / "docs", SOURCE, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copy(ROOT / "resources" / "icons" / "specaware.svg", SOURCE / "images")
    for name, page in TOP.items():
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](").replace("](README.md", "](index.md")
        (SOURCE / page).write_text(text, encoding="utf-8")
    for page in SOURCE.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        for name, target in TOP.items():
            text = text.replace(f"](../{name}", f"]({target}")
        page.write_text(text, encoding="utf-8")


def main() -> int:
    """Stage and build."""
    stage()
    # Not --quiet: what is not logged does not count as a warning either.
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict"], cwd=ROOT, capture_output=True,
                          text=True, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"})
    print(ROOT / "build" / "docs" / "index.html" if done.returncode == 0 else done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
