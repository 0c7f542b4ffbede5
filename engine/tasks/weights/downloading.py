"""Fetches one file over https: with progress, resumed where it stopped, checked, and in place only when complete."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ... import __version__
from ...errors import InputError, OutputError
from ...models.files import file_hash
from ...reporting import Reporter

CHUNK_BYTES = 1 << 20
TIMEOUT_S = 60.0
MAX_BYTES = 4 * 1024 ** 3
HTTP_PARTIAL, HTTP_RANGE_NOT_SATISFIABLE = 206, 416


class DownloadError(InputError):
    """A file cannot be fetched, or is not the one that was expected."""

    code = "download-failed"


@dataclass(frozen=True)
class RemoteFile:
    """What to fetch.

    Attributes:
        url: https address.
        sha256: hexadecimal hash of the file, None if it is not known.
        size: its bytes, None if not known.
    """

    url: str
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Download:
    """What was fetched: hash and size of the file, and how much of it was there from an earlier attempt."""

    sha256: str
    size: int
    resumed_from: int


def download(remote: RemoteFile, target: Path, reporter: Reporter, loopback: bool = False) -> Download:
    """Fetch ``remote`` to ``target``; an unfinished ``.part`` beside it is continued.

    Args:
        remote: the file.
        target: where it shall be; its folder is made.
        reporter: told the progress; may cancel, which keeps the part.
        loopback: also allow http to 127.0.0.1, to try this against a server on the same machine.

    Raises:
        DownloadError: no connection, an incomplete answer, an address that is not https, or another file.
        OutputError: the file cannot be written.
    """
    part, notes = target.with_name(target.name + ".part"), target.with_name(target.name + ".part.json")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        resumed_from = _fetch(remote, part, notes, reporter, loopback)
        size = part.stat().st_size
        found = file_hash(part)
        wrong = remote.sha256 is not None and found != remote.sha256.lower()
        if wrong or remote.size not in (None, size):
            part.unlink()
            notes.unlink(missing_ok=True)
            raise DownloadError(f"The file has {size} bytes and the SHA-256 {found}, not those that are known for it.",
                                "It was removed. The file was changed, or damaged on the way; do not use it.")
        os.replace(part, target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error}.", "Check the free space and the folder.") from error
    notes.unlink(missing_ok=True)
    return Download(found, size, resumed_from)


def _fetch(remote: RemoteFile, part: Path, notes: Path, reporter: Reporter, loopback: bool) -> int:
    """Complete ``part``; the number of bytes that were there already."""
    start, validator = _resume_point(remote, part, notes)
    headers = {"User-Agent": f"specaware/{__version__}", "Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-"} | ({"If-Range": validator} if validator else {})
    try:
        with _opener(loopback).open(urllib.request.Request(_checked(remote.url, loopback), headers=headers),
                                    timeout=TIMEOUT_S) as response:
            start, total = _answered_range(response, start)
            _require_room(part.parent, total, start)
            known = {"url": remote.url, "validator": _validator(response.headers)}
            notes.write_text(json.dumps(known), encoding="utf-8")
            _copy(response, part, start, total, reporter)
    except urllib.error.HTTPError as error:
        if error.code == HTTP_RANGE_NOT_SATISFIABLE and start:
            if error.headers.get("Content-Range") == f"bytes */{start}":
                return start  # all of it was there
            part.unlink()  # it is as long as the file or longer, and not known to be the file
            return _fetch(remote, part, notes, reporter, loopback)
        raise DownloadError(f"The server answered {error.code} {error.reason}.", "The file may have moved.") from error
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise DownloadError(f"The file could not be fetched: {getattr(error, 'reason', error)}.",
                            "Check the connection and try again: it goes on where it stopped.") from error
    return start


def _resume_point(remote: RemoteFile, part: Path, notes: Path) -> tuple[int, str]:
    """Bytes that can be kept, and the server's mark of the version they are of.

    Without such a mark only a known hash can tell whether both halves are of one file.
    """
    try:
        known = json.loads(notes.read_text(encoding="utf-8"))
        validator = str(known["validator"]) if known["url"] == remote.url else None
    except (OSError, ValueError, KeyError, TypeError):
        validator = None
    if validator is None or not (validator or remote.sha256) or not part.exists():
        return 0, ""
    return part.stat().st_size, validator


def _validator(headers: Mapping[str, str]) -> str:
    """A strong ETag or the time of the last change."""
    tag = headers.get("ETag") or ""
    return tag if tag.startswith('"') else headers.get("Last-Modified") or ""


def _answered_range(response: Any, start: int) -> tuple[int, int | None]:
    """Where the answer begins, and the size of the whole file if the server says."""
    length = int(response.headers.get("Content-Length") or -1)
    if response.status != HTTP_PARTIAL:
        return 0, length if length >= 0 else None
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", response.headers.get("Content-Range", ""))
    if not found or int(found[1]) != start:
        raise DownloadError("The server answered with another part of the file than was asked for.",
                            "Remove the .part file and try again.")
    return start, int(found[3])


def _require_room(folder: Path, total: int | None, start: int) -> None:
    if (total or 0) > MAX_BYTES:
        raise DownloadError(f"The file has {total} bytes, more than any weights file.", "It is not what was expected.")
    free = shutil.disk_usage(folder).free
    if total is not None and total - start > free:
        raise OutputError(f"{total - start} bytes are needed in {folder}, {free} are free.", "Make room there.")


def _copy(response: Any, part: Path, start: int, total: int | None, reporter: Reporter) -> None:
    """Append the answer to the first ``start`` bytes of ``part``."""
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        file.truncate()
        done = start
        while chunk := _read(response):
            reporter.check_cancelled()
            file.write(chunk)
            done += len(chunk)
            if done > MAX_BYTES:
                raise DownloadError("The file is larger than any weights file.", "It is not what was expected.")
            reporter.progress(done / total if total else 0.0, f"{done >> 20} MB")
    if total is not None and done != total:
        raise DownloadError(f"The connection ended after {done} of {total} bytes.",
                            "Try again: it goes on where it stopped.")


def _read(response: Any) -> bytes:
    """The next bytes; a failing connection is no failing disk."""
    try:
        return response.read(CHUNK_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise DownloadError(f"The connection failed: {error}.", "Try again: it goes on where it stopped.") from error


def _checked(url: str, loopback: bool) -> str:
    """The address, if it is https."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (loopback and parts.scheme == "http" and parts.hostname == "127.0.0.1"):
        raise DownloadError(f"{url[:100]} is not an https address.", "Files are fetched over https only.")
    return url


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirections to https only."""

    def __init__(self, loopback: bool) -> None:
        self._loopback = loopback

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """Check the new address."""
        return super().redirect_request(req, fp, code, msg, headers, _checked(newurl, self._loopback))


def _opener(loopback: bool) -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_SafeRedirects(loopback))
