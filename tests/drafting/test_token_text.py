"""Places of characters and tokens agree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.token_text import TokenText
from tests.drafting.codecs import END, PairCodec, WordCodec, edit_context, spell


@given(text=st.text(max_size=60), paired=st.booleans())
def test_starts_rise_to_the_end_of_the_text(text: str, paired: bool) -> None:
    codec = PairCodec() if paired else WordCodec()
    tokens = (*codec.encode(text), END)
    starts = TokenText(text, tokens, codec).starts
    assert len(starts) == len(tokens) + 1
    assert starts == sorted(starts)
    assert (starts[0], starts[-1]) == (0, len(text))


@given(text=st.text(max_size=40))
def test_what_stands_before_a_token_is_what_the_tokens_before_it_spell(text: str) -> None:
    codec = PairCodec()
    tokens = codec.encode(text)
    for column, start in enumerate(TokenText(text, tokens, codec).starts):
        assert spell(codec, tokens[:column]).removesuffix("\ufffd") == text[:start]


def test_a_character_of_several_tokens_belongs_to_the_last_of_them() -> None:
    codec = PairCodec()
    assert TokenText("é1", codec.encode("é1"), codec).starts == [0, 0, 1, 2]
    assert TokenText("😀", codec.encode("😀"), codec).starts == [0, 0, 0, 0, 1]


@given(text=st.text(alphabet="ab _\n", max_size=40), offset=st.integers(0, 45))
def test_the_token_behind_an_offset_is_the_first_that_does_not_begin_before_it(
    text: str, offset: int
) -> None:
    codec = PairCodec()
    known = TokenText(text, codec.encode(text), codec)
    column, missing = known.find_column(offset)
    if offset > len(text):
        assert (column, missing) == (len(known.starts), 0)
    else:
        assert known.starts[column] == offset + missing
        assert all(start < offset for start in known.starts[:column])


def test_an_answer_is_written_with_what_closes_and_ends_it() -> None:
    context = edit_context("a = 1")
    written = TokenText.write("b = 2", context)
    assert written.text == "b = 2\n```"
    assert written.tokens[-1] == END
    assert spell(context.codec, written.tokens) == written.text
