"""Collects the texts of the plugin into resources/i18n/*.ts, keeping their translations, and compiles the .qm files.

pylupdate does not follow a plain function ``tr``, nor texts that stand in tables, hence this collector. A text without
a translation is written as unfinished: fill it in with Qt Linguist or any editor, then run this again.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
SOURCES, TABLES = ROOT / "specaware_qgis", ROOT / "resources" / "i18n"
LANGUAGES = ("de", "zh")
CONTEXT = "SpecAware"
CALLS = frozenset(("tr", "mark", "say"))
CONSTANTS = frozenset(("HELP", "HELP_OF"))  # the help of an algorithm and of its parameters


def texts(folder: Path = SOURCES) -> list[str]:
    """All texts that a user may see in another language, in the order of files and lines, each once.

    Raises:
        ValueError: a text is put together before it is translated, so that no table can hold it.
    """
    found: dict[str, None] = {}
    for path in sorted(folder.rglob("*.py")):
        for text in _texts_of(ast.parse(path.read_text(encoding="utf-8")), path):
            found.setdefault(text)
    return list(found)


def _texts_of(tree: ast.Module, path: Path) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            if isinstance(node.args[0], (ast.JoinedStr, ast.BinOp)):
                raise ValueError(f"{path.name}, line {node.lineno}: a text that is put together is never found.")
            if isinstance(node.args[0], ast.Constant):
                yield node.args[0].value
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in CONSTANTS:
            values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            yield from (value.value for value in values if isinstance(value, ast.Constant))


def read(path: Path) -> dict[str, str]:
    """Translations by text; texts without one are left out."""
    messages = ElementTree.parse(path).iter("message") if path.is_file() else ()
    pairs = ((message.findtext("source") or "", message.findtext("translation") or "") for message in messages)
    return {source: translation for source, translation in pairs if translation}


def write(path: Path, language: str, wanted: list[str], known: dict[str, str]) -> None:
    """A table of Qt Linguist with ``wanted`` and what is known of them."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>", f'<TS version="2.1" language="{language}">',
             "<context>", f"    <name>{CONTEXT}</name>"]
    for text in wanted:
        done = f"<translation>{escape(known[text])}</translation>" if text in known else (
            '<translation type="unfinished"></translation>')
        lines += ["    <message>", f"        <source>{escape(text)}</source>", f"        {done}", "    </message>"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, "</context>", "</TS>", ""]), encoding="utf-8")


def main() -> int:
    """Bring all tables up to date; 1 if a translation is missing."""
    wanted, missing = texts(), 0
    for language in LANGUAGES:
        table = TABLES / f"specaware_{language}.ts"
        known = read(table)
        write(table, language, wanted, known)
        left = [text for text in wanted if text not in known]
        missing += len(left)
        print(f"{table.name}: {len(wanted) - len(left)} of {len(wanted)} texts translated")
        print("".join(f"  {text[:100]!r}\n" for text in left), end="")
        subprocess.run(["lrelease", "-silent", str(table), "-qm", str(table.with_suffix(".qm"))], check=True)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
