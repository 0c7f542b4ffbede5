"""Random damage to model files, cards, messages and requests: a value, or a sentence for the user.

``SPECAWARE_FUZZ_EXAMPLES`` is how many of each to try.
"""

from __future__ import annotations

import json
import os
import struct
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InputError, ModelError, ProtocolError
from engine.raster.safe_xml import ParseError, parse_xml
from engine.tasks.registry import REQUESTS, make_request, task
from engine.wire import MAX_LINE_BYTES, TYPES, decode, encode

from .containers import data_of, header_of, write
from .model_files import LOADERS, good

EXAMPLES = int(os.environ.get("SPECAWARE_FUZZ_EXAMPLES", "150"))
pytestmark = pytest.mark.timeout(60 + EXAMPLES)
FUZZED = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

text = st.text(max_size=30) | st.sampled_from(["../../x", "$(x)", "\u202e", "\ud800", "\0", "<b>", "F16", "I64"])
whole = st.integers() | st.sampled_from([0, -1, 1, 2**31, 2**63, 2**64 - 1, 2**64, 10**400])
leaves = st.none() | st.booleans() | whole | st.floats() | text
values = st.recursive(leaves, lambda v: st.lists(v, max_size=4) | st.dictionaries(text, v, max_size=4), max_leaves=10)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A good file of each kind: its loader, header and data."""
    folder = tmp_path_factory.mktemp("good")
    made = {kind: good(folder, kind) for kind in ("weights", "gpt", "map", "tuned")}
    return {kind: (LOADERS.get(kind, LOADERS["weights"]), header_of(path), data_of(path))
            for kind, path in made.items()}


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return tmp_path_factory.mktemp("bad") / "m.safetensors"


def loads_or_is_refused(load, path):
    try:
        load(path)
    except ModelError as error:
        told = error
    else:
        return
    assert told.hint
    assert len(told.message) < 1000
    told.message.encode(errors="backslashreplace").decode()


def replaced(data, body):
    """``body`` (JSON values) with one value, at any depth, replaced, removed or moved to another name."""
    places, stack = [], [body]
    while stack:
        node = stack.pop()
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in list(items):
            places.append((node, key))
            if isinstance(value, dict | list) and value:
                stack.append(value)
    for _ in range(data.draw(st.integers(1, 3))):
        node, key = data.draw(st.sampled_from(places))
        with suppress(KeyError, IndexError):
            if data.draw(st.booleans()):
                node[key] = data.draw(values)
            elif isinstance(node, dict):
                node[data.draw(text)] = node.pop(key)
            else:
                node.pop(key)
    return body


@pytest.mark.parametrize("kind", ["weights", "gpt", "map", "tuned"])
@FUZZED
@given(data=st.data())
def test_entries_and_texts_of_a_header(files, target, kind, data):
    load, header, body = files[kind]
    loads_or_is_refused(load, write(target, replaced(data, json.loads(json.dumps(header))), body))


@pytest.mark.parametrize("kind", ["weights", "gpt", "map", "tuned"])
@FUZZED
@given(data=st.data())
def test_values_of_a_card(files, target, kind, data):
    load, header, body = files[kind]
    header = json.loads(json.dumps(header))
    ((key, card),) = header["__metadata__"].items()
    header["__metadata__"][key] = json.dumps(replaced(data, json.loads(card)))
    loads_or_is_refused(load, write(target, header, body))


@pytest.mark.parametrize("kind", ["weights", "gpt", "map", "tuned"])
@FUZZED
@given(data=st.data())
def test_bytes_of_a_file(files, target, kind, data):
    load, header, body = files[kind]
    text_bytes = json.dumps(header).encode()
    content = bytearray(struct.pack("<Q", len(text_bytes)) + text_bytes + body)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, 8 + len(text_bytes)) | st.integers(0, len(content) - 1))
        content[at:at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=8))
    target.write_bytes(bytes(content))
    loads_or_is_refused(load, target)


@pytest.mark.parametrize("load", LOADERS.values(), ids=LOADERS)
@FUZZED
@given(st.binary(max_size=200) | values.map(lambda v: json.dumps(v).encode()).map(
    lambda b: struct.pack("<Q", len(b)) + b))
def test_any_bytes(target, load, content):
    target.write_bytes(content)
    loads_or_is_refused(load, target)


@FUZZED
@given(st.dictionaries(st.sampled_from(["type", "id", "task", "params", "code", "fraction"]) | text,
                       st.sampled_from(sorted(TYPES)) | values, max_size=5), st.binary(max_size=4), st.integers(0, 200))
def test_lines_of_the_wire(body, noise, at):
    line = json.dumps(body).encode()
    for content in (line, line[:at] + noise + line[at:], line[:at]):
        try:
            message = decode(content)
        except ProtocolError as error:
            assert len(error.message) < MAX_LINE_BYTES  # noqa: PT017 (either outcome is right)
            continue
        with suppress(ValueError):  # NaN, which json reads and we do not write
            again = decode(encode(message))
            assert again == message


@pytest.mark.parametrize("name", REQUESTS)
@settings(FUZZED, max_examples=max(EXAMPLES // 3, 10))
@given(data=st.data())
def test_params_of_a_request(name, data):
    kind = task(name).request
    names = st.sampled_from(sorted(kind.__dataclass_fields__)) | text
    params = data.draw(st.dictionaries(names, values, max_size=6))
    try:
        make_request(kind, params)
    except InputError as error:
        assert error.hint  # noqa: PT017 (either outcome is right)


@FUZZED
@given(st.binary(max_size=100) | st.text(max_size=100).map(lambda t: f"<a>{t}</a>".encode(errors="replace")))
def test_xml(content):
    with suppress(ParseError):
        parse_xml(content)
