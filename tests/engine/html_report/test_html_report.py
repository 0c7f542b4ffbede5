import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.html_report.charts import Curve, _ticks, calibration, matrix, spectra
from engine.html_report.page import Section, Tile, facts, is_html, meter, notices, page, swatch, table, text
from engine.html_report.pictures import (
    MAX_SIDE_PX,
    class_picture,
    color_picture,
    figure,
    png,
    ramp_picture,
    step_for,
)
from engine.raster.legend import ClassInfo

EVIL = '"><img src=x onerror=alert(1)><svg onload=1>\x07'


def parsed(fragment):
    """The fragment as XML: every tag closed, every attribute quoted."""
    return ElementTree.fromstring(f"<r>{fragment}</r>")


@given(words=st.text(max_size=40))
@settings(deadline=None)
def test_any_text_stays_text(words):
    found = parsed(f"<b>{text(words)}</b>")[0]
    assert len(found) == 0
    assert found.text is None or all(c.isprintable() for c in found.text)


def test_markup_in_every_place_for_text():
    whole = page(EVIL, EVIL, [Tile(EVIL, EVIL, EVIL)], [
        Section(EVIL, notices([EVIL]) + facts([(EVIL, EVIL)]) + table([EVIL], [[swatch((1, 2, 3), EVIL)]]), EVIL),
        Section("m", matrix([EVIL, "b"], [(1, 2, 3), (4, 5, 6)], [[1, 0], [2, 3]], EVIL, EVIL)),
        Section("s", spectra([Curve(EVIL, (1, 2, 3), [400, 500, 600], [0.1, 0.2, 0.3])], EVIL)),
        Section("f", figure(np.zeros((2, 2, 4), np.uint8), EVIL))])
    tags = set(re.findall(r"<([a-zA-Z0-9]+)", whole))
    assert "svg" in tags
    assert not re.search(r"<[^>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', whole))
    assert whole.count("<img ") == 1
    assert "\x07" not in whole
    assert "default-src 'none'" in whole


def test_sections_without_a_body_are_left_out():
    assert "Nothing" not in page("t", "s", [], [Section("Nothing", ""), Section("Something", "<p>x</p>")])


@pytest.mark.parametrize(("value", "words"), [(None, "not assessed"), (0.5, "0.500"), (1.0, "width:100.0%")])
def test_meter(value, words):
    assert words in meter(value)


def test_a_matrix_shades_by_row():
    found = parsed(matrix(["a", "b"], [(1, 2, 3)] * 2, [[3, 1], [0, 0]], "label", "map"))
    cells = found.findall(".//td")
    assert [c.text for c in cells] == ["3", "1", "0", "0"]
    assert [c.get("style") for c in cells] == ["--s:0.750", "--s:0.250", "--s:0.000", "--s:0.000"]


def test_a_spectrum_is_broken_where_bands_are_missing_and_sorted():
    waves = [*range(400, 500, 10), *range(900, 1000, 10)]
    order = np.random.default_rng(0).permutation(len(waves))
    found = parsed(spectra([Curve("a", (1, 2, 3), [waves[i] for i in order], [0.1] * len(waves))], "y"))
    path = found.find(".//path").get("d")
    assert path.count("M") == 2
    xs = [float(v) for v in re.findall(r"[ML]([\d.]+)", path)]
    assert xs == sorted(xs)


def test_curves_that_cannot_be_drawn():
    assert spectra([], "y") == ""
    assert spectra([Curve("a", (0, 0, 0), [400, 500], [np.nan, 1])], "y") == ""
    assert "NaN" not in spectra([Curve("a", (0, 0, 0), [500.0], [0.0])], "y")


def test_a_calibration_chart_has_a_bar_for_each_bin():
    found = parsed(calibration([(0.35, 0.5, 10), (1.0, 0.9, 90)]))
    assert len(found.findall(".//rect")) == 2
    assert calibration([]) == ""


@given(low=st.floats(-1e4, 1e4), size=st.floats(1e-3, 1e5), wanted=st.integers(2, 10))
@settings(deadline=None)
def test_ticks_are_few_and_inside(low, size, wanted):
    ticks = _ticks(low, low + size, wanted)
    assert len(ticks) <= 2 * wanted + 2
    assert all(low - size * 1e-6 <= t <= low + size * (1 + 1e-6) for t in ticks)


def test_a_png_is_read_back_as_it_was_written():
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 4)).astype(np.uint8)
    with rasterio.open(io.BytesIO(png(pixels))) as file:
        np.testing.assert_array_equal(file.read().transpose(1, 2, 0), pixels)
    assert png(pixels) == png(pixels.copy())


def test_pictures_have_colours_and_holes():
    classes = (ClassInfo(1, "a", (10, 20, 30)), ClassInfo(7, "b", (40, 50, 60)))
    found = class_picture(np.array([[0, 1], [7, 200]], np.uint8), classes)
    assert found[0, 1].tolist() == [10, 20, 30, 255]
    assert found[..., 3].tolist() == [[0, 255], [255, 0]]
    ramp = ramp_picture(np.array([[-1, 0.0, 1.0]], np.float32))
    assert ramp[..., 3].tolist() == [[0, 255, 255]]
    assert ramp[0, 1].tolist() != ramp[0, 2].tolist()
    bands = np.random.default_rng(0).random((3, 9, 9)).astype(np.float32)
    bands[:, 0, 0] = np.nan
    assert color_picture(bands)[0, 0, 3] == 0
    assert color_picture(np.full((3, 2, 2), np.nan, np.float32))[..., 3].max() == 0


@pytest.mark.parametrize(("shape", "step"), [((10, 10), 1), ((640, 3), 1), ((641, 3), 2), ((3, 6400), 10)])
def test_pictures_are_small(shape, step):
    assert step_for(shape) == step
    assert max(shape) / step <= MAX_SIDE_PX


def test_the_ending_tells_the_kind():
    assert is_html("A.HTML")
    assert is_html("a.htm")
    assert not is_html("a.html.json")
