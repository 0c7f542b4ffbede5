"""What can go wrong between the plugin and the engine. Each error has a message and a hint for the user."""

from __future__ import annotations


class EngineError(Exception):
    """The engine refused or failed a job, or could not be reached.

    Attributes:
        code: stable short name, the engine's own where it sent one.
        message: what happened.
        hint: what to do about it.
    """

    code = "engine"

    def __init__(self, message: str, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint
        self.code = code or self.code

    def text(self) -> str:
        """Message and hint in one line."""
        return f"{self.message} — {self.hint}" if self.hint else self.message


class EngineMissing(EngineError):
    """There is no engine to start.

    Attributes:
        by_hand: how to make one without the panel; said where there is none, as by ``qgis_process``.
    """

    code = "engine-missing"

    def __init__(self, message: str, hint: str = "", code: str = "", by_hand: str = "") -> None:
        super().__init__(message, hint, code)
        self.by_hand = by_hand

    def text(self) -> str:
        """Message, hint, and the way by hand."""
        return f"{super().text()} {self.by_hand}".rstrip()


class EngineDied(EngineError):
    """The engine's process ended in the middle of a job."""

    code = "engine-died"


class EngineMismatch(EngineError):
    """What was started does not speak this plugin's protocol."""

    code = "protocol-mismatch"


class EngineBusy(EngineError):
    """Another job is running."""

    code = "busy"


class EngineCancelled(EngineError):
    """The user cancelled the job."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__("The job was cancelled.", "No output was written.")
