"""One list of messages that the engine and the plugin both parse, and one of lines that neither takes for a message."""

from __future__ import annotations

import json
import queue
from dataclasses import asdict
from pathlib import Path

import pytest

from engine import wire
from engine.errors import ProtocolError
from specaware_qgis.connection.client import PROTOCOL, EngineClient
from specaware_qgis.connection.process import Junk, parse
from specaware_qgis.errors import EngineCancelled, EngineError

HERE = Path(__file__).parent
MESSAGES = (HERE / "messages.jsonl").read_bytes().splitlines()
JUNK = (HERE / "junk.jsonl").read_bytes().splitlines()


def of_kind(*kinds):
    return [body for body in map(json.loads, MESSAGES) if body["type"] in kinds]


class FakeProcess:
    """A worker that answers a job with the messages it was given, under the job's own id."""

    exit_code, pid = None, 0

    def __init__(self, answers):
        self.sent, self.messages, self._answers = [], queue.Queue(), answers
        self.messages.put(parse(MESSAGES[0]))

    def send(self, body):
        self.sent.append(body)
        if body["type"] == "run":
            for answer in self._answers:
                self.messages.put(parse(wire.encode(wire.decode(json.dumps({**answer, "id": body["id"]}).encode()))))
        return True

    def end(self, grace_s=0.0):
        pass


@pytest.fixture
def client_of(monkeypatch):
    def make(*answers):
        process = FakeProcess(answers)
        monkeypatch.setattr("specaware_qgis.connection.client.EngineProcess", lambda command: process)
        return EngineClient(lambda: None), process
    return make


def test_every_kind_of_message_is_in_the_list():
    assert {json.loads(line)["type"] for line in MESSAGES} == set(wire.TYPES)
    assert json.loads(MESSAGES[0])["protocol"] == wire.PROTOCOL == PROTOCOL


@pytest.mark.parametrize("line", MESSAGES, ids=lambda line: json.loads(line)["type"])
def test_both_sides_read_the_same(line):
    message = wire.decode(line)
    expected = json.loads(line)
    assert {"type": type(message).__name__.lower(), **asdict(message)} == expected
    assert parse(line) == expected
    assert parse(wire.encode(message)) == expected


@pytest.mark.parametrize("line", JUNK)
def test_neither_side_takes_junk_for_a_message(line):
    with pytest.raises(ProtocolError):
        wire.decode(line)
    assert isinstance(parse(line), Junk)


def test_the_client_sends_what_the_list_holds(client_of):
    client, process = client_of(*of_kind("result"))
    client.run("classify", {"image": "a.tif"})
    client.stop()
    known = {body["type"]: set(body) for body in of_kind("run", "shutdown")}
    assert {body["type"]: set(body) for body in process.sent} == known
    for body in process.sent:
        wire.decode(json.dumps(body).encode())


def test_the_client_follows_progress_log_and_result(client_of):
    progress, logs = [], []
    client, _ = client_of(*of_kind("progress", "log", "result"))
    value = client.run("classify", {}, lambda *p: progress.append(p), lambda *m: logs.append(m))
    assert value == of_kind("result")[0]["value"]
    assert progress[1:] == [(0.25, "mapping"), (1.0, "")]
    assert logs == [("warning", "Few labels: water (3).")]


def test_the_client_tells_cancelled_from_failed(client_of):
    cancelled, failed = of_kind("error")[:2]
    with pytest.raises(EngineCancelled):
        client_of(cancelled)[0].run("classify", {})
    with pytest.raises(EngineError, match="no field kind") as caught:
        client_of(failed)[0].run("classify", {})
    assert (caught.value.code, caught.value.hint) == ("bad-labels", "Its fields are: class.")
