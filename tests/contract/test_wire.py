import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ProtocolError
from engine.wire import (
    MAX_LINE_BYTES,
    TYPES,
    Cancel,
    Error,
    Hello,
    Log,
    Ping,
    Pong,
    Progress,
    Result,
    Run,
    Shutdown,
    decode,
    encode,
)

# The last two stand for bytes of file names that are not UTF-8.
text = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(["\udc80", "\udcff"]), max_size=30)
numbers = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(st.none() | st.booleans() | st.integers() | numbers | text,
                      lambda v: st.lists(v, max_size=3) | st.dictionaries(text, v, max_size=3), max_leaves=8)
objects = st.dictionaries(text, values, max_size=4)
messages = st.one_of(
    st.builds(Hello, text, text, text, st.lists(text, max_size=3), st.integers()), st.builds(Run, text, text, objects),
    st.builds(Cancel, text), st.just(Ping()), st.just(Pong()), st.just(Shutdown()),
    st.builds(Progress, text, numbers, text), st.builds(Log, text, text, text), st.builds(Result, text, objects),
    st.builds(Error, text, text, text, text))


@settings(deadline=None, max_examples=300)
@given(messages)
def test_every_message_survives_the_wire(message):
    line = encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    line.decode()
    assert decode(line) == message


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60) | values.map(lambda v: json.dumps(v).encode())
       | st.fixed_dictionaries({"type": st.sampled_from(sorted(TYPES)) | values}, optional={
           "id": values, "task": values, "params": values, "code": values}).map(lambda v: json.dumps(v).encode()))
def test_any_line_is_a_message_or_a_protocol_error(line):
    try:
        message = decode(line)
    except ProtocolError:
        return
    assert decode(encode(message)) == message


@pytest.mark.parametrize("line", [
    b"", b"\n", b"{}", b"[]", b"7", b"null", b'"ping"', b'{"type":"pings"}', b'{"type":["ping"]}', b'{"type":"cancel"}',
    b'{"type":"ping","id":"1"}', b'{"type":"cancel","id":7}', b'{"type":"cancel","id":null}',
    b'{"type":"run","id":"1","task":["inspect"]}', b'{"type":"run","id":"1","task":"inspect","params":[]}',
    b'{"type":"run","id":"1","task":"inspect","params":null}', b'{"type":"progress","id":"1","fraction":true}',
    b"[" * 100_000, b'{"type":"ping"', b"\xff\xfe", b'{"type":"ping"}{"type":"ping"}'], ids=lambda b: repr(b[:40]))
def test_what_is_no_message_is_refused(line):
    with pytest.raises(ProtocolError):
        decode(line)


def test_long_lines_are_refused():
    line = encode(Run("1", "inspect", {"image": "x" * MAX_LINE_BYTES}))
    with pytest.raises(ProtocolError, match="too long"):
        decode(line)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_json_does_not_know_are_refused(value):
    with pytest.raises(ValueError, match="JSON"):
        encode(Result("1", {"score": value}))
