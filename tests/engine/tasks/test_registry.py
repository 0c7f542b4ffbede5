from __future__ import annotations

from dataclasses import asdict, dataclass, fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.reporting import SilentReporter
from engine.tasks.registry import REQUESTS, make_request, run_task, task


@dataclass(frozen=True)
class Request:
    name: str
    size: float = 1.0
    count: int = 2
    flag: bool = False
    maybe: str | None = None
    place: tuple[float, float] | None = None
    words: tuple[str, ...] = ()


@pytest.mark.parametrize("name", REQUESTS)
def test_every_task_is_a_request_and_a_function(name):
    found = task(name)
    assert found.request.__name__ == REQUESTS[name]
    assert callable(found.run)
    assert fields(found.request)


def test_an_unknown_task_is_refused():
    with pytest.raises(InputError, match="no task called 'dance'"):
        run_task("dance", {}, SilentReporter())


def test_json_values_become_a_request():
    found = make_request(Request, {"name": "a", "size": 3, "place": [1, 2.5], "words": ["x", "y", "z"], "maybe": None})
    assert found == Request("a", 3.0, place=(1.0, 2.5), words=("x", "y", "z"))
    assert isinstance(found.size, float)
    assert make_request(Request, asdict(found)) == found


@pytest.mark.parametrize(("params", "words"), [
    ({"name": 3}, "name = 3"), ({"name": None}, "name = None"), ({"size": "3"}, "size"), ({"size": True}, "size"),
    ({"size": 10**400}, "size"), ({"count": 2.5}, "count"), ({"count": True}, "count"), ({"flag": 1}, "flag"),
    ({"place": [1]}, "place"), ({"place": [1, "b"]}, "place"), ({"place": "12"}, "place"),
    ({"words": ["x", 3]}, "words"), ({"maybe": ["x"]}, "maybe"), ({"coutn": 2}, "'coutn' is not a parameter")])
def test_values_that_do_not_fit_are_refused(params, words):
    with pytest.raises(InputError, match=words) as caught:
        make_request(Request, {"name": "a"} | params)
    assert caught.value.hint


def test_what_is_missing_is_named():
    with pytest.raises(InputError, match="lacks name"):
        make_request(Request, {"size": 2})


def test_a_near_name_is_suggested():
    with pytest.raises(InputError) as caught:
        make_request(Request, {"name": "a", "coutn": 2})
    assert caught.value.hint == "Did you mean 'count'?"


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                           lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=3), v, max_size=2))


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from([f.name for f in fields(Request)]), json_values))
def test_any_json_is_a_request_or_an_input_error(params):
    try:
        found = make_request(Request, params)
    except InputError:
        return
    assert isinstance(found.name, str)
    assert type(found.size) is float
    assert type(found.count) is int
    assert found.place is None or [type(v) for v in found.place] == [float, float]
