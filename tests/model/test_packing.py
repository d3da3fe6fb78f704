"""Packed weights: the same layer, the same bits in any company, and plain again on demand."""

from __future__ import annotations

import logging
import platform
from pathlib import Path

import pytest
import torch
from torch.nn import Linear
from torch.nn.functional import linear

from specedit_lsp.model import packing
from specedit_lsp.model.loading import LoadedModel, load_model
from specedit_lsp.model.packing import (
    PackedLinear,
    count_weight_bytes,
    pack_linears,
    unpack_linears,
    with_layers,
)
from specedit_lsp.settings import ModelSettings

PLAIN = Linear(24, 40, dtype=torch.float32)
if not packing._can_pack(PLAIN.weight):
    pytest.skip("this machine has no kernels for packed weights", allow_module_level=True)


def load(folder: Path, dtype: str = "float32") -> LoadedModel:
    return load_model(ModelSettings.model_validate({"path": str(folder), "device": "cpu", "dtype": dtype}))


def compute(loaded: LoadedModel) -> torch.Tensor:
    """[rows, vocabulary]"""
    with torch.inference_mode():
        logits: torch.Tensor = loaded.model(torch.tensor([[3, 14, 15, 92, 65]]), use_cache=False).logits[0]
    return logits


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("size", [(256, 64), (33, 100)])
def test_a_packed_layer_is_the_plain_one(dtype: torch.dtype, bias: bool, size: tuple[int, int]) -> None:
    if dtype == torch.bfloat16 and not packing._kernels()._is_mkldnn_bf16_supported():
        pytest.skip("this processor has no bfloat16")
    torch.manual_seed(0)
    plain = Linear(*size, bias=bias, dtype=dtype).requires_grad_(False)
    packed = PackedLinear(plain)
    rows = torch.randn(2, 7, size[0], dtype=dtype)
    expected = linear(rows, plain.weight, plain.bias)
    torch.testing.assert_close(packed(rows), expected)
    again = packed.unpack()
    assert torch.equal(again.weight, plain.weight)
    assert again.bias is plain.bias
    assert (again.in_features, again.out_features) == size


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_row_has_the_same_bits_in_any_company(dtype: torch.dtype) -> None:
    if dtype == torch.bfloat16 and not packing._kernels()._is_mkldnn_bf16_supported():
        pytest.skip("this processor has no bfloat16")
    torch.manual_seed(0)
    packed = PackedLinear(Linear(3072, 200, bias=False, dtype=dtype).requires_grad_(False))
    rows = torch.randn(150, 3072, dtype=dtype)
    expected = packed(rows)
    for count in (2, 3, 8, 31, 64):
        for start in (0, 5, 150 - count):
            assert torch.equal(packed(rows[start : start + count]), expected[start : start + count])


def test_a_model_is_packed_when_it_is_loaded(template: Path) -> None:
    loaded = load(template)
    linears = [layer for layer in loaded.model.modules() if isinstance(layer, Linear | PackedLinear)]
    assert len(linears) == 2 * 7 + 1
    assert all(isinstance(layer, PackedLinear) for layer in linears)


def test_with_its_plain_layers_it_says_what_it_says_with_packed_ones(template: Path) -> None:
    loaded = load(template)
    packed = compute(loaded)
    plain = unpack_linears(loaded.model)
    with with_layers(loaded.model, plain):
        assert not any(isinstance(layer, PackedLinear) for layer in loaded.model.modules())
        torch.testing.assert_close(compute(loaded), packed, rtol=1e-4, atol=1e-5)
    assert torch.equal(compute(loaded), packed)


def test_packed_weights_count_as_memory(template: Path) -> None:
    loaded = load(template)
    bytes_packed = count_weight_bytes(loaded.model)
    with with_layers(loaded.model, unpack_linears(loaded.model)):
        assert count_weight_bytes(loaded.model) == bytes_packed
        assert bytes_packed == sum(weights.nbytes for weights in loaded.model.parameters())


def test_a_model_that_reads_weights_by_itself_keeps_them(
    template: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def read_weights(layer: PackedLinear, rows: torch.Tensor) -> torch.Tensor:
        return linear(rows, layer.weight)  # which no plain kernel can read

    loaded = load(template)
    expected = compute(loaded)
    for name, layer in unpack_linears(loaded.model).items():
        loaded.model.set_submodule(name, layer)
    monkeypatch.setattr(PackedLinear, "forward", read_weights)
    with caplog.at_level(logging.INFO):
        pack_linears(loaded.model, loaded.group)
    assert "keeps to PyTorch's layout" in caplog.text
    assert not any(isinstance(layer, PackedLinear) for layer in loaded.model.modules())
    torch.testing.assert_close(compute(loaded), expected, rtol=1e-4, atol=1e-5)


def test_other_machines_keep_what_they_have(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    loaded = load(template)
    assert not any(isinstance(layer, PackedLinear) for layer in loaded.model.modules())


def test_a_precision_without_kernels_stays_plain(template: Path) -> None:
    loaded = load(template, "float16")
    assert not any(isinstance(layer, PackedLinear) for layer in loaded.model.modules())
