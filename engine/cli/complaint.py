"""How the command line tells an error."""

from __future__ import annotations

import sys

ERROR_EXIT = 2


def complain(code: str, message: str, hint: str) -> int:
    """Two lines on stderr, whatever the message holds."""
    print(f"error: {code}: {' '.join(message.split())}\nhint: {' '.join(hint.split())}", file=sys.stderr)
    return ERROR_EXIT
