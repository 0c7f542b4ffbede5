from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch.utils._python_dispatch import TorchDispatchMode

from engine.bench import plain
from engine.bench.rule_weights import state_by_rule
from engine.errors import ModelError, WavelengthError
from engine.models.specaware import PRESETS, SpecAwareAutoencoder, SpecAwareConfig, SpecAwareEncoder, SpectralInput
from engine.models.specaware.autoencoder import TARGETS, interpolate_hidden, mask_from_noise
from engine.models.specaware.contractions import CONTRACTIONS, cheapest_contraction
from engine.models.specaware.fixed import FixedEncoder
from engine.models.specaware.hyper import patchify
from engine.models.vit import parameter_count

REGRESSION = Path(__file__).with_name("regression.safetensors")
TINY = SpecAwareConfig(name="tiny", embed_dim=16, depth=2, heads=2, patch_px=2, wv_planes=16, rank=4, hyper_heads=2,
                       content_grid=4, feature_layers=(0, 1), band_reduction="mean", decoder_dim=8, decoder_depth=1,
                       decoder_heads=2, decoder_rank=2)


def tiny(kind=SpecAwareEncoder, **changes):
    model = kind(replace(TINY, **changes)).eval()
    model.load_state_dict(state_by_rule({name: list(p.shape) for name, p in model.state_dict().items()}, 7))
    return model


def spectral(bands: int, **changes) -> SpectralInput:
    wavelength_nm = torch.linspace(400, 2400, bands, dtype=torch.float64)
    return SpectralInput(**{"wavelength_nm": wavelength_nm, "fwhm_nm": torch.full_like(wavelength_nm, 9.0)} | changes)


def image(bands: int, rows: int = 8, cols: int = 8, batch: int = 1) -> torch.Tensor:
    return torch.rand(batch, bands, rows, cols, generator=torch.Generator().manual_seed(bands))


@torch.no_grad()
def regression_outputs() -> dict[str, torch.Tensor]:
    """What `regression.safetensors` holds; run this module to write it anew."""
    model = tiny(SpecAwareAutoencoder)
    x = image(6, 8, 12, batch=2)
    info = spectral(6, sensor=("avng", "others"), level=("L1", "L2"))
    noise = torch.rand(2, 24, generator=torch.Generator().manual_seed(1))
    out = model(x, info, [4.0, 30.0])
    masked = model.reconstruct(x, info, [4.0, 30.0], noise, visible_content=True, target="band")
    return {"image": x, "tokens": out.tokens, "feature0": out.features[0].contiguous(), "loss": masked.loss,
            "prediction": masked.prediction.contiguous()}


def test_outputs_are_those_stored():
    stored = load_file(REGRESSION)
    for name, value in regression_outputs().items():
        torch.testing.assert_close(value, stored[name], rtol=1e-4, atol=1e-5, msg=name)


