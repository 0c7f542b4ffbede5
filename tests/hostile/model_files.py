"""One good model file of each kind, and what loads them."""

from __future__ import annotations

import torch

from engine.inference.model import load_model
from engine.inference.tuned_model import TunedCard, TunedModel, load_tuned
from engine.models.specaware import SpecAwareEncoder
from engine.models.spectralgpt.config import SpectralGptConfig
from engine.models.spectralgpt.encoder import SpectralGptEncoder
from engine.models.tuned import TunedConfig, TunedNet
from engine.models.weights import WeightsCard, load_any, read_header, save_weights
from engine.raster.legend import default_palette
from tests.engine.inference.models import make_model
from tests.scenes import TINY

LOADERS = {"weights": load_any, "header": read_header, "map": load_model, "tuned": load_tuned}
SMALL_GPT = SpectralGptConfig(bands=4, bands_per_token=2, patch_px=4, image_px=8, embed_dim=8, depth=1, heads=2,
                              decoder_dim=8, decoder_depth=1, decoder_heads=2)


def good(folder, kind):
    """A file that its loader takes: ``weights``, ``gpt``, ``map`` or ``tuned``."""
    torch.manual_seed(0)
    path = folder / f"{kind}.safetensors"
    if kind == "map":
        make_model().save(path)
    elif kind == "tuned":
        net = TunedNet(SpecAwareEncoder(TINY), TunedConfig("linear", 2))
        card = TunedCard("classification", default_palette(["a", "b"], [1, 2]), "EnMAP", "L2", 30.0, (500.0, 600.0),
                         (10.0, 10.0), "", {}, "0" * 64, {})
        TunedModel(net, card).save(path)
    else:
        encoder = SpectralGptEncoder(SMALL_GPT) if kind == "gpt" else SpecAwareEncoder(TINY)
        save_weights(path, encoder, WeightsCard("m", "a test", (), {}, "GPL", {}))
    return path
