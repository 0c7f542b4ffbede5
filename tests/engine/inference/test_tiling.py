import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.mapping import BLOCK_PX
from engine.inference.smoothing import MAX_REACH_PX
from engine.inference.tiling import TILE_PX, Lattice, TileBlender, blend_weights
from engine.raster.grid import Window, blocks

SHAPES = [(1, 1), (1, 300), (300, 1), (20, 30), (63, 64), (64, 64), (65, 65), (64, 65), (145, 83)]
sides = st.sampled_from([1, 2, 47, 48, 63, 64, 65, 112, 113, 145, 200])


def cut_out(scene):
    """A tile's part of a (features, rows, cols) scene."""
    return lambda tiles: [scene[:, *tile.slices] for tile in tiles]


def as_is(value, tile):
    return value


def uneven(shape, features=3):
    """Tiles that disagree where they overlap: each has a random level of its own."""
    def compute(tiles):
        return [np.random.default_rng([t.row, t.col]).normal(size=(features, *t.shape)).astype(np.float32)
                for t in tiles]
    return TileBlender(Lattice(shape), compute, as_is, features)


@settings(deadline=None, max_examples=60)
@given(sides | st.integers(1, 220), sides | st.integers(1, 220))
def test_tiles_cover_every_pixel_and_stay_inside(rows, cols):
    tiles, seen = Lattice((rows, cols)).tiles(), np.zeros((rows, cols), int)
    for tile in tiles:
        assert tile.within((rows, cols))
        assert tile.shape == (min(rows, TILE_PX), min(cols, TILE_PX))
        seen[tile.slices] += 1
    assert seen.min() >= 1
    assert len(set(tiles)) == len(tiles)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 220), st.integers(1, 220), st.data())
def test_tiles_touching_a_window_are_those_that_share_a_pixel(rows, cols, data):
    row, col = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, cols - 1))
    window = Window(row, col, data.draw(st.integers(1, rows - row)), data.draw(st.integers(1, cols - col)))
    lattice = Lattice((rows, cols))
    expected = [t for t in lattice.tiles() if min(t.intersection(window).shape) > 0]
    assert lattice.tiles_touching(window) == expected


@pytest.mark.parametrize("shape", [(1, 1), (1, 64), (5, 7), (64, 64)])
def test_weights_are_positive_symmetric_and_largest_in_the_middle(shape):
    weights = blend_weights(shape)
    assert weights.shape == shape
    assert weights.min() > 0
    np.testing.assert_array_equal(weights, weights[::-1, ::-1])
    assert weights[shape[0] // 2, shape[1] // 2] == weights.max() == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_agreeing_tiles_give_the_scene_back(shape):
    scene = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)
    result = TileBlender(Lattice(shape), cut_out(scene), as_is, 2).read(Window(0, 0, *shape))
    np.testing.assert_allclose(result, scene.transpose(1, 2, 0), atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size_px", [37, 64, 200])
def test_no_seam_at_the_border_of_a_block(shape, size_px):
    whole = uneven(shape).read(Window(0, 0, *shape))
    blender = uneven(shape)
    for block in blocks(shape, size_px):
        np.testing.assert_allclose(blender.read(block), whole[block.slices], atol=1e-5)


def test_tiles_that_disagree_fade_into_each_other():
    """Each tile a constant of its own: the steps from pixel to pixel stay a small part of the difference."""
    shape = (145, 209)

    def compute(tiles):
        return [np.full((1, *t.shape), np.random.default_rng([t.row, t.col]).uniform(-1, 1), np.float32) for t in tiles]

    field = TileBlender(Lattice(shape), compute, as_is, 1).read(Window(0, 0, *shape))[..., 0]
    assert np.ptp(field) > 1
    assert max(np.abs(np.diff(field, axis=axis)).max() for axis in (0, 1)) < np.ptp(field) / 8


def test_a_smooth_field_is_as_smooth_across_tile_borders_as_elsewhere():
    rows, cols = np.mgrid[:145, :200].astype(np.float32)
    scene = np.sin(rows / 15)[None] + np.cos(cols / 20)
    field = TileBlender(Lattice(scene.shape[1:]), cut_out(scene), as_is, 1).read(Window(0, 0, 145, 200))[..., 0]
    np.testing.assert_allclose(np.diff(field, axis=1), np.diff(scene[0], axis=1), atol=1e-5)
    np.testing.assert_allclose(np.diff(field, axis=0), np.diff(scene[0], axis=0), atol=1e-5)


@pytest.mark.parametrize("shape", [(700, 90), (600, 3000)])
def test_each_tile_is_computed_once_while_a_map_is_made(shape):
    computed: list[Window] = []

    def compute(tiles):
        computed.extend(tiles)
        return [np.zeros((1, 1, 1), np.float32) for _ in tiles]

    blender = TileBlender(Lattice(shape), compute, lambda value, tile: np.broadcast_to(value, (1, *tile.shape)), 1)
    for block in blocks(shape, BLOCK_PX):
        blender.read(block.grow(MAX_REACH_PX, shape))
    assert len(computed) == len(set(computed)) == len(Lattice(shape).tiles())


def test_tiles_kept_do_not_grow_with_the_rows():
    alive: dict[int, int] = {}
    for rows in (10_000, 20_000):
        blender = TileBlender(Lattice((rows, 70)), lambda tiles: [np.zeros((1, 1, 1), np.float32) for _ in tiles],
                              lambda value, tile: np.broadcast_to(value, (1, *tile.shape)), 1)
        for block in blocks((rows, 70), BLOCK_PX):
            blender.read(block)
        alive[rows] = len(blender._kept)
    assert alive[10_000] == alive[20_000] < len(Lattice((10_000, 70)).tiles())


def test_tiles_given_beforehand_are_not_computed():
    def refuse(tiles):
        assert not tiles
        return []

    lattice = Lattice((100, 100))
    blender = TileBlender(lattice, refuse, as_is, 1)
    blender.keep({tile: np.ones((1, *tile.shape), np.float32) for tile in lattice.tiles()})
    np.testing.assert_allclose(blender.read(Window(0, 0, 100, 100)), 1, atol=1e-6)


def test_tiles_without_data_leave_zeros():
    blender = TileBlender(Lattice((64, 112)), lambda tiles: [None if t.col else np.ones((1, *t.shape), np.float32)
                                                             for t in tiles], as_is, 1)
    field = blender.read(Window(0, 0, 64, 112))[..., 0]
    assert (field[:, 64:] == 0).all()
    np.testing.assert_allclose(field[:, :64], 1, atol=1e-6)


def test_tiles_of_single_pixels_overlap_by_one_others_by_a_quarter():
    assert Lattice.of_tiles((100, 100), 16, 1).stride_px == 15
    assert Lattice.of_tiles((100, 100), 16, 2).stride_px == 12
    assert Lattice.of_tiles((500, 500), 64, 8).stride_px == 48


def test_tiles_of_single_pixels_are_computed_once_on_the_way_down():
    shape, computed = (900, 300), []

    def compute(tiles):
        computed.extend(tiles)
        return [np.zeros((1, *tile.shape), np.float32) for tile in tiles]

    blender = TileBlender(Lattice.of_tiles(shape, 16, 1), compute, as_is, 1)
    for block in blocks(shape, BLOCK_PX):
        blender.read(block.grow(MAX_REACH_PX, shape))
    assert len(computed) == len(set(computed)) == len(Lattice.of_tiles(shape, 16, 1).tiles())