@torch.no_grad()
def test_band_order_does_not_matter():
    model, x, info = tiny(), image(9), spectral(9)
    order = torch.tensor([4, 0, 8, 2, 6, 1, 3, 7, 5])
    shuffled = SpectralInput(info.wavelength_nm[order], info.fwhm_nm[order])
    torch.testing.assert_close(model(x[:, order], shuffled).tokens, model(x, info).tokens, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_repeated_bands_do_not_change_mean_tokens_but_scale_summed_ones():
    x, info = image(5), spectral(5)
    twice = SpectralInput(info.wavelength_nm.repeat(2), info.fwhm_nm.repeat(2))

    def tokens(model, pixels, metadata):
        return model.patch_embed(pixels, model.patch_embed.metadata(metadata))

    mean, total = tiny(), tiny(band_reduction="sum")
    torch.testing.assert_close(tokens(mean, x.repeat(1, 2, 1, 1), twice), tokens(mean, x, info), rtol=1e-4, atol=1e-5)
    bias = total.patch_embed.scaler * total.patch_embed.factors(total.patch_embed.conditional(
        x, total.patch_embed.metadata(info))).bias
    torch.testing.assert_close(tokens(total, x.repeat(1, 2, 1, 1), twice) - bias,
                               2 * (tokens(total, x, info) - bias), rtol=1e-3, atol=1e-5)


def test_evenly_spaced_bands_count_alike():
    torch.testing.assert_close(spectral(40).shares, torch.ones(40))
    model, x = tiny(), image(9)
    torch.testing.assert_close(tiny(band_reduction="integral")(x, spectral(9)).tokens, model(x, spectral(9)).tokens)


@given(st.lists(st.integers(350, 2550), min_size=1, max_size=60, unique=True), st.randoms())
def test_shares_of_the_spectrum_are_one_in_the_mean_in_any_order(wavelength_nm, random):
    shares = SpectralInput(wavelength_nm, [5.0] * len(wavelength_nm)).shares
    assert float(shares.mean()) == pytest.approx(1, abs=1e-5)
    assert float(shares.max() / shares.min()) <= 10.001
    order = random.sample(range(len(wavelength_nm)), len(wavelength_nm))
    again = SpectralInput([wavelength_nm[i] for i in order], [5.0] * len(order)).shares
    torch.testing.assert_close(again, shares[order])


@pytest.mark.parametrize("wavelength_nm", [[0.0, 0.0, 0.0, 500.0], [500.0] * 4, [400.0, 2500.0]])
def test_bands_whose_distances_say_nothing_count_alike(wavelength_nm):
    assert SpectralInput(wavelength_nm, [5.0] * len(wavelength_nm)).shares.tolist() == [1.0] * len(wavelength_nm)


def test_every_sample_has_shares_of_its_own():
    rows = [[400.0, 410, 420, 500, 600], [400.0, 500, 600, 700, 800]]
    both = SpectralInput(rows, [[5.0] * 5] * 2).shares
    torch.testing.assert_close(both, torch.stack([SpectralInput(row, [5.0] * 5).shares for row in rows]))
    assert float(both[0].std()) > 0.1


@torch.no_grad()
def test_an_integral_does_not_mind_how_densely_a_part_is_sampled():
    """The same smooth spectra, with twice as many bands in the visible and near infrared the second time."""
    even = torch.arange(400, 2400, 20, dtype=torch.float64)
    dense = torch.cat((torch.arange(400, 1000, 10, dtype=torch.float64), even[even >= 1000]))
    slopes = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))

    def tokens(model, table):
        x = slopes * (table.float() / 2400)[:, None, None] + 0.3 * torch.sin(table.float() / 300)[:, None, None]
        embed, info = model.patch_embed, SpectralInput(table, torch.full_like(table, 9.0))
        content = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(1)).expand(1, len(table), 8, 8)
        found = embed(embed.weighed(x, info), embed.metadata(info), content=content)
        return found - found.mean(1, keepdim=True)

    apart = {name: float((tokens(model, even) - tokens(model, dense)).norm() / tokens(model, even).norm())
             for name in ("mean", "integral") for model in [tiny(band_reduction=name)]}
    assert apart["integral"] < 0.5 * apart["mean"]


@pytest.mark.parametrize(("reduction", "centre"), [("sum", 0.0), ("mean", 0.25), ("integral", 0.0), ("integral", 0.25)])
@torch.no_grad()
def test_an_encoder_generated_once_gives_the_same(reduction, centre):
    model = tiny(band_reduction=reduction, input_centre=centre)
    info = SpectralInput([400.0, 410, 430, 500, 900, 910], [9.0] * 6)
    x, content = image(6, batch=2), image(6, 8, 8)
    expected = model(x, info, 30.0, content=content).features
    found = FixedEncoder(model, info, 30.0, content, torch.float32)(x)
    for layer, other in zip(found, expected, strict=True):
        torch.testing.assert_close(layer.movedim(-1, 1), other, rtol=1e-4, atol=1e-5)


