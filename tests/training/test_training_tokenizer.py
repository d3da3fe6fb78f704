"""The shipped tokenizer: lossless, and the same tokens for a name wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from specedit_lsp.training import tokenizer as training_tokenizer

FILE = Path(training_tokenizer.__file__).parents[1] / "bundled" / "specedit-mini" / "tokenizer.json"
TOKENIZER = Tokenizer.from_file(str(FILE))


def encode(text: str) -> list[int]:
    return list(TOKENIZER.encode(text, add_special_tokens=False).ids)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_round_trip_is_lossless(text: str) -> None:
    assert TOKENIZER.decode(encode(text), skip_special_tokens=False) == text


@pytest.mark.parametrize(
    "text", ["", " ", "  \n\n\t x \n ", "\r\n  a\r\n", "é = 'ß' # 中文 🙂", "if  x :", "a ,b"]
)
def test_blanks_and_other_scripts_survive(text: str) -> None:
    assert TOKENIZER.decode(encode(text), skip_special_tokens=False) == text


def test_special_tokens_come_first() -> None:
    assert [TOKENIZER.token_to_id(token) for token in training_tokenizer.SPECIAL_TOKENS] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "name", ["x", "size", "max_size", "HTTPServer", "_private_name", "getattr2", "naïve"]
)
@pytest.mark.parametrize(
    "place", ["{}", "rename {} to", "rename `{}` to", "'{}'", '("{}",', "\n    {} = 1", "a.{}()"]
)
def test_a_name_has_the_same_tokens_everywhere(name: str, place: str) -> None:
    before, after = place.split("{}")
    assert encode(place.format(name)) == encode(before) + encode(name) + encode(after)
