"""Names of unfinished files, and removing those of a process that was killed before it could."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
from pathlib import Path

# .NAME.HOST-PID-ANYTHING.part, and what GDAL puts beside it.
PATTERN = re.compile(r"\..+\.(?P<host>[\w-]+)-(?P<pid>\d+)-\w*\.part(\.\w+)*")


def part_prefix(path: Path) -> str:
    """How the hidden names of unfinished files of ``path`` begin; they end in ``.part``."""
    return f".{path.name}.{_host()}-{os.getpid()}-"


def remove_leftovers(folder: Path) -> None:
    """Remove unfinished files in a folder that processes of this computer left behind and that no longer run."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            found = PATTERN.fullmatch(entry.name)
            if found and found["host"] == _host() and not _runs(int(found["pid"])):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _host() -> str:
    """The computer's name: a folder may be shared with others, whose processes are not known here."""
    return re.sub(r"[^\w]", "_", socket.gethostname()) or "local"


def _runs(pid: int) -> bool:
    """True if there is such a process. Windows refuses to remove the files of one, so there it does not matter.

    One that has ended and waits for its parent to ask holds no file any more.
    """
    if sys.platform == "win32":
        return pid == os.getpid()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return True
