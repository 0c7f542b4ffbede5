from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from engine.__main__ import main
from engine.bench import io
from engine.bench import models as bench
from engine.bench.models import Measured, Piece, Workload, compare, measure
from engine.bench.speed_report import Machine, as_json, markdown
from engine.inference.device import Device

from .test_same_as_plain import SIZES

TINY = Workload(replace(SIZES, name="tiny", depth=4, feature_layers=(0, 1, 2, 3)), bands=12, side_px=32, pyramid_dim=16,
                segmentation_dim=4)
FOUND = Measured("piece", 0.75, 0.25, 800, 100, 1e-6, 1e-5, wanted_speed=3, wanted_memory=8)


def test_every_piece_gives_what_its_formula_gives():
    found = list(measure(TINY, 1, Device("cpu", torch.bfloat16, "CPU")))
    assert [m.name for m in found] == ["HyperEmbedding", "HyperLinear", "encoder, bfloat16 against float32",
                                       "UPerNet head", "HyperLinear and losses of a step",
                                       "masked pretraining step, float32",
                                       "masked pretraining step, float32, same blocks in both",
                                       "masked pretraining step, bfloat16",
                                       "masked pretraining step, bfloat16, blocks computed again"]
    assert [m.name for m in found if m.tolerance < bench.HALF and not m.same] == []
    assert all(m.reference_bytes > 0 and m.ours_s > 0 for m in found)


def test_without_half_precision_nothing_is_said_of_it():
    names = [piece.name for piece in bench.pieces(TINY, Device("cpu", torch.float32, "CPU"))]
    assert not any("bfloat16" in name for name in names)


def test_a_different_result_is_seen():
    wrong = Piece("wrong", lambda: torch.ones(3), lambda: torch.tensor([1, 1, 1.1]), 1e-5, speed=0)
    found = compare(wrong, 1)
    assert not found.same
    assert not found.reached
    assert "DIFFERS" in markdown(TINY, [found], Machine.here())


@pytest.mark.parametrize(("change", "verdict"), [({}, "reached"), ({"ours_s": 0.26}, "short"),
                                                 ({"ours_bytes": 101}, "short")])
def test_a_target_counts_as_reached_only_with_speed_and_memory(change, verdict):
    found = replace(FOUND, **change)
    assert found.reached == (verdict == "reached")
    assert verdict in markdown(TINY, [found], Machine.here()).splitlines()[-1]


def test_the_report_names_machine_and_versions():
    machine = Machine.here()
    value = json.loads(json.dumps(as_json(TINY, [FOUND], machine)))
    assert value["machine"]["threads"] == torch.get_num_threads()
    assert value["machine"]["versions"]["torch"] == torch.__version__
    assert value["pieces"][0]["speed"] == pytest.approx(3)
    assert value["workload"]["config"]["embed_dim"] == TINY.config.embed_dim


def test_the_verb_writes_both_and_without_a_kind_measures_the_models(monkeypatch, tmp_path, capsys):
    asked = []

    def pretend(workload, repeats):
        asked.append((workload.bands, workload.side_px, repeats))
        return [replace(FOUND, error=1.0 if repeats == 2 else 0.0)]

    monkeypatch.setattr(bench, "measure", pretend)
    monkeypatch.setattr(io, "measure", lambda scene, repeats: [io.Speed("BSQ", 1, 0.5, 0.25, 1, 0.5)])
    assert main(["bench", "--json", str(tmp_path / "all.json")]) == 0
    written = json.loads((tmp_path / "all.json").read_text())
    assert (written["models"]["pieces"][0]["name"], written["io"]["layouts"][0]["layout"]) == ("piece", "BSQ")
    assert main(["bench", "models", "--bands", "50", "--side", "64", "--repeats", "2",
                 "--json", str(tmp_path / "speed.json")]) == 1
    assert asked == [(224, 224, 7), (50, 64, 2)]
    printed = capsys.readouterr().out
    assert "| piece | 750 | 250 | 3.0 (3) |" in printed
    assert "| BSQ | 1 | 0.500 | 0.250 | 2.00 |" in printed
    assert json.loads((tmp_path / "speed.json").read_text())["pieces"][0]["name"] == "piece"
    assert main(["bench", "models", "--side", "33"]) not in (0, 1)
    assert "33 px" in capsys.readouterr().err
