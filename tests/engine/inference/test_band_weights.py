from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.inference.band_weights import WeighedTile, weigh_bands
from engine.inference.device import pick_device
from engine.models.specaware import SpecAwareEncoder
from engine.models.specaware.hyper import patchify
from engine.models.specaware.spectral_input import SpectralInput
from engine.reporting import SilentReporter
from tests.scenes import TINY

SPECTRAL = SpectralInput([450.0, 550.0, 650.0, 850.0, 1600.0], [10.0] * 5)
TOKENS = (0, 7, 11)


@pytest.fixture
def encoder():
    torch.manual_seed(1)
    return SpecAwareEncoder(TINY).eval()


@pytest.fixture
def image():
    return torch.rand(1, 5, 8, 10, generator=torch.Generator().manual_seed(2))


def weigh(encoder, *tiles):
    return weigh_bands(encoder, SPECTRAL, tiles, pick_device("cpu"), SilentReporter())


def kernels(encoder, image, alone=False):
    """(C, E, p) as the formula reads."""
    embedding = encoder.patch_embed
    with torch.no_grad():
        meta = embedding.metadata(SPECTRAL)
        conditional = embedding.unconditional(meta) if alone else embedding.conditional(image, meta)
        return embedding.factors(conditional).kernels()[0].double()


def test_gain_is_the_share_of_the_kernels_norms(encoder, image):
    found = weigh(encoder, WeighedTile(image, TOKENS)).gain
    norms = kernels(encoder, image).flatten(1).norm(dim=1)
    np.testing.assert_allclose(found, norms / norms.sum(), rtol=1e-4)
    assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize("centre", [0.0, 0.25])
def test_response_is_what_the_kernels_give(encoder, image, centre):
    encoder.patch_embed.config = replace(TINY, input_centre=centre)
    found = weigh(encoder, WeighedTile(image, TOKENS)).response
    x = patchify(image, TINY.patch_px)[0, list(TOKENS)].double() - centre
    each = torch.einsum("cep,ncp->nce", kernels(encoder, image), x)
    rms = each.square().sum(-1).mean(0).sqrt()
    np.testing.assert_allclose(found, rms / rms.sum(), rtol=1e-4)


def test_responses_and_kernels_make_the_embedding(encoder, image):
    """The kernels that are weighed are those the model applies."""
    each = torch.einsum("cep,ncp->nce", kernels(encoder, image), patchify(image, TINY.patch_px)[0].double())
    embedding = encoder.patch_embed
    with torch.no_grad():
        meta = embedding.metadata(SPECTRAL)
        bias = embedding.factors(embedding.conditional(image, meta)).bias.double()
        expected = embedding.scaler * (each.sum(1) * TINY.reference_bands / 5 + bias)
        np.testing.assert_allclose(embedding(image, meta)[0], expected, atol=1e-4)


def test_gain_and_response_know_how_much_of_the_spectrum_a_band_stands_for(encoder, image):
    plain = weigh(encoder, WeighedTile(image, TOKENS))
    encoder.patch_embed.config = replace(TINY, band_reduction="integral")
    shares, found = SPECTRAL.shares.numpy(), weigh(encoder, WeighedTile(image, TOKENS))
    assert np.ptp(shares) > 0.1
    for before, after in ((plain.gain, found.gain), (plain.response, found.response)):
        np.testing.assert_allclose(after, before * shares / (before * shares).sum(), rtol=1e-4)
    np.testing.assert_allclose(found.content_shift, plain.content_shift, atol=1e-6)


def test_content_shift_is_one_minus_the_cosine(encoder, image):
    found = weigh(encoder, WeighedTile(image, TOKENS)).content_shift
    own, plain = (kernels(encoder, image, alone).flatten(1) for alone in (False, True))
    np.testing.assert_allclose(found, 1 - torch.cosine_similarity(own, plain), atol=1e-5)
    assert found.max() > 1e-4


def test_without_content_there_is_no_shift(encoder, image):
    norm = encoder.patch_embed.content_feature_extractor.layer_norm
    torch.nn.init.zeros_(norm.weight)
    torch.nn.init.zeros_(norm.bias)
    np.testing.assert_allclose(weigh(encoder, WeighedTile(image, TOKENS)).content_shift, 0, atol=1e-9)


def test_a_band_at_the_centre_of_the_input_answers_nothing(encoder, image):
    image[:, 2] = TINY.input_centre
    response = weigh(encoder, WeighedTile(image, TOKENS)).response
    assert response[2] == pytest.approx(0, abs=1e-9)
    assert response.sum() == pytest.approx(1)


def test_tiles_count_by_their_tokens(encoder, image):
    other = 1 - image
    both = weigh(encoder, WeighedTile(image, TOKENS), WeighedTile(other, (3,)))
    one, two = weigh(encoder, WeighedTile(image, TOKENS)), weigh(encoder, WeighedTile(other, (3,)))
    np.testing.assert_allclose(both.gain, (3 * one.gain + two.gain) / 4)
    np.testing.assert_allclose(both.content_shift, (3 * one.content_shift + two.content_shift) / 4)


def test_a_side_the_patch_does_not_divide(encoder):
    image = torch.rand(1, 5, 7, 9, generator=torch.Generator().manual_seed(3))
    padded = torch.nn.functional.pad(image, (0, 1, 0, 1), mode="replicate")
    found, expected = weigh(encoder, WeighedTile(image, (19,))), weigh(encoder, WeighedTile(padded, (19,)))
    np.testing.assert_array_equal(found.response, expected.response)


def test_another_image_may_be_the_content(encoder, image):
    other = 1 - image
    found = weigh_bands(encoder, SPECTRAL, [WeighedTile(image, TOKENS)], pick_device("cpu"), SilentReporter(), other)
    norms = kernels(encoder, other).flatten(1).norm(dim=1)
    np.testing.assert_allclose(found.gain, norms / norms.sum(), rtol=1e-4)
