import numpy as np
import rasterio

from engine.tasks.pixel_text import draw_text, text_mask
from engine.tasks.train.curves import HEIGHT_PX, LOSS_COLOR, MARGIN_PX, SCORE_COLOR, TEXT_COLOR, WIDTH_PX, curves_png
from engine.training.fine_tuning.checkpoint import Epoch


def pixels_of(path, history, color):
    curves_png(path, history)
    with rasterio.open(path) as file:
        return (file.read() == np.array(color)[:, None, None]).all(0)


def test_axes_carry_numbers_in_the_colours_of_the_curves(tmp_path):
    history = [Epoch(i, 2.0 - 0.1 * i, 0.05 * i, 1.0, 1e-3) for i in range(12)]
    loss, score = (pixels_of(tmp_path / "c.png", history, color) for color in (LOSS_COLOR, SCORE_COLOR))
    assert loss.shape == (HEIGHT_PX, WIDTH_PX)
    assert loss[:, :MARGIN_PX - 6].any()
    assert score[:, WIDTH_PX - MARGIN_PX + 8:].any()
    assert not score[:, :MARGIN_PX - 6].any()
    assert pixels_of(tmp_path / "c.png", history, TEXT_COLOR)[HEIGHT_PX - MARGIN_PX + 8:].any()
    assert [p.name for p in tmp_path.iterdir()] == ["c.png"]


def test_without_held_out_pixels_there_is_no_second_axis(tmp_path):
    assert not pixels_of(tmp_path / "c.png", [Epoch(0, 2.0, None, None, 1e-3)], SCORE_COLOR).any()


def test_text_at_the_border_is_cut_off():
    image = np.zeros((20, 40, 3), np.uint8)
    draw_text(image, "0.8", 1, 38, (255, 255, 255))
    assert 0 < (image > 0).sum() < 3 * text_mask("0.8").sum()
    assert not np.array_equal(text_mask("8"), text_mask("0"))
