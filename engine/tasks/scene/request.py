"""Request and result of scene classification."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..image_request import ImageRequest


@dataclass(frozen=True)
class SceneRequest(ImageRequest):
    """What to learn from, what to classify, and where the result goes.

    Attributes:
        train: CSV with the columns path and label, a folder with one folder of chips per class, or polygons or points
            with a class over the image in ``predict``.
        predict: CSV with the column path, a folder of chips, or an image, which is cut into a regular grid.
        output: ``.csv``, ``.gpkg`` or ``.geojson`` to write: class, probability and second guess of every chip.
        class_field: attribute with the class, where ``train`` holds polygons or points.
        labels_layer: layer of a file with several.
        units: polygons over the image in ``predict`` that get one class each, in place of the cells of a grid; in any
            coordinate system, a layer named as QGIS does (``file.gpkg|layername=x``). ``train`` then holds polygons.
        chip_px: side of a cell of the grid in pixels; of units the largest side that is looked at in one.
        report: also write a report: a page, or JSON if the name does not end in .html.
        weights: encoder weights, the bundled ones if None.
        device: ``auto``, ``cpu`` or ``cuda``.
        seed: of the folds.
    """

    train: str
    predict: str
    output: str
    class_field: str | None = None
    labels_layer: str | None = None
    units: str | None = None
    chip_px: int = 64
    report: str | None = None
    weights: str | None = None
    device: str = "auto"
    seed: int = 0


@dataclass(frozen=True)
class SceneClass:
    """A class: number and colour of its style, labelled chips learned from, chips or units given this class."""

    id: int
    name: str
    color: tuple[int, int, int]
    trained: int
    predicted: int


@dataclass(frozen=True)
class SceneResult:
    """Where the result is and how good it is; `dataclasses.asdict` of it is JSON.

    Attributes:
        chips: number of chips, or of units, classified.
        skipped: those left out because they hold no data.
        accuracy: share of held-out training chips given their own class, None if none could be held out.
        accuracy_interval: its 95 % interval.
        macro_f1: of the held-out chips.
        baseline_accuracy: of a logistic regression on means and standard deviations, on the same folds.
    """

    output: str
    report: str | None
    chips: int
    skipped: int
    classes: list[SceneClass]
    accuracy: float | None
    accuracy_interval: tuple[float, float] | None
    macro_f1: float | None
    baseline_accuracy: float | None
    seconds: float
    device: str
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scores:
    """How good the guesses for held-out chips are; ``confusion`` counts (label, guess), empty without any."""

    accuracy: float | None = None
    interval: tuple[float, float] | None = None
    macro_f1: float | None = None
    baseline: float | None = None
    confusion: tuple[tuple[int, ...], ...] = ()
