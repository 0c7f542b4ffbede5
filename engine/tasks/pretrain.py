"""Pretraining as a task; it lives in `training.pretraining.task`."""

from ..training.pretraining.task import PretrainRequest, PretrainResult, run

__all__ = ["PretrainRequest", "PretrainResult", "run"]
