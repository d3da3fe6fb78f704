"""How much of a draft counts."""

from __future__ import annotations

import pytest

from specedit_lsp.decoding.acceptance import count_agreed


@pytest.mark.parametrize(
    ("proposed", "chosen", "agreed"),
    [
        ([], [], 0),
        ([1, 2, 3], [1, 2, 3, 4], 3),
        ([1, 2, 3], [1, 9, 3], 1),
        ([7], [8], 0),
        ([1, 2, 3], [1, 2], 2),
    ],
)
def test_what_follows_a_disagreement_does_not_count(
    proposed: list[int], chosen: list[int], agreed: int
) -> None:
    assert count_agreed(proposed, chosen) == agreed
