import numpy as np
import pytest

from engine.errors import CancelledError
from engine.inference.features import GUIDE
from engine.inference.smoothing import MAX_REACH_PX, STRENGTHS, smooth
from engine.labels.splits import find_regions
from engine.reporting import SilentReporter
from engine.training.few_labels import label_windows
from engine.training.few_labels.label_windows import read_labelled

from .labelled import WIDTHS, FakeReader, make_samples


@pytest.fixture(scope="module")
def read():
    reader = FakeReader()
    reader.valid[30:37, 30:40] = False
    samples = make_samples(reader)
    return reader, samples, read_labelled(reader, samples, find_regions(samples).ids, SilentReporter())


def test_features_are_those_of_the_labelled_pixels(read):
    reader, samples, data = read
    assert set(data.blocks) == set(WIDTHS)
    for name, block in data.blocks.items():
        np.testing.assert_array_equal(block, reader.blocks[name][samples.rows, samples.cols])
    np.testing.assert_array_equal(data.valid, reader.valid[samples.rows, samples.cols])
    np.testing.assert_array_equal(data.class_ids, samples.class_ids)
    assert not data.valid.all()


def test_each_sample_is_in_one_window(read):
    _, samples, data = read
    assert sorted(np.concatenate([w.samples for w in data.windows]).tolist()) == list(range(len(samples)))
    assert data.in_windows().all()


def test_windows_have_room_for_smoothing(read):
    """A sample smoothed in its window is the sample smoothed in the whole scene."""
    reader, samples, data = read
    values = np.random.default_rng(0).random((*reader.shape, 3)).astype(np.float32)
    guide = reader.blocks[GUIDE]
    whole = {s.name: smooth(values, guide, reader.valid, s) for s in STRENGTHS}
    for window, place in zip(data.windows, reader.windows, strict=True):
        usable = window.samples[data.valid[window.samples]]
        for name, matrix in window.only(usable).operators.items():
            found = matrix @ values[place.slices].reshape(-1, 3)
            np.testing.assert_allclose(found, whole[name][samples.rows[usable], samples.cols[usable]], atol=1e-5)


def test_only_keeps_samples_and_their_weights_together(read):
    *_, data = read
    wanted = np.array([3, 40, 41, 90])
    for window in data.windows_of(wanted):
        full = next(w for w in data.windows if set(window.samples) <= set(w.samples))
        rows = [int(np.flatnonzero(full.samples == s)[0]) for s in window.samples]
        for name, matrix in window.operators.items():
            assert (matrix != full.operators[name][rows]).nnz == 0
    assert sorted(np.concatenate([w.samples for w in data.windows_of(wanted)])) == wanted.tolist()


def test_memory_goes_to_few_windows_and_every_class(monkeypatch):
    monkeypatch.setattr(label_windows, "MAX_WINDOWS", 2)
    monkeypatch.setattr(label_windows, "CELL_PX", 24)
    reader = FakeReader()
    samples = make_samples(reader, [(0, 0), (0, 1), (0, 2), (2, 2), (4, 4)])
    few = samples.take(np.sort(np.r_[np.flatnonzero(samples.groups < 4), np.flatnonzero(samples.groups == 4)[:1]]))
    data = read_labelled(reader, few, find_regions(few).ids, SilentReporter())
    assert len(data.windows) == 2
    assert data.in_windows().sum() == sum(len(w.samples) for w in data.windows) < len(few)
    for name, block in data.blocks.items():  # the others have features all the same
        np.testing.assert_array_equal(block, reader.blocks[name][few.rows, few.cols])
    small = [w for w in reader.windows if max(w.shape) <= 6]
    assert len(small) == 3
    assert all(min(w.shape) > MAX_REACH_PX for w in reader.windows if w not in small)


def test_reading_can_be_cancelled():
    reporter = SilentReporter()
    reporter.cancelled.set()
    reader = FakeReader()
    samples = make_samples(reader)
    with pytest.raises(CancelledError):
        read_labelled(reader, samples, find_regions(samples).ids, reporter)
