"""The command line: verbs that fill the same requests as the worker and QGIS Processing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from .. import __version__
from ..errors import InputError, SpecAwareError, is_out_of_memory
from . import (
    assess,
    batch,
    bench,
    change,
    classify,
    convert,
    dataset,
    explain,
    inspect,
    pair,
    pretrain,
    resample,
    sample,
    scene,
    service,
    suggest,
    train,
    weights,
)
from .common import EXTENT, POINT
from .complaint import ERROR_EXIT, complain

# In the order of the help text.
VERBS = (inspect, convert, resample, classify, batch, pair, change, suggest, sample, assess, scene, train, explain,
         dataset, pretrain, weights, bench, service)

__all__ = ["ERROR_EXIT", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb. Returns 0, or 2 after printing ``error: CODE: message`` and ``hint: ...``."""
    try:
        args = _parser().parse_args(_joined(sys.argv[1:] if argv is None else argv))
        return int(args.verb(args))
    except SpecAwareError as error:
        return complain(error.code, error.message, error.hint)
    except KeyboardInterrupt:
        return complain("cancelled", "The job was cancelled.", "No output was written.")
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        return complain("out-of-memory", "The computer ran out of memory.", "Close other programs, or use --extent.")


def _joined(argv: Sequence[str]) -> list[str]:
    """The arguments with ``--extent -87.5,...`` as one word: argparse takes a value with a minus for an option."""
    words: list[str] = []
    for word in argv:
        if words and words[-1] in (EXTENT, POINT) and word.startswith("-") and "," in word:
            words[-1] += "=" + word
        else:
            words.append(word)
    return words


class _Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes look like every other error of the engine."""

    def error(self, message: str) -> Any:
        """Raise instead of printing the usage."""
        raise InputError(f"{message[:1].upper()}{message[1:]}.", f"See `{self.prog} --help`.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m engine", description="Hyperspectral maps with the SpecAware foundation model.")
    parser.add_argument("--version", action="version", version=__version__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for verb in VERBS:
        verb.add(verbs)
    return parser
