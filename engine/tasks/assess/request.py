"""Request and result of the assessment of a map."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class AssessRequest:
    """Which map, and which points tell the truth.

    Attributes:
        map: class map.
        reference: points with their true class, in any coordinate system.
        class_field: attribute of the points with the class.
        layer: layer of a file with several.
        training: labels the map was made from; reference points on them are refused.
        training_field: attribute of these labels with the class.
        report: also write a report (HTML if the name ends in .html, else JSON).
    """

    map: str
    reference: str
    class_field: str | None = None
    layer: str | None = None
    training: str | None = None
    training_field: str | None = None
    report: str | None = None


@dataclass(frozen=True)
class Figure:
    """An estimate, its standard error and its 95 % interval; None where they cannot be told."""

    value: float | None
    se: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class ClassFigures:
    """Estimates for one class; areas in hectares, None if the size of a pixel is not known."""

    id: int
    name: str
    color: tuple[int, int, int]
    mapped_points: int
    reference_points: int
    users: Figure
    producers: Figure
    area_share: Figure
    area_ha: Figure
    mapped_ha: float | None


@dataclass(frozen=True)
class AssessResult:
    """Accuracy of the map; `dataclasses.asdict` of it is JSON.

    Attributes:
        points: reference points used.
        overall: overall accuracy.
        counts: points, rows map classes, columns reference classes, in the order of ``classes``.
        shares: the same as estimated shares of the area.
    """

    report: str | None
    points: int
    overall: Figure
    classes: list[ClassFigures]
    counts: list[list[int]]
    shares: list[list[float]]
    warnings: list[str] = field(default_factory=list)
