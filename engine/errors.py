"""The errors a user can meet. Each says what happened and what to do about it; none needs a traceback."""

from __future__ import annotations


class SpecAwareError(Exception):
    """Root of all errors a user can cause or mend.

    Attributes:
        code: stable short name, lower-case with hyphens, e.g. ``no-wavelengths``.
        message: one sentence, what happened, with the numbers.
        hint: one sentence, what to do.
    """

    code = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(SpecAwareError):
    """A file or a parameter cannot be used as given."""

    code = "bad-input"


class RasterError(InputError):
    """The image cannot be opened or read."""

    code = "bad-raster"


class WavelengthError(InputError):
    """Band wavelengths are missing, incomplete or not plausible."""

    code = "no-wavelengths"


class LabelError(InputError):
    """The labels cannot be used with this image."""

    code = "bad-labels"


class ModelError(InputError):
    """A weights or model file is not usable."""

    code = "bad-model"


class OutputError(SpecAwareError):
    """A result cannot be written where it was asked for."""

    code = "bad-output"


class DeviceError(SpecAwareError):
    """The requested computing device is not available or failed."""

    code = "bad-device"


class ProtocolError(SpecAwareError):
    """A message between the plugin and the engine is malformed or of another version."""

    code = "bad-message"


class BusyError(SpecAwareError):
    """The worker is running another job."""

    code = "busy"


class CancelledError(SpecAwareError):
    """The user cancelled the job."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__("The job was cancelled.", "No output was written.")


# What torch's allocator, oneDNN and Python's threads say where the host's memory is full: there is no class for it.
_FULL_MEMORY = ("DefaultCPUAllocator", "could not create a primitive", "can't start new thread")


def is_out_of_memory(error: BaseException | None) -> bool:
    """True if an error, or one it followed from, says that the memory of the host or of the device is full."""
    if error is None:
        return False
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":  # torch's, for devices
        return True
    told = isinstance(error, RuntimeError) and any(words in str(error) for words in _FULL_MEMORY)
    return told or is_out_of_memory(error.__cause__ or error.__context__)
