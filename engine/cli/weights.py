"""The verb ``weights``: list, show, verify, import, download."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from .common import verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("weights", help="list, show, verify, import or download encoder weights")
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, text: str, show: Callable[[dict[str, Any]], str]) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(name, help=text)
        added.add_argument("--json", action="store_true", help="print everything as JSON")
        added.set_defaults(action=name, verb=verb("weights", lambda value: _printable(show(value))))
        return added

    action("list", "weights on this computer, and those that can be downloaded", _list)
    show = action("show", "the card of a file", _details)
    show.add_argument("file", metavar="W", help="a path, or a name that list shows")
    verify = action("verify", "check that a file is whole", _verification)
    verify.add_argument("file", metavar="W", help="a path, or a name that list shows")
    verify.add_argument("--sha256", metavar="H", help="the hash it must have")
    imported = action("import", "turn the authors' checkpoint into a weights file", _imported)
    imported.add_argument("file", metavar="FILE.pth")
    imported.add_argument("--model", required=True, metavar="NAME", help="for example specaware-base")
    imported.add_argument("--output", required=True, metavar="W.safetensors")
    imported.add_argument("--dtype", default="float32", choices=["float32", "float16"])
    imported.add_argument("--patch-px", type=int, metavar="K", help="patch side to resample to, instead of the model's")
    fetched = action("download", "fetch a known file over https; an unfinished one is continued", _downloaded)
    fetched.add_argument("name", metavar="NAME", help="a name that list shows")
    fetched.add_argument("--output", metavar="FILE", help="a file or folder, instead of the user's weights folder")


def _printable(text: str) -> str:
    """Without control characters: cards of foreign files are shown on a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def _list(value: dict[str, Any]) -> str:
    lines = [f"{f['name']:24} {f['origin']:9} {f['bytes'] / 1e6:8.1f} MB  "
             + (f["problem"] or f"{f['model']}, {f['parameters']:,} parameters, {f['dtype']}") for f in value["files"]]
    lines += ["", "Can be downloaded:" if value["downloads"] else "No file to download is known."]
    lines += [f"{f['name']:24} {f['file']} ({f['source']}; licence: {f['licence']}; "
              f"hash {'known' if f['sha256'] else 'not known'})" for f in value["downloads"]]
    return "\n".join([*lines, "", f"Your weights folder: {value['folder']}"])


def _details(value: dict[str, Any]) -> str:
    file, card = value["file"], value["card"]
    rows = {"file": file["path"], "bytes": file["bytes"], "sha256": value["sha256"], "stored as": file["dtype"],
            "name": card["name"], "made from": card["created_from"], "seen": "; ".join(card["seen"]),
            "licence": card["licence"], "parameters": f"{card['parameters']:,}",
            "architecture": ", ".join(f"{k} {v}" for k, v in card["architecture"].items()),
            "training": ", ".join(f"{k} {v}" for k, v in card["training"].items())}
    return "\n".join(f"{name}: {text}" for name, text in rows.items() if text != "")


def _verification(value: dict[str, Any]) -> str:
    against = "is the expected one" if value["compared"] else "was not compared: give --sha256 to compare it"
    whole = f"Whole and loadable, {value['parameters']:,} parameters.\n" if value["parameters"] else ""
    return f"{whole}SHA-256 {value['sha256']} {against}."


def _imported(value: dict[str, Any]) -> str:
    counts = ", ".join(f"{len(value[name])} {name}" for name in ("missing", "unexpected", "resized", "ignored"))
    return (f"{value['path']}: {value['model']}, {value['parameters']:,} parameters, {value['dtype']}\n"
            f"{value['loaded']} weights loaded, {counts}\nSHA-256 {value['sha256']}")


def _downloaded(value: dict[str, Any]) -> str:
    against = "as known" if value["compared"] else "not known before, compare it with another source"
    return (f"{value['path']}: {value['bytes']} bytes\nSHA-256 {value['sha256']} ({against})\n"
            "Turn it into a weights file with `python -m engine weights import`.")
