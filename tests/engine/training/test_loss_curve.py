from __future__ import annotations

import csv

import numpy as np
import rasterio

from engine.training.pretraining.loss_curve import COLORS, CSV_NAME, PNG_NAME, LossCurve, curve_picture


def filled(folder, steps):
    curve = LossCurve(folder)
    for step in steps:
        curve.add(step, step / 2, 1e-3, {"spectral": 1 / step, "Charbonnier": 2 / step})
    return curve


def test_points_are_written_at_once(tmp_path):
    filled(tmp_path, (1, 2, 4))
    with (tmp_path / CSV_NAME).open() as file:
        rows = list(csv.DictReader(file))
    assert [int(r["step"]) for r in rows] == [1, 2, 4]
    assert [float(r["loss"]) for r in rows] == [3.0, 1.5, 0.75]
    assert float(rows[2]["Charbonnier"]) == 0.5


def test_a_continued_run_forgets_what_came_after(tmp_path):
    filled(tmp_path, (1, 2, 3, 4))
    again = LossCurve(tmp_path, 2)
    assert [p.step for p in again.points] == [1, 2]
    again.add(3, 9.0, 1e-4, {"spectral": 0.1, "Charbonnier": 0.1})
    assert [p.step for p in LossCurve(tmp_path, 99).points] == [1, 2, 3]
    assert LossCurve(tmp_path).points == []


def test_tables_that_are_not_ours_are_ignored(tmp_path):
    (tmp_path / CSV_NAME).write_bytes(b"\xff\xfe,\n1,2")
    assert LossCurve(tmp_path, 9).points == []


def test_the_picture_shows_a_falling_line_for_each_part(tmp_path):
    curve = filled(tmp_path, range(1, 40))
    curve.draw()
    with rasterio.open(tmp_path / PNG_NAME) as file:
        assert (file.height, file.width) == curve_picture(curve.points).shape[:2]
    picture = curve_picture(curve.points)[40:, :, :3]
    for color in COLORS[:3]:
        rows, cols = np.nonzero((picture == color).all(-1))
        assert rows[cols < cols.min() + 20].mean() < rows[cols > cols.max() - 20].mean()
    assert not (curve_picture(curve.points)[40:, :, :3] == COLORS[3]).all(-1).any()


def test_losses_that_are_no_numbers_are_left_out_of_the_picture(tmp_path):
    curve = filled(tmp_path, (1, 2))
    curve.add(3, 1.5, 1e-3, {"spectral": float("nan"), "Charbonnier": float("inf")})
    curve.draw()
    assert (tmp_path / PNG_NAME).exists()
    assert "nan" in (tmp_path / CSV_NAME).read_text()


def test_one_point_is_no_picture(tmp_path):
    filled(tmp_path, (1,)).draw()
    assert not (tmp_path / PNG_NAME).exists()


def test_the_last_loss_is_the_mean_of_the_last_twentieth(tmp_path):
    curve = LossCurve(tmp_path)
    assert curve.last_loss is None
    for step in range(1, 41):
        curve.add(step, 1.0, 1e-3, {"a": float(step), "b": 1.0})
    assert curve.last_loss == 40.5
    assert LossCurve(tmp_path, 3).last_loss == 4
