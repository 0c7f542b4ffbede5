"""Images for the tests of hostile input, and what is expected of them."""

from __future__ import annotations

import os

import pytest

from engine.errors import RasterError
from engine.raster.grid import Window
from engine.reporting import SilentReporter
from engine.tasks.inspect import InspectRequest, run

from ..engine.raster.scenes import NM, reflectance, write_envi

MAX_SECONDS = 10
WAVELENGTHS = "wavelength = {450,550,650,850,1650}\nwavelength units = Nanometers\n"


def refused(path, match, kind=RasterError):
    """The image is refused with a sentence and a hint."""
    with pytest.raises(kind, match=match) as caught:
        run(InspectRequest(str(path)), SilentReporter())
    assert caught.value.hint
    assert "Traceback" not in caught.value.message


def whole(cube):
    return cube.read(Window(0, 0, *cube.grid.shape))


def envi(path, cube=None, extra=WAVELENGTHS, **changed):
    """An ENVI file; ``changed`` replaces lines of the header."""
    write_envi(path, reflectance() if cube is None else cube, extra)
    header = path.with_suffix(".hdr")
    lines = [line for line in header.read_text().splitlines()
             if line.split(" =")[0].replace(" ", "_") not in changed]
    header.write_text("\n".join(lines + [f"{k.replace('_', ' ')} = {v}" for k, v in changed.items()]) + "\n")
    return path


def vrt(path, source, rows=20, cols=30, extra=""):
    """A VRT of five bands of one file."""
    bands = "".join(
        f'<VRTRasterBand dataType="Float32" band="{b}"><Metadata><MDI key="wavelength">{value}</MDI></Metadata>'
        f'<SimpleSource><SourceFilename relativeToVRT="{int(not os.path.isabs(source))}">{source}</SourceFilename>'
        f'<SourceBand>{b}</SourceBand><SrcRect xOff="0" yOff="0" xSize="30" ySize="20"/>'
        f'<DstRect xOff="0" yOff="0" xSize="30" ySize="20"/></SimpleSource></VRTRasterBand>'
        for b, value in enumerate(NM, 1))
    path.write_text(f'<VRTDataset rasterXSize="{cols}" rasterYSize="{rows}">{extra}{bands}</VRTDataset>')
    return path
