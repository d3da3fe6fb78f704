"""Acceptance, on integers alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.decoding.acceptance import count_agreed, cut_at_stop

TOKENS = st.lists(st.integers(0, 3), max_size=12)


@given(TOKENS, TOKENS)
def test_agreement_is_the_longest_common_start(proposed: list[int], chosen: list[int]) -> None:
    agreed = count_agreed(proposed, chosen)
    assert proposed[:agreed] == chosen[:agreed]
    assert agreed in (len(proposed), len(chosen)) or proposed[agreed] != chosen[agreed]


@given(TOKENS, st.frozensets(st.integers(0, 3)))
def test_the_cut_is_at_the_first_stop_token(tokens: list[int], stop_ids: frozenset[int]) -> None:
    kept, stopped = cut_at_stop(tokens, stop_ids)
    assert kept == tuple(tokens[: len(kept)])
    assert not stop_ids.intersection(kept)
    assert stopped == (len(kept) < len(tokens))
    assert not stopped or tokens[len(kept)] in stop_ids
