from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio

from engine.errors import CancelledError, OutputError
from engine.raster.grid import Grid, Window, blocks
from engine.raster.legend import ClassInfo, default_palette
from engine.raster.writer import RasterWriter, check_output

from .scenes import PLACE, UTM, reflectance, write_tif

GRID = Grid(UTM, PLACE, (300, 280))
CLASSES = (ClassInfo(1, 'water & <b>"sea"</b>', (10, 20, 200)), ClassInfo(3, "tree\x07\nü", (0, 90, 0)))
MAP = np.random.default_rng(0).choice([0, 1, 3], GRID.shape).astype(np.uint8)


def write_map(path, **options):
    with RasterWriter(path, GRID, "uint8", nodata=0, classes=CLASSES, **options) as writer:
        for block in blocks(GRID.shape, 256):
            writer.write(block, MAP[block.slices])
        writer.set_counts({1: 7, 3: 9})


def names(folder):
    return sorted(item.name for item in folder.iterdir())


def test_what_was_written_is_read_back(tmp_path):
    path = tmp_path / "karte ü.tif"
    write_map(path, tags={"seed": "3"}, band_names=("class",))
    with rasterio.open(path) as file:
        np.testing.assert_array_equal(file.read(1), MAP)
        assert (file.crs, file.transform, file.nodata) == (UTM, PLACE, 0)
        assert file.colormap(1)[3] == (0, 90, 0, 255)
        assert file.descriptions == ("class",)
        assert file.tags()["seed"] == "3"
        assert file.block_shapes == [(256, 256)]
    assert names(tmp_path) == ["karte ü.qml", "karte ü.tif", "karte ü.tif.aux.xml"]


def test_the_same_input_gives_the_same_bytes(tmp_path):
    write_map(tmp_path / "a.tif")
    write_map(tmp_path / "b.tif")
    for ending in (".tif", ".tif.aux.xml", ".qml"):
        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


def test_a_style_of_another_layer_is_kept_and_one_of_ours_replaced(tmp_path):
    style = tmp_path / "map.qml"
    style.write_text("<qgis>of map.gpkg</qgis>")
    write_map(tmp_path / "map.tif")
    assert style.read_text() == "<qgis>of map.gpkg</qgis>"
    style.unlink()
    write_map(tmp_path / "map.tif")
    write_map(tmp_path / "map.tif")
    assert "paletted" in style.read_text()


GDAL_CHECK = """
import sys
from osgeo import gdal
image = gdal.Open(sys.argv[1])
image.GetGeoTransform()  # GDAL 3.6 reads the .aux.xml only now
band = image.GetRasterBand(1)
table = band.GetDefaultRAT()
assert band.GetCategoryNames() == ['', 'water & <b>"sea"</b>', '', 'tree  ü'], band.GetCategoryNames()
assert band.GetRasterColorTable().GetColorEntry(1) == (10, 20, 200, 255)
rows = [[table.GetValueAsString(r, c) for c in range(6)] for r in range(2)]
assert rows == [['1', 'water & <b>"sea"</b>', '10', '20', '200', '7'], ['3', 'tree  ü', '0', '90', '0', '9']], rows
"""


def test_gdal_of_the_desktop_reads_names_colours_and_table(tmp_path):
    python = Path(__file__).resolve().parents[3] / ".venv" / "bin" / "python"
    if not python.exists():
        pytest.skip("the plugin's environment is not installed")
    write_map(tmp_path / "a.tif")
    done = subprocess.run([python, "-c", GDAL_CHECK, str(tmp_path / "a.tif")], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr


def test_several_bands_of_floats(tmp_path):
    stored = reflectance(GRID.shape, 3)
    with RasterWriter(tmp_path / "a.tif", GRID, "float32", 3, np.nan) as writer:
        writer.write(Window(0, 0, *GRID.shape), stored)
    with rasterio.open(tmp_path / "a.tif") as file:
        np.testing.assert_array_equal(file.read(), stored)
    assert names(tmp_path) == ["a.tif"]


@pytest.mark.parametrize("error", [CancelledError, ValueError, KeyboardInterrupt])
def test_an_error_leaves_the_older_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "a.tif"
    path.write_text("older")

    def fail():
        with RasterWriter(path, GRID, "uint8", classes=CLASSES) as writer:
            writer.write(Window(0, 0, *GRID.shape), MAP)
            assert len(names(tmp_path)) == 2
            raise error

    with pytest.raises(error):
        fail()
    assert names(tmp_path) == ["a.tif"]
    assert path.read_text() == "older"


def test_metadata_of_an_older_image_goes(tmp_path):
    write_map(tmp_path / "a.tif")
    with RasterWriter(tmp_path / "a.tif", GRID, "float32") as writer:
        writer.write(Window(0, 0, *GRID.shape), MAP)
    assert names(tmp_path) == ["a.qml", "a.tif"]


FULL_DISK = """
import resource, signal, sys
import numpy as np
from engine.errors import OutputError
from engine.raster.grid import Grid, Window, blocks
from engine.raster.writer import RasterWriter
from affine import Affine
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = int(sys.argv[2])
grid = Grid(None, Affine.scale(2), (size, size))
values = np.random.default_rng(0).random((size, size), np.float32)
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
try:
    with RasterWriter(sys.argv[1], grid, "float32") as writer:
        for block in blocks(grid.shape, 256):
            writer.write(block, values[block.slices])
except OutputError as error:
    assert "MB are needed" in error.hint
    sys.exit(7)
"""


@pytest.mark.parametrize("size", [120, 600])
def test_a_full_disk_leaves_no_file(tmp_path, size):
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path / "a.tif"), str(size)], capture_output=True,
                          text=True, check=False, cwd=Path(__file__).resolve().parents[3])
    assert done.returncode == 7, done.stderr
    assert names(tmp_path) == []


def test_outputs_are_checked_before_work_starts(tmp_path):
    image = write_tif(tmp_path / "in.tif", reflectance())
    (tmp_path / "link.tif").symlink_to(image)
    assert check_output(tmp_path / "out ü.tif", [image]) == tmp_path / "out ü.tif"
    for path, message in ((tmp_path, "folder"), (tmp_path / "no" / "out.tif", "does not exist"), (image, "input"),
                          (tmp_path / "link.tif", "input"), (tmp_path / ("x" * 300), "cannot be written")):
        with pytest.raises(OutputError, match=message) as caught:
            check_output(path, [image])
        assert caught.value.hint
    assert names(tmp_path) == ["in.tif", "link.tif"]


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        check_output(tmp_path / "file" / "out.tif")


def test_palette_knows_land_covers():
    colors = {info.name: info.color for info in default_palette(["Water", "tree", "grass", "soil", "roof", "road"])}
    red, green, blue = 0, 1, 2
    for name, strongest in (("Water", blue), ("tree", green), ("grass", green), ("roof", red), ("soil", red)):
        assert np.argmax(colors[name]) == strongest
    assert max(colors["road"]) - min(colors["road"]) < 10
    assert sum(colors["tree"]) < sum(colors["grass"])


@pytest.mark.parametrize("names", [
    [f"class {i}" for i in range(1, 256)], ["corn"] * 12, ["Corn-notill", "Corn-mintill", "Corn", "Soybean", "Wheat"]])
def test_no_two_classes_share_a_colour(names):
    classes = default_palette(names)
    assert len({info.color for info in classes}) == len(names)
    assert [info.id for info in classes] == list(range(1, len(names) + 1))
    assert classes == default_palette(names)
