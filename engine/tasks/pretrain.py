"""Masked pretraining, see `training.pretrain`."""

from ..training.pretraining.task import PretrainRequest, PretrainResult, run

__all__ = ["PretrainRequest", "PretrainResult", "run"]
