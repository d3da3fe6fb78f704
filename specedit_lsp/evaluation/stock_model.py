"""A loaded model in the hands of transformers: with the attention and the layers that it would give it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from transformers import PreTrainedModel

from specedit_lsp.model.attention import stock_attention
from specedit_lsp.model.lean_decoder import find_stock
from specedit_lsp.model.packing import unpack_linears, with_layers


class StockModel:
    """Lends out a model as it is without us. Where layers were packed, it has plain copies of them."""

    def __init__(self, model: PreTrainedModel) -> None:
        self.model = model
        self._stock = find_stock(model)
        self._plain = unpack_linears(model)

    @contextmanager
    def lend(self) -> Iterator[PreTrainedModel]:
        """The model runs as transformers would run it in the block."""
        with (
            with_layers(self.model, self._stock),
            with_layers(self.model, self._plain),
            stock_attention(self.model),
        ):
            yield self.model
