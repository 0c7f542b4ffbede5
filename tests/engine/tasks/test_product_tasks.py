"""A task on a sensor's product gives what it gives on the same image as a GeoTIFF."""

from __future__ import annotations

import h5py
import numpy as np
import rasterio

from engine.reporting import SilentReporter
from engine.tasks.classify.task import ClassifyRequest, run
from tests.products.scene import UTM33
from tests.scenes import NODATA, PLACE, SCALE


def as_neon(path, scene):
    """The test scene in the form of a NEON reflectance file."""
    with h5py.File(path, "w") as file:
        group = file.create_group("TEST/Reflectance")
        cube = group.create_dataset("Reflectance_Data", data=scene.values.transpose(1, 2, 0), chunks=(16, 16, 8))
        cube.attrs["Scale_Factor"], cube.attrs["Data_Ignore_Value"] = 1 / SCALE, float(NODATA)
        spectral = group.create_group("Metadata/Spectral_Data")
        spectral["Wavelength"] = np.round(scene.bands.wavelength_nm, 2)
        spectral["FWHM"] = np.round(scene.bands.fwhm_nm, 2)
        # The scene's flagged band, as a window of bad wavelengths.
        flagged = float(np.round(scene.bands.wavelength_nm[3], 2))
        group.attrs["Band_Window_1_Nanometers"] = np.array([flagged - 0.01, flagged + 0.01])
        system = group.create_group("Metadata/Coordinate_System")
        system["EPSG Code"] = str(UTM33)
        system["Map_Info"] = (f"UTM, 1, 1, {PLACE.c}, {PLACE.f}, {PLACE.a}, {-PLACE.e}, 33, North, WGS-84, "
                              "units=Meters, 0")
    return path


def test_classify_maps_a_product_as_it_maps_the_geotiff(scene, tmp_path):
    maps = []
    for name, image in (("tif", scene.image), ("neon", as_neon(tmp_path / "scene.h5", scene))):
        output = tmp_path / f"{name}.tif"
        run(ClassifyRequest(str(image), str(output), labels=str(scene.polygons), class_field="kind", sensor="NEON AOP",
                            level="L2", weights=str(scene.weights), device="cpu"), SilentReporter())
        with rasterio.open(output) as file:
            maps.append(file.read(1))
            assert file.transform == PLACE
            assert file.crs.to_epsg() == UTM33
    assert set(np.unique(maps[0])) > {0}
    assert (maps[0] == maps[1]).mean() > 0.999
