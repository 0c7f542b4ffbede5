"""Masked pretraining, see `training.pretrain`."""

from ..training.pretrain import PretrainRequest, PretrainResult, run

__all__ = ["PretrainRequest", "PretrainResult", "run"]
