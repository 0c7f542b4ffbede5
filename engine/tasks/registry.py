"""Name of a task -> its request type and its run function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from difflib import get_close_matches
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from ..errors import InputError
from ..reporting import Reporter

# A task of several files is a folder with a `task.py`. Imported when first used: inspecting must not wait for torch.
REQUESTS = {"inspect": "InspectRequest", "classify": "ClassifyRequest", "explain": "ExplainRequest",
            "change": "ChangeRequest", "pair": "PairRequest", "pretrain": "PretrainRequest", "scene": "SceneRequest",
            "train": "TrainRequest", "sample": "SampleRequest", "assess": "AssessRequest", "suggest": "SuggestRequest",
            "convert": "ConvertRequest", "resample": "ResampleRequest", "weights": "WeightsRequest",
            "batch": "BatchRequest", "dataset": "DatasetRequest"}

MAX_WHOLE = 2**1000  # a float can hold it


@dataclass(frozen=True)
class Task:
    """A task: ``run(request, reporter)`` returns a dataclass of JSON values."""

    name: str
    request: type
    run: Callable[[Any, Reporter], Any]


def task(name: str) -> Task:
    """Look a task up; raises `InputError` for an unknown name."""
    if name not in REQUESTS:
        raise InputError(f"There is no task called {name!r}.", f"Known tasks: {', '.join(REQUESTS)}.")
    module = import_module(f".{name}", __package__)
    if hasattr(module, "__path__"):  # a task of several files
        module = import_module(f".{name}.task", __package__)
    return Task(name, getattr(module, REQUESTS[name]), module.run)


def run_task(name: str, params: Mapping[str, Any], reporter: Reporter) -> dict[str, Any]:
    """Check ``params`` against the task's request type, run it, and return its result as JSON values."""
    found = task(name)
    return asdict(found.run(make_request(found.request, params), reporter))


def make_request(kind: type, params: Mapping[str, Any]) -> Any:
    """Build the frozen dataclass ``kind`` from JSON values.

    Raises:
        InputError: unknown or missing names, or a value of the wrong type.
    """
    known = {f.name: f for f in fields(kind)}
    for name in params:
        if name not in known:
            near = get_close_matches(name, known, 1)
            raise InputError(f"{name!r} is not a parameter of {kind.__name__}.",
                             f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}.")
    missing = [n for n, f in known.items()
               if n not in params and f.default is MISSING and f.default_factory is MISSING]
    if missing:
        raise InputError(f"{kind.__name__} lacks {', '.join(missing)}.", "Give every required parameter.")
    hints = get_type_hints(kind)
    return kind(**{name: _convert(name, value, hints[name]) for name, value in params.items()})


def _convert(name: str, value: Any, hint: Any) -> Any:
    """Check one JSON value against a type hint; whole numbers may stand for floats, lists for tuples."""
    options = get_args(hint) if get_origin(hint) is UnionType else (hint,)
    for option in options:
        if option is NoneType and value is None:
            return None
        if option is float and (type(value) is float or (type(value) is int and abs(value) < MAX_WHOLE)):
            return float(value)
        if get_origin(option) is tuple and isinstance(value, list | tuple):
            inner = [a for a in get_args(option) if a is not Ellipsis]
            if len(inner) in (1, len(value)):
                inner = inner * len(value) if len(inner) == 1 else inner
                return tuple(_convert(name, v, t) for v, t in zip(value, inner, strict=True))
        if isinstance(option, type) and type(value) is option:
            return _encodable(name, value) if isinstance(value, str) else value
    raise InputError(f"{name} = {value!r} is not of type {hint}.", "See the documentation of the task's request.")


def _encodable(name: str, value: str) -> str:
    """GDAL takes UTF-8 names only; Python shows other bytes of a file name as halves of surrogate pairs."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        shown = value.encode(errors="backslashreplace").decode()
        raise InputError(f"{name} = {shown} is not UTF-8.", "Rename the file or folder.") from error
    return value
