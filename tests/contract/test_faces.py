"""What the engine can do is offered alike by the command line and by the plugin."""

from __future__ import annotations

import argparse

import pytest

from engine.cli import _parser
from engine.models.tuned import HEADS
from engine.tasks.registry import REQUESTS
from specaware_qgis import params


@pytest.fixture(scope="module")
def verbs():
    (action,) = (a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    return action.choices


def test_every_task_has_a_verb(verbs):
    assert set(REQUESTS) <= set(verbs)


def test_every_head_is_offered(verbs):
    (head,) = (action for action in verbs["train"]._actions if action.dest == "head")
    assert tuple(head.choices) == tuple(params.HEADS) == HEADS
