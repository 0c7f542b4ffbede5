"""Virtual rasters that point to the network, outside their folder, at themselves, or carry code."""

from __future__ import annotations

import os

import numpy as np
import pytest

from engine.raster.cube import Cube

from ..engine.raster.scenes import reflectance, write_tif
from .images import MAX_SECONDS, refused, vrt, whole

pytestmark = pytest.mark.timeout(MAX_SECONDS)


@pytest.mark.parametrize("source", ["/vsicurl/http://x.invalid/a.tif", "https://x.invalid/a.tif", "/vsis3/b/a.tif",
                                    "WMS:http://x.invalid/wms?"])
def test_vrt_to_the_network(tmp_path, source):
    refused(vrt(tmp_path / "a.vrt", source), "network")


@pytest.mark.parametrize("form", ["{}", "../outside/a.tif", "sub/../../outside/a.tif", "/vsigzip/{}",
                                  'NETCDF:"{}":reflectance', "HDF5:{}://cube"])
def test_vrt_outside_its_folder(tmp_path, monkeypatch, form):
    for name in ("outside", "inside"):
        (tmp_path / name).mkdir()
    target = write_tif(tmp_path / "outside" / "a.tif", reflectance())
    path = vrt(tmp_path / "inside" / "a.vrt", form.format(target))
    refused(path, "outside its folder|network")
    if "a.tif" in form or form == "{}":
        monkeypatch.setenv("SPECAWARE_VRT_FOLDERS", os.pathsep.join([str(tmp_path / "else"), str(target.parent)]))
        (tmp_path / "inside" / "sub").mkdir()
        with Cube.open(path) as cube:
            np.testing.assert_array_equal(whole(cube), reflectance())


def test_vrt_to_a_link_that_leads_outside(tmp_path):
    (tmp_path / "in").mkdir()
    write_tif(tmp_path / "a.tif", reflectance())
    (tmp_path / "in" / "link.tif").symlink_to(tmp_path / "a.tif")
    refused(vrt(tmp_path / "in" / "a.vrt", "link.tif"), "outside its folder")


def test_vrt_of_itself(tmp_path):
    refused(vrt(tmp_path / "a.vrt", "a.vrt"), "nested")


def test_vrt_to_a_file_that_is_gone(tmp_path):
    refused(vrt(tmp_path / "a.vrt", "gone.tif"), "cannot be read|damaged")


def test_vrt_with_code(tmp_path):
    write_tif(tmp_path / "a.tif", reflectance())
    path = vrt(tmp_path / "a.vrt", "a.tif")
    path.write_text(path.read_text().replace(
        '<VRTRasterBand dataType="Float32" band="1">',
        '<VRTRasterBand dataType="Float32" band="1" subClass="VRTDerivedRasterBand"><PixelFunctionLanguage>Python'
        f"</PixelFunctionLanguage><PixelFunctionType>f</PixelFunctionType><PixelFunctionCode>open('{tmp_path}/ran','w')"
        "</PixelFunctionCode>"))
    refused(path, "cannot be read")
    assert not (tmp_path / "ran").exists()
