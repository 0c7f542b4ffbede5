from __future__ import annotations

import pytest

from engine.errors import ModelError
from engine.models.families import FAMILIES, SPECTRALGPT, architecture_of, family_of, spectralgpt_config
from engine.models.specaware import SpecAwareAutoencoder, SpecAwareConfig
from engine.models.spectralgpt import PRESETS, SpectralGptConfig, SpectralGptEncoder

SMALL = SpectralGptConfig(name="tiny", bands=6, patch_px=4, image_px=16, embed_dim=16, depth=2, heads=2, decoder_dim=16)
SPECAWARE = SpecAwareConfig(embed_dim=16, depth=1, heads=2, patch_px=2, wv_planes=16, rank=4, hyper_heads=2,
                            content_grid=4, feature_layers=(0,), decoder_dim=8, decoder_depth=1, decoder_heads=2)


@pytest.mark.parametrize("encoder", [SpectralGptEncoder(SMALL), SpecAwareAutoencoder(SPECAWARE)])
def test_an_architecture_survives_a_round_trip(encoder):
    family = family_of(encoder)
    assert family.config(architecture_of(encoder)) == encoder.config
    assert FAMILIES[family.format] is family


def test_expected_weights_need_no_memory():
    huge = SPECTRALGPT.expected(PRESETS["spectralgpt-huge"])
    assert all(value.is_meta for value in huge.values())


@pytest.mark.parametrize(("values", "words"), [
    ({"colour": 1}, "colour"), ({"depth": "2"}, "depth"), ({"depth": True}, "depth"), ({"depth": 10 ** 6}, "depth"),
    ({"embed_dim": 12 * 10 ** 8}, "embed_dim"), ({"mlp_ratio": -1}, "mlp_ratio"), ({"heads": 5}, "heads"),
    ({"positions": "learned"}, "positions")])
def test_architectures_of_hostile_files_are_refused(values, words):
    with pytest.raises(ModelError, match=words):
        spectralgpt_config(values)
