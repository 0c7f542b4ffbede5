import json
import math

import numpy as np
import pytest
import rasterio
import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.bench import scene_baseline
from engine.bench.scene import SIDE_PX, SceneSize, encoder_alone, encoder_operations, make_scene
from engine.bench.scene_table import Floors, Speed, as_json, markdown
from engine.bench.speed_report import Machine
from engine.models import vit
from engine.models.specaware import SpecAwareEncoder
from engine.models.specaware.spectral_input import SpectralInput
from engine.raster.cube import Cube
from tests.scenes import TINY

BANDS = 5


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_scene(tmp_path_factory.mktemp("scene"), SceneSize(SIDE_PX + 1, 10, BANDS))


def test_the_scene_is_mirrored_to_its_size_and_described(made):
    image, labels = made
    with Cube.open(image) as cube, rasterio.open(image) as file:
        assert cube.grid.shape == (2 * SIDE_PX, SIDE_PX)
        assert (len(cube.bands), cube.meta.level) == (BANDS, "L2")
        values = file.read()
    np.testing.assert_array_equal(values[:, :SIDE_PX], values[:, :SIDE_PX - 1:-1])
    with rasterio.open(labels) as file:
        truth = file.read(1)
    assert truth[:SIDE_PX].any()
    assert not truth[SIDE_PX:].any()


def test_the_baseline_maps_the_strips_it_is_told_to(made, tmp_path, capsys):
    image, labels = made
    scene_baseline.main(image, labels, tmp_path / "map.tif", "forest", 0, 4)
    told = json.loads(capsys.readouterr().out)
    assert told["pixels"] == 2 * scene_baseline.STRIP_PX * SIDE_PX  # of 8 strips, the last one narrower
    assert {"read_s", "compute_s", "write_s"} == set(told["stages"])


def test_operations_are_those_that_torch_counts(monkeypatch):
    """All products of the encoder on one tile, less those that generate weights, which no pixel takes part in."""
    # The fused product is not among those that torch counts.
    monkeypatch.setattr(vit, "attend", lambda q, k, v: torch.softmax(q @ k.transpose(-2, -1), dim=-1) @ v)
    torch.manual_seed(0)
    encoder, tile = SpecAwareEncoder(TINY).eval(), TINY.tile_px

    def counted(side):
        spectral = SpectralInput(torch.linspace(500, 900, BANDS), torch.full((BANDS,), 10.0))
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            encoder(torch.rand(1, BANDS, side, side), spectral, content=torch.rand(1, BANDS, 8, 8),
                    contraction="merged")
        return counter.get_total_flops()

    shared = counted(TINY.patch_px)  # one token: generation, and next to nothing else
    assert encoder_operations(TINY, BANDS, (tile, tile)) == pytest.approx(counted(tile) - shared, rel=0.05)


def test_an_encoder_alone_is_counted_by_its_tiles(made):
    found = encoder_alone(made[0], TINY)
    shape = (2 * SIDE_PX, SIDE_PX)
    assert found.pixels == shape[0] * shape[1]
    assert found.seconds > 0
    assert found.operations == encoder_operations(TINY, BANDS, shape)


def test_table_and_json():
    speeds = [Speed("ours", 2.0, 3.0, 1000, 400.0, {"read_s": 0.5}, 4e9),
              Speed("reading alone", 0.5, 0.5, 1000, math.nan, {})]
    floors, machine = Floors(0.5 / 1000, 10e9), Machine.here()
    assert floors.times(speeds[0]) == (4.0, 5.0)
    lines = markdown(speeds, floors, machine).splitlines()
    assert lines[-2].split(" | ")[1:3] == ["500", "2.0"]
    assert lines[-2].endswith("| 4.0 | 5.0 |")
    found = json.loads(json.dumps(as_json(speeds, floors, machine), allow_nan=False))
    assert [row["operations"] for row in found["contenders"]] == [4e9, None]
