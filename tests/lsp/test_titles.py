"""Instructions as titles say them: never so short that they say nothing."""

from __future__ import annotations

import pytest

from specedit_lsp.lsp.errors import shorten


@pytest.mark.parametrize(
    ("instruction", "title"),
    [
        ("rename a\n\t to b", "rename a to b"),
        ("x" * 50, "x" * 50),
        ("把所有名为用户的变量重命名为账户" * 4, ("把所有名为用户的变量重命名为账户" * 4)[:48] + " …"),
        ("rename " + "a" * 60, "rename " + "a" * 41 + " …"),
        (
            "rename the first of them and all that come after it to account",
            "rename the first of them and all that come after …",
        ),
    ],
)
def test_a_title_fits_and_says_something(instruction: str, title: str) -> None:
    assert shorten(instruction) == title
    assert len(shorten(instruction)) <= 50