@settings(max_examples=12, deadline=None)
@given(bands=st.integers(4, 500), rows=st.integers(1, 19), cols=st.integers(1, 19))
@torch.no_grad()
def test_any_band_count_and_tile_shape(bands, rows, cols):
    output = tiny()(image(bands, rows, cols), spectral(bands), 5.0)
    grid = (-(-rows // 2), -(-cols // 2))
    assert output.tokens.shape == (1, 1 + grid[0] * grid[1], 16)
    assert [tuple(f.shape) for f in output.features] == [(1, 16, *grid)] * 2
    assert all(bool(torch.isfinite(f).all()) for f in output.features)


@torch.no_grad()
def test_a_tile_the_patch_does_not_divide_is_padded_by_repetition():
    model, x = tiny(), image(5, 7, 5)
    padded = torch.cat((x, x[:, :, -1:]), dim=2)
    padded = torch.cat((padded, padded[:, :, :, -1:]), dim=3)
    assert torch.equal(model(x, spectral(5)).tokens, model(padded, spectral(5)).tokens)


@torch.no_grad()
def test_rows_and_columns_of_a_non_square_tile_are_not_exchanged():
    positions = tiny().positions((2, 5), 10.0, 16)[0, 1:].view(2, 5, 16)
    square = tiny().positions((5, 5), 10.0, 16)[0, 1:].view(5, 5, 16)
    assert torch.equal(positions, square[:2])
    features = tiny()(image(5, 4, 10), spectral(5)).features[-1]
    assert features.shape[2:] == (2, 5)


@torch.no_grad()
@pytest.mark.parametrize("bands", [4, 60])
def test_contractions_agree(bands):
    model, x = tiny(), image(bands, 12, 10, batch=2)
    results = [model(x, spectral(bands), contraction=c).tokens for c in CONTRACTIONS]
    for other in results[1:]:
        torch.testing.assert_close(other, results[0], rtol=1e-4, atol=1e-5)


def test_the_cheapest_contraction_follows_the_specification():
    base = PRESETS["specaware-base"]
    assert cheapest_contraction(base, tokens=256, bands=224) == "hidden"
    assert cheapest_contraction(base, tokens=256, bands=10) != "hidden"
    assert cheapest_contraction(PRESETS["specaware-small"], tokens=1024, bands=200) == "merged"


class LargestTensor(TorchDispatchMode):
    """Notes the size of the largest result of any operation."""

    numel = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor):
            self.numel = max(self.numel, result.numel())
        return result


@torch.no_grad()
@pytest.mark.parametrize("contraction", CONTRACTIONS)
def test_the_array_of_tokens_by_bands_by_width_is_never_built(contraction):
    model, bands, side = tiny(embed_dim=64), 40, 32
    with LargestTensor() as seen:
        model(image(bands, side, side), spectral(bands), contraction=contraction)
    tokens = (side // 2) ** 2
    assert seen.numel <= tokens * max(bands * max(4, TINY.rank), 64 * 4, tokens * 2)
    assert seen.numel < tokens * bands * 64 / 4


@torch.no_grad()
def test_each_sample_of_a_mixed_batch_is_as_if_alone():
    model, x = tiny(), image(5, batch=2)
    wavelength_nm = torch.stack((torch.linspace(400, 900, 5), torch.linspace(900, 2400, 5)))
    fwhm_nm = torch.stack((torch.full((5,), 6.0), torch.full((5,), 12.0)))
    mixed = model(x, SpectralInput(wavelength_nm, fwhm_nm, ("avc", "others"), ("L1", "L2")), [3.0, 30.0]).tokens
    for i, (sensor, level, gsd_m) in enumerate((("avc", "L1", 3.0), ("others", "L2", 30.0))):
        alone = model(x[i:i + 1], SpectralInput(wavelength_nm[i], fwhm_nm[i], sensor, level), gsd_m).tokens
        torch.testing.assert_close(mixed[i:i + 1], alone, rtol=1e-4, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("change", [
    {"sensor": "avng"}, {"level": "L1"}, {"fwhm_nm": torch.full((5,), 20.0)},
    {"wavelength_nm": torch.linspace(500, 2500, 5)}])
def test_every_piece_of_metadata_counts(change):
    model, x = tiny(), image(5)
    assert not torch.allclose(model(x, spectral(5)).tokens, model(x, spectral(5, **change)).tokens, atol=1e-4)


@torch.no_grad()
def test_kept_metadata_follows_changed_weights():
    model, info = tiny(), spectral(5)
    before = model.patch_embed.metadata(info)
    assert model.patch_embed.metadata(spectral(5)) is before
    model.patch_embed.spectral_embedding.fusion_weights[0] += 1
    assert not torch.allclose(model.patch_embed.metadata(info), before)


def test_gradients_reach_every_weight():
    torch.manual_seed(0)
    model = tiny(SpecAwareAutoencoder).train()
    model.reconstruct(image(6, batch=2), spectral(6), 5.0, torch.rand(2, 16)).loss.backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert float(parameter.grad.abs().max()) > 0, name


@torch.no_grad()
@pytest.mark.parametrize("visible_content", [True, False])
def test_hidden_pixels_reach_the_prediction_only_through_the_published_content_branch(visible_content):
    model, x, noise = tiny(SpecAwareAutoencoder), image(5), torch.rand(1, 16)
    hidden = mask_from_noise(noise, 0.75).hidden.view(1, 1, 4, 4)
    changed = x + hidden.repeat_interleave(2, 2).repeat_interleave(2, 3)
    first, second = (model.reconstruct(v, spectral(5), 5.0, noise, visible_content=visible_content).prediction
                     for v in (x, changed))
    assert torch.allclose(first, second, atol=1e-6) == visible_content


@torch.no_grad()
def test_another_image_for_the_content_branch_does_not_leak_either():
    model, x, noise = tiny(SpecAwareAutoencoder), image(5), torch.rand(1, 16)
    hidden = mask_from_noise(noise, 0.75).hidden.view(1, 1, 4, 4)
    changed = x + hidden.repeat_interleave(2, 2).repeat_interleave(2, 3)
    first, second = (model.reconstruct(v, spectral(5), 5.0, noise, content=image(5) * 2).prediction
                     for v in (x, changed))
    torch.testing.assert_close(first, second)


def test_hidden_tokens_are_interpolated_from_visible_ones_alone():
    patches = torch.rand(1, 12, 3)
    hidden = torch.tensor([[0.0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1]])
    found = interpolate_hidden(patches, hidden, (3, 4))
    changed = torch.where(hidden[..., None] > 0, torch.rand(1, 12, 3), patches)
    torch.testing.assert_close(interpolate_hidden(changed, hidden, (3, 4)), found)
    assert float(found[hidden == 0].abs().max()) == 0
    constant = interpolate_hidden(torch.full((1, 12, 3), 2.5), hidden, (3, 4))
    torch.testing.assert_close(constant[hidden == 1], torch.full((9, 3), 2.5))
    nearest = interpolate_hidden(torch.arange(12.0).view(1, 12, 1), hidden, (3, 4))[0, 1]
    assert 0 < float(nearest) < 4  # next to patch 0, far from patch 8


@torch.no_grad()
def test_a_fixed_decoder_step_makes_the_decoder_blind_to_the_pixel_size():
    tokens = torch.rand(1, 5, TINY.embed_dim)
    mask = mask_from_noise(torch.rand(1, 16), 0.75)
    for step, same in ((0.0, False), (1.0, True)):
        model = tiny(SpecAwareAutoencoder, decoder_step=step)
        near, far = (model.decode(tokens, mask.restore, (4, 4), gsd_m) for gsd_m in (2.0, 30.0))
        assert torch.allclose(near, far) == same


@torch.no_grad()
def test_visible_pixels_count_in_the_loss_only_if_asked():
    model, noise = tiny(SpecAwareAutoencoder), torch.rand(1, 16)
    losses = [float(model.reconstruct(image(5), spectral(5), 5.0, noise, visible_weight=w).loss) for w in (0.0, 0.5, 1)]
    assert losses[0] != losses[1] != losses[2]
    everything = model.reconstruct(image(5), spectral(5), 5.0, noise, visible_weight=1.0)
    pixels = patchify(image(5), 2).transpose(2, 3).flatten(2)
    parts = plain.losses(everything.prediction, pixels, torch.ones(1, 16), 5)
    assert float(sum(parts)) == pytest.approx(losses[2], rel=1e-5)
    assert float(everything.loss_spectral) == pytest.approx(float(parts[0]), rel=1e-5)
    assert float(everything.loss_charbonnier) == pytest.approx(float(parts[1]), rel=1e-5)


def test_mask_keeps_the_smallest_noise_and_truncates_as_published():
    noise = torch.rand(3, 100)
    mask = mask_from_noise(noise, 0.9)
    assert mask.keep.shape == (3, 9)
    assert torch.equal(mask.hidden.sum(1), torch.full((3,), 91.0))
    assert torch.equal(noise.gather(1, mask.keep), noise.sort(1).values[:, :9])


@torch.no_grad()
@pytest.mark.parametrize("target", TARGETS)
def test_losses_are_finite_on_flat_images(target):
    model = tiny(SpecAwareAutoencoder)
    out = model.reconstruct(torch.zeros(1, 5, 8, 8), spectral(5), 5.0, torch.rand(1, 16), target=target)
    assert bool(torch.isfinite(out.loss))


def test_a_few_steps_lower_the_loss():
    torch.manual_seed(0)
    model = SpecAwareAutoencoder(TINY)
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    x, noise, losses = image(6, batch=4), torch.rand(4, 16), []
    for _ in range(30):
        loss = model.reconstruct(x, spectral(6), 5.0, noise, target="band").loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.9 * losses[0]


def test_the_small_model_is_small():
    model = SpecAwareEncoder(PRESETS["specaware-small"])
    assert 3e6 < parameter_count(model) < 6e6


@pytest.mark.parametrize("values", [
    {"wavelength_nm": [400.0, 3000.0], "fwhm_nm": [5.0, 5.0]}, {"wavelength_nm": [0.4, 0.5], "fwhm_nm": [5.0, 5.0]},
    {"wavelength_nm": [400.0, float("nan")], "fwhm_nm": [5.0, 5.0]}, {"wavelength_nm": [400.0], "fwhm_nm": [5.0, 5.0]},
    {"wavelength_nm": [400.0], "fwhm_nm": [float("nan")]}, {"wavelength_nm": [], "fwhm_nm": []},
    {"wavelength_nm": [400.0], "fwhm_nm": [5.0], "sensor": "EnMAP"},
    {"wavelength_nm": [400.0], "fwhm_nm": [5.0], "level": "L3"},
    {"wavelength_nm": [400.0], "fwhm_nm": [5.0], "sensor": ("avc", "avng"), "level": ("L1", "L2", "L2")}])
def test_metadata_that_cannot_be_used_is_refused(values):
    with pytest.raises(WavelengthError) as caught:
        SpectralInput(**values)
    assert caught.value.hint


def test_an_image_with_another_band_count_is_refused():
    with pytest.raises(WavelengthError, match="6 bands"):
        tiny()(image(6), spectral(5))


@pytest.mark.parametrize("changes", [{"embed_dim": 18}, {"heads": 3}, {"depth": 0}, {"feature_layers": (2,)},
                                     {"feature_layers": ()}, {"band_reduction": "max"}, {"mlp_ratio": 0.0}])
def test_sizes_that_do_not_fit_are_refused(changes):
    with pytest.raises(ModelError):
        replace(TINY, **changes)


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), "1", None, True])
def test_numbers_that_no_setting_holds_are_refused(value):
    with pytest.raises(ModelError):
        SpecAwareConfig.from_dict(asdict(TINY) | {"input_centre": value})


def test_config_survives_a_round_trip():
    for config in (*PRESETS.values(), TINY):
        assert SpecAwareConfig.from_dict(json.loads(json.dumps(asdict(config)))) == config


if __name__ == "__main__":
    save_file(regression_outputs(), REGRESSION)
