"""The command line as a user meets it: a process with an exit code and two streams."""

import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import rasterio

from engine import cli
from engine.inference.model import load_model
from tests.scenes import engine_environment, files_in, start_engine

from ..inference.models import make_model
from ..raster.scenes import reflectance, write_tif


def run_cli(*arguments):
    return subprocess.run([sys.executable, "-m", "engine", *map(str, arguments)], capture_output=True, text=True,
                          env=engine_environment(), timeout=120)


def options(scene, folder):
    return ["classify", scene.image, "--labels", scene.polygons, "--class-field", "kind", "--weights", scene.weights,
            "--device", "cpu", "--output", folder / "map.tif"]


def check_error(text, code):
    """Two lines after the progress; no traceback."""
    lines = text.splitlines()
    assert re.fullmatch(rf"error: ({code}): \S.*", lines[-2]), text
    assert re.fullmatch(r"hint: \S.*", lines[-1])
    assert all(re.match(r" *\d+% |(warning|info): ", line) for line in lines[:-2]), text


def test_a_map_by_command(scene, tmp_path):
    done = run_cli(*options(scene, tmp_path), "--confidence", tmp_path / "c.tif", "--report", tmp_path / "r.json",
                   "--save-model", tmp_path / "m.safetensors", "--seed", 3)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert all(re.match(r" *\d+%|(warning|info): ", line) for line in done.stderr.splitlines()), done.stderr
    for name in ("specaware", "random_forest"):
        assert re.search(rf"^{name}: oa [01]\.\d{{3}}, kappa [01]\.\d{{3}}, macro_f1", done.stdout, re.MULTILINE)
    assert files_in(tmp_path) == {"map.tif", "map.tif.aux.xml", "map.qml", "c.tif", "r.json", "m.safetensors"}
    with rasterio.open(tmp_path / "map.tif") as file:
        np.testing.assert_array_equal(file.read(1) > 0, scene.valid)
    assert load_model(tmp_path / "m.safetensors").provenance["seed"] == "3"


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_and_leaves_nothing(scene, tmp_path, name):
    process = start_engine(*options(scene, tmp_path), "--report", tmp_path / "r.json")
    seen = b""
    while b"5% learning" not in seen and b"%" not in seen:
        chunk = process.stderr.readline()
        assert chunk, "the process ended early"
        seen += chunk
    process.send_signal(name)
    start = time.monotonic()
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 2, rest
    check_error((seen + rest).decode(), "cancelled")
    assert files_in(tmp_path) == set()
    assert time.monotonic() - start < 60


@pytest.fixture
def capsys(capsys):
    """The command line takes the signals of its process; the test run wants them back."""
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    yield capsys
    for name, handler in before.items():
        signal.signal(name, handler)


def fails(capsys, *arguments):
    """Run the command line in this process; give the code and what it says."""
    code = cli.main([*map(str, arguments)])
    captured = capsys.readouterr()
    assert captured.out == ""
    return code, captured.err


@pytest.mark.parametrize(("changes", "code"), [
    (["--labels", "{folder}/none.gpkg"], "bad-labels"),
    (["--class-field", "colour"], "bad-labels"),
    (["--weights", "{scene}/scene.tif"], "bad-model"),
    (["--weights", "{scene}/polygons.gpkg"], "bad-model"),
    (["--wavelengths", "{folder}/none.csv"], "no-wavelengths"),
    (["--output", "{folder}/none/map.tif"], "bad-output"),
    (["--output", "{scene}/scene.tif"], "bad-output"),
    (["--save-model", "{folder}/m.joblib"], "bad-output"),
    (["--nonsense", "1"], "bad-input"),
    (["--seed", "x"], "bad-input"),
    (["--seed", "-1"], "bad-input"),
    (["--gsd", "nan"], "bad-input"),
    (["--gsd", "0"], "bad-input"),
    (["--level", "L9"], "bad-input"),
    (["--sensor", "Hubble"], "bad-input"),
    (["--extent", "1,2,3"], "bad-input"),
    (["--extent", "a,b,c,d"], "bad-input"),
    (["--extent", "nan,nan,nan,nan"], "bad-input"),
    (["--extent", "0,0,1,1"], "bad-input"),
    (["--model", "m.safetensors"], "bad-input"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else None)
def test_a_mistake_takes_two_lines(scene, tmp_path, capsys, changes, code):
    filled = [text.format(folder=tmp_path, scene=scene.folder) for text in changes]
    status, text = fails(capsys, *options(scene, tmp_path), *filled)
    assert status == 2
    check_error(text, code)
    assert files_in(tmp_path) == set()


def test_an_extent_may_begin_with_a_minus(scene, tmp_path, capsys):
    status, text = fails(capsys, *options(scene, tmp_path), "--extent", "-87.5,40,-87,41")
    assert status == 2
    check_error(text, "bad-input")
    assert "x -87.5 to -87" in text


def test_without_wavelengths_the_option_is_named(scene, tmp_path, capsys):
    image = write_tif(tmp_path / "plain.tif", reflectance(), wavelengths=None)
    status, text = fails(capsys, "classify", image, "--labels", scene.polygons, "--output", tmp_path / "map.tif")
    assert status == 2
    check_error(text, "no-wavelengths")
    assert "--wavelengths" in text
    assert files_in(tmp_path) == {"plain.tif"}


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["classify"], ["classify", "a.tif", "--output", "b.tif"],
                                       ["inspect"], ["inspect", "/nowhere.tif"], ["worker", "--idle-seconds", "-1"],
                                       ["worker", "--idle-seconds", "nan"], ["worker", "--idle-seconds", "soon"]])
def test_verbs_used_wrongly(capsys, arguments):
    status, text = fails(capsys, *arguments)
    assert status == 2
    assert len(text.splitlines()) == 2
    check_error(text, "bad-input|bad-raster")


def test_unusual_names_are_shown_on_one_line(capsys, tmp_path):
    status, text = fails(capsys, "inspect", tmp_path / "a\nerror: x: y\nb.tif")
    assert status == 2
    assert len(text.splitlines()) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_names_that_are_not_utf8_take_two_lines(tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9.tif"
    write_tif(tmp_path / "a.tif", reflectance()).rename(os.fsdecode(name))
    done = subprocess.run([sys.executable, "-m", "engine", "inspect", name], capture_output=True, timeout=120,
                          env=engine_environment())
    assert done.returncode == 2
    check_error(done.stderr.decode(), "bad-input")


def test_a_damaged_model_takes_two_lines(scene, tmp_path, capsys):
    model = tmp_path / "m.safetensors"
    make_model().save(model)
    model.write_bytes(model.read_bytes()[:-9])
    status, text = fails(capsys, "classify", scene.image, "--model", model, "--weights", scene.weights, "--output",
                         tmp_path / "map.tif")
    assert status == 2
    check_error(text, "bad-model")
    assert files_in(tmp_path) == {"m.safetensors"}


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", capsys.readouterr().out.strip())


def test_inspect_prints_json(scene):
    done = run_cli("inspect", scene.image, "--json")
    assert done.returncode == 0
    assert '"band_count": 27' in done.stdout
