"""Products with damaged metadata open or are refused in a sentence; windows read the same in any order of axes.

``SPECAWARE_FUZZ_EXAMPLES`` is how many of each to try.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import SpecAwareError
from engine.raster.cube import Cube
from engine.raster.grid import Window
from engine.raster.library import read_library
from engine.raster.products.glt import GltReader
from engine.raster.products.hdf import CubePart, CubeReader
from engine.raster.products.stac import stac_columns
from engine.raster.wavelength_table import read_wavelength_table
from tests.products import envi, hdf, tiff

EXAMPLES = int(os.environ.get("SPECAWARE_FUZZ_EXAMPLES", "150"))
pytestmark = pytest.mark.timeout(120 + EXAMPLES)
RELAXED = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ODD_VALUES = [b"", b"nonsense", "a b c", 0, -1, float("nan"), np.array([], float), np.array([1.0, 2.0]), 1e308]


def opens_or_is_refused(path):
    """Anything but an error for the user fails the test."""
    with suppress(SpecAwareError), Cube.open(path) as cube:
        cube.read(Window(0, 0, *cube.grid.shape))


@pytest.mark.parametrize("make", [lambda f: hdf.write_prisma(f, "2D"), lambda f: hdf.write_prisma(f, "1"),
                                  hdf.write_emit, hdf.write_aviris3, hdf.write_neon],
                         ids=["PRISMA L2D", "PRISMA L1", "EMIT", "AVIRIS-3", "NEON"])
def test_every_attribute_and_dataset_may_be_missing_or_odd(tmp_path, make):
    whole = make(tmp_path).path.read_bytes()
    path = tmp_path / "damaged.h5"
    path.write_bytes(whole)
    places = []
    with h5py.File(path) as file:
        places += [("/", name) for name in file.attrs]
        file.visititems(lambda name, item: places.extend([(name, None), *((name, key) for key in item.attrs)]))
    for number, (name, key) in enumerate(places):
        for odd in (None, ODD_VALUES[number % len(ODD_VALUES)], ODD_VALUES[(number + 4) % len(ODD_VALUES)]):
            path.write_bytes(whole)
            with h5py.File(path, "r+") as file:
                if key is None:
                    del file[name]
                    if odd is not None:
                        file[name] = odd
                else:
                    del file[name].attrs[key]
                    if odd is not None:
                        file[name].attrs[key] = odd
            opens_or_is_refused(path)


@pytest.mark.parametrize("make", [tiff.write_enmap, tiff.write_desis, tiff.write_safe, tiff.write_hyperion],
                         ids=["EnMAP", "DESIS", "Sentinel-2", "Hyperion"])
def test_every_text_of_the_metadata_may_be_odd(tmp_path, make):
    path = make(tmp_path).path
    path = path if path.suffix.upper() == ".TXT" else next(
        p for p in (path if path.is_dir() else path.parent).iterdir() if p.suffix.upper() == ".XML")
    text = path.read_text()
    values = list(re.finditer(r"(?<=[>= ])[^<>=\n]+(?=<|\n)", text))
    assert len(values) > 1
    for number, match in enumerate(values[:60]):
        odd = ("", "nan", "-1", "x", "1e400", "&#0;")[number % 6]
        path.write_text(text[:match.start()] + odd + text[match.end():])
        opens_or_is_refused(path)


@RELAXED
@given(st.recursive(st.none() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["assets", "properties", "eo:bands", "bands", "href",
                                                       "center_wavelength", "eo:center_wavelength"]), inner)))
def test_any_json_beside_a_tif_is_read_or_passed_over(tmp_path, content):
    item = tmp_path / "a.stac.json"
    item.write_text(json.dumps({"stac_version": "1.0.0", "assets": content, "properties": content}))
    columns = stac_columns(item, "a.tif")
    assert columns is None or any(columns.wavelength)


def test_deeply_nested_json_is_passed_over(tmp_path):
    (tmp_path / "a.json").write_text("[" * 200_000)
    assert stac_columns(tmp_path / "a.json", "a.tif") is None


WORDS = ("", "{", "}", "{}", "{1", "1,5", "-1", "0", "99999999999", "1e400", "nan", "µm", "Nanometers", "\0", "= 3",
         "\n", ";", "data type", "wavelength", "fwhm", "bbl = {0}", "interleave = bil", "samples = 7",
         "header offset = 4")


@RELAXED
@given(st.sampled_from(["hymap", "ng"]), st.lists(st.tuples(
    st.floats(0, 1), st.integers(0, 40), st.sampled_from(WORDS).map(str.encode) | st.binary(max_size=6)),
    min_size=1, max_size=5))
def test_any_damage_to_an_envi_header(tmp_path, kind, damages):
    path = (envi.write_hymap if kind == "hymap" else lambda f: envi.write_aviris_ng(f, "rfl"))(tmp_path).path
    header = path.with_name(path.name + ".hdr")
    text = bytearray(header.read_bytes())
    for place, length, put in damages:
        at = int(place * len(text))
        text[at:at + length] = put
    header.write_bytes(bytes(text))
    with suppress(SpecAwareError), Cube.open(path) as cube:
        cube.read(Window(0, 0, 1, 1))


@RELAXED
@given(st.sampled_from(["csv", "txt", "hdr", "sli"]), st.binary(max_size=80) | st.lists(st.lists(
    st.floats().map(str) | st.sampled_from(["wavelength", "wavelength (nm)", "fwhm", "name", "band", "nm", "1,5", '"']),
    max_size=4).map(",".join), max_size=6).map(lambda lines: "\n".join(lines).encode()))
def test_any_table_of_wavelengths_or_spectra(tmp_path, suffix, content):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    for read in (read_wavelength_table, read_library):
        with suppress(SpecAwareError):
            read(path)


def spans(size):
    return st.integers(0, size - 1).flatmap(lambda start: st.tuples(st.just(start), st.integers(1, size - start)))


@RELAXED
@given(axes=st.permutations("brc"), rows=spans(6), cols=spans(5), bands=st.lists(st.integers(0, 6), max_size=9),
       split=st.integers(1, 6))
def test_any_window_and_bands_in_any_order_of_axes(axes, rows, cols, bands, split):
    cube = np.arange(7 * 6 * 5, dtype=np.int16).reshape(7, 6, 5)
    with h5py.File("memory", "w", driver="core", backing_store=False) as file:
        stored = file.create_dataset("cube", data=cube.transpose(["brc".index(axis) for axis in axes]))
        order = np.roll(np.arange(7), 3)
        name = "".join(axes)
        parts = [CubePart(stored, name, order[:split]), CubePart(stored, name, order[split:], nodata=9)]
        reader = CubeReader(parts, np.full(7, 2.0), np.arange(7.0))
        window = Window(rows[0], cols[0], rows[1], cols[1])
        expected = cube[order].astype(np.float32)
        expected[split:][expected[split:] == 9] = np.nan
        expected = expected * 2 + np.arange(7)[:, None, None]
        np.testing.assert_array_equal(reader.read(window, bands), expected[np.array(bands, int)][:, *window.slices])


@RELAXED
@given(seed=st.integers(0, 2**32 - 1), rows=spans(150), cols=spans(130))
def test_any_window_through_a_look_up_table(seed, rows, cols):
    rng = np.random.default_rng(seed)
    raw = rng.random((3, 20, 30)).astype(np.float32)
    glt_col, glt_row = rng.integers(-31, 33, (150, 130)), rng.integers(-21, 23, (150, 130))

    class Raw:
        scales, offsets = np.ones(3), np.zeros(3)

        def read(self, window, bands):
            return raw[np.asarray(bands)][:, *window.slices]

    col, row = np.abs(glt_col) - 1, np.abs(glt_row) - 1
    seen = (col >= 0) & (row >= 0) & (col < 30) & (row < 20)
    expected = np.full((3, 150, 130), np.nan, np.float32)
    expected[:, seen] = raw[:, row[seen], col[seen]]
    reader = GltReader(Raw(), lambda window: (glt_col[window.slices], glt_row[window.slices]), (20, 30))
    window = Window(rows[0], cols[0], rows[1], cols[1])
    np.testing.assert_array_equal(reader.read(window, [2, 0]), expected[[2, 0]][:, *window.slices])
