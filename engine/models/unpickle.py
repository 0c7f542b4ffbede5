"""Turns one PyTorch checkpoint into safetensors; run as a script, in a process of its own that ends afterwards.

The only place where pickle is read, and only with ``weights_only``: tensors and plain containers, never code.
``python -P unpickle.py CHECKPOINT.pth OUT.safetensors`` prints a JSON object and exits 0, or 1 with ``error`` in it.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

import torch
from safetensors.torch import save_file

WRAPPERS = ("model", "state_dict")
MAX_BYTES = 4 * 1024 ** 3
REFUSED = 1


def read_tensors(path: str) -> tuple[dict[str, torch.Tensor], list[str]]:
    """The tensors of a flat state dict, or of one under `WRAPPERS`, and the names of what else the file holds.

    Raises:
        ValueError: something else than dense tensors by name, or more than `MAX_BYTES` of them.
    """
    # Training scripts store their settings, a plain container, beside the weights.
    with torch.serialization.safe_globals([argparse.Namespace]):
        checkpoint = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    if not isinstance(checkpoint, Mapping):
        raise ValueError(f"it holds a {type(checkpoint).__name__}, not tensors by name")
    wrapper = next((name for name in WRAPPERS if isinstance(checkpoint.get(name), Mapping)), None)
    state: Mapping[Any, Any] = checkpoint[wrapper] if wrapper else checkpoint
    others = [str(name)[:80] for name in checkpoint if name != wrapper] if wrapper else []
    total = 0
    for name, value in state.items():
        if not (isinstance(name, str) and isinstance(value, torch.Tensor) and value.layout == torch.strided
                and not value.is_quantized and not value.is_meta):
            raise ValueError(f"its entry {str(name)[:80]!r} is not a dense tensor")
        total += value.numel() * value.element_size()
    if not state or total > MAX_BYTES:
        raise ValueError(f"it holds {len(state)} tensors of {total} bytes")
    return {name: value.detach().contiguous().clone() for name, value in state.items()}, others


def main(source: str, target: str) -> int:
    """Convert and report."""
    try:
        tensors, others = read_tensors(source)
        save_file(tensors, target)
    except Exception as error:  # whatever a hostile file provokes, the answer is one line
        print(json.dumps({"error": f"{type(error).__name__}: {error}".splitlines()[0][:300]}))
        return REFUSED
    print(json.dumps({"others": others}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
