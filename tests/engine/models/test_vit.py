from __future__ import annotations

import torch

from engine.models.vit import Block, Linear


def test_weights_in_half_precision_are_kept_and_made_anew_when_they_change():
    torch.manual_seed(0)
    layer, x = Linear(8, 4), torch.randn(3, 8)
    with torch.autocast("cpu", torch.bfloat16):
        expected = torch.nn.functional.linear(x, layer.weight, layer.bias)
        assert layer(x).requires_grad
        with torch.inference_mode():
            assert torch.equal(layer(x), expected)
            kept = layer._copy
            layer(x)
            assert layer._copy is kept
        with torch.no_grad():
            layer.weight.mul_(2)
            layer.bias.mul_(2)
            assert torch.equal(layer(x), 2 * expected)
    with torch.inference_mode():
        assert layer(x).dtype == torch.float32
    assert sorted(layer.state_dict()) == ["bias", "weight"]


def test_learning_after_a_look_in_half_precision():
    torch.manual_seed(0)
    block, x = Block(16, 2), torch.randn(1, 5, 16)
    with torch.autocast("cpu", torch.bfloat16):
        with torch.inference_mode():
            seen = block(x)
        learnt = block(x)
    learnt.sum().backward()
    torch.testing.assert_close(learnt.detach(), seen, rtol=2e-2, atol=2e-2)
    assert all(parameter.grad is not None for parameter in block.parameters())
