"""The output as tokens and as text say the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.transcript import Transcript
from tests.drafting.codecs import END, PairCodec, WordCodec, spell

CODE = st.text(alphabet="abc_ (.\né", max_size=80)


def transcribe(codec: PairCodec | WordCodec, text: str) -> Transcript:
    transcript = Transcript(codec)
    transcript.hear(codec.encode(text))
    return transcript


@given(text=st.text(max_size=60), size=st.integers(1, 9))
def test_the_text_is_the_same_however_it_is_heard(text: str, size: int) -> None:
    codec = PairCodec()
    tokens = codec.encode(text)
    transcript = Transcript(codec)
    for start in range(0, len(tokens), size):
        transcript.hear(tokens[start : start + size])
    assert transcript.text == text
    assert transcript.tokens == list(tokens)


def test_half_a_character_is_no_text_yet() -> None:
    codec = PairCodec()
    first, second = codec.encode("é")
    transcript = Transcript(codec)
    transcript.hear([first])
    assert transcript.text == ""
    transcript.hear([second])
    assert transcript.text == "é"


@given(text=CODE, tail=st.integers(0, 99))
def test_the_tail_is_what_the_last_tokens_spell(text: str, tail: int) -> None:
    codec = WordCodec()
    transcript = transcribe(codec, text)
    assert transcript.read_tail(tail) == spell(
        codec, transcript.tokens[max(0, len(transcript.tokens) - tail) :]
    )


@given(text=CODE)
def test_the_line_is_what_has_been_written_of_it(text: str) -> None:
    assert transcribe(WordCodec(), text).read_line() == text.split("\n")[-1]


@given(before=CODE, text=st.text(alphabet="abc_ (.\né", max_size=300), width=st.integers(1, 30))
def test_a_continuation_spells_the_beginning_of_what_it_was_asked_for(
    before: str, text: str, width: int
) -> None:
    codec = PairCodec()
    tokens = transcribe(codec, before).continue_with(text, width, (END,))
    assert len(tokens) <= width
    assert text.encode().startswith(b"".join(map(codec.spell, tokens)))
    assert bool(tokens)
    assert (tokens[-1] == END) <= (spell(codec, tokens) == text)


def test_a_continuation_splits_as_text_written_in_one_go() -> None:
    codec = PairCodec()
    whole = codec.encode("the counters = 1")
    begun = whole[:2]
    transcript = Transcript(codec)
    transcript.hear(begun)
    rest = "the counters = 1".removeprefix(spell(codec, begun))
    assert tuple(whole[2:]) == transcript.continue_with(rest, 50)
    assert tuple(whole[2:]) != tuple(codec.encode(rest))


def test_what_ends_the_answer_follows_only_if_all_of_the_text_fits() -> None:
    codec = WordCodec()
    transcript = transcribe(codec, "a ")
    assert transcript.continue_with("b c", 4, (END,)) == (*codec.encode("b c"), END)
    assert transcript.continue_with("b c", 3, (END,)) == tuple(codec.encode("b c"))
