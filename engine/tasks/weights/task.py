"""Weights files: list, show, verify, import from the authors' checkpoints, download."""

from __future__ import annotations

import json
import string
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import InputError, ModelError
from ...models.files import file_hash
from ...models.weights import SUFFIX, load_any, read_header
from ...models.weights_folder import find_weights, user_weights_folder, weights_files
from ...reporting import Reporter
from .downloading import RemoteFile, download
from .importing import ImportResult, import_weights

REGISTRY = Path(__file__).resolve().parents[3] / "resources" / "weights.json"
ALLOW_LOOPBACK = False  # tests serve files from this machine
ACTIONS = ("list", "show", "verify", "import", "download")


@dataclass(frozen=True)
class WeightsRequest:
    """What to do with weights.

    Attributes:
        action: one of `ACTIONS`.
        file: weights to show or verify (a path, or a name that `list` shows), checkpoint to import.
        model: preset a checkpoint is imported as.
        output: file to write; for a download None means the user's weights folder.
        dtype: precision of imported weights, ``float32`` or ``float16``.
        patch_px: patch side of imported weights, None for the preset's.
        sha256: hash a file must have.
        name: file to download, see `known_files`.
    """

    action: str
    file: str | None = None
    model: str | None = None
    output: str | None = None
    dtype: str = "float32"
    patch_px: int | None = None
    sha256: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class KnownFile:
    """A file that can be downloaded; `sha256` and `bytes` are None where nobody published them."""

    name: str
    file: str
    url: str
    sha256: str | None
    bytes: int | None
    licence: str
    source: str


@dataclass(frozen=True)
class WeightsEntry:
    """A weights file; `problem` says why it cannot be used."""

    name: str
    path: str
    origin: str
    bytes: int
    model: str = ""
    parameters: int = 0
    dtype: str = ""
    problem: str = ""


@dataclass(frozen=True)
class WeightsList:
    """What is here, what can be fetched, and where the user's files are."""

    files: list[WeightsEntry]
    downloads: list[KnownFile]
    folder: str


@dataclass(frozen=True)
class WeightsDetails:
    """Card and hash of a file."""

    file: WeightsEntry
    sha256: str
    card: dict[str, Any]


@dataclass(frozen=True)
class Verification:
    """A file that is whole: its hash, whether it was compared with a known one, and its parameters (0: not ours)."""

    path: str
    sha256: str
    compared: bool
    parameters: int


@dataclass(frozen=True)
class DownloadResult:
    """A fetched file, and whether its hash was compared with a known one."""

    path: str
    sha256: str
    bytes: int
    resumed_from: int
    compared: bool


WeightsResult = WeightsList | WeightsDetails | Verification | ImportResult | DownloadResult


def run(request: WeightsRequest, reporter: Reporter) -> WeightsResult:
    """Do one of `ACTIONS`.

    Raises:
        InputError: an unknown action, or something it needs is missing.
        ModelError: the file is not usable.
        OutputError: a file cannot be written.
    """
    match request.action:
        case "list":
            return WeightsList([_entry(f.path, f.origin) for f in weights_files()], known_files(),
                               str(user_weights_folder()))
        case "show":
            return _show(find_weights(_needed(request.file, "file")))
        case "verify":
            return _verify(find_weights(_needed(request.file, "file")), request.sha256)
        case "import":
            return import_weights(Path(_needed(request.file, "file")), _needed(request.model, "model"),
                                  Path(_needed(request.output, "output")), request.dtype, request.patch_px, reporter)
        case "download":
            return _download(_needed(request.name, "name"), request.output, reporter)
    raise InputError(f"There is nothing called {request.action!r} to do with weights.", f"Known: {', '.join(ACTIONS)}.")


def known_files() -> list[KnownFile]:
    """The files that can be downloaded."""
    return [KnownFile(**entry) for entry in json.loads(REGISTRY.read_text(encoding="utf-8"))["files"]]


def _needed(value: str | None, name: str) -> str:
    if not value:
        raise InputError(f"{name} is missing.", f"Give {name}.")
    return value


def _entry(path: Path, origin: str) -> WeightsEntry:
    """What the header tells; a broken file is listed with its problem."""
    entry = WeightsEntry(path.stem, str(path), origin, path.stat().st_size)
    if path.suffix != SUFFIX:
        return replace(entry, problem="not imported yet: weights import")
    try:
        header = read_header(path)
    except ModelError as error:
        return replace(entry, problem=error.message)
    return replace(entry, model=header.card.name, parameters=header.card.parameters, dtype="/".join(header.dtypes))


def _show(path: Path) -> WeightsDetails:
    header = read_header(path)
    card = {name: value for name, value in asdict(header.card).items() if name != "sha256"}
    origin = next((f.origin for f in weights_files() if f.path == path), "file")
    return WeightsDetails(_entry(path, origin), file_hash(path), card | {"seen": list(header.card.seen)})


def _verify(path: Path, sha256: str | None) -> Verification:
    """Check the hash, then everything else that can be wrong with a file of ours."""
    known = {entry.file: entry.sha256 for entry in known_files()}.get(path.name)
    expected = _hash(sha256) if sha256 else known
    if path.suffix != SUFFIX and not expected:
        raise InputError(f"{path.name} is not a {SUFFIX} file, and no hash is known for it.", "Give --sha256.")
    found = file_hash(path)
    if expected and found != expected:
        raise ModelError(f"{path.name} has the SHA-256 {found}, not {expected}.", "It is another file, or damaged.")
    parameters = load_any(path)[1].parameters if path.suffix == SUFFIX else 0
    return Verification(str(path), found, bool(expected), parameters)


def _hash(text: str) -> str:
    if len(text) != 64 or not set(text) <= set(string.hexdigits):
        raise InputError(f"{text[:80]!r} is not a SHA-256.", "It has 64 hexadecimal digits.")
    return text.lower()


def _download(name: str, output: str | None, reporter: Reporter) -> DownloadResult:
    known = next((entry for entry in known_files() if entry.name == name), None)
    if known is None:
        names = ", ".join(entry.name for entry in known_files()) or "none"
        raise InputError(f"No file called {name!r} is known.", f"Known: {names}.")
    target = Path(output) if output else user_weights_folder() / known.file
    if target.is_dir():
        target /= known.file
    if target.exists():
        raise InputError(f"{target} is there already.", "Remove it to fetch it again.")
    reporter.log("info", f"Fetching {known.url} (licence: {known.licence})")
    if known.sha256 is None:
        reporter.log("warning", "No hash of this file is known; what arrives cannot be compared with anything.")
    done = download(RemoteFile(known.url, known.sha256, known.bytes), target, reporter, ALLOW_LOOPBACK)
    return DownloadResult(str(target), done.sha256, done.size, done.resumed_from, known.sha256 is not None)
