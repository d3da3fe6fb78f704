"""Pieces of text join to the text of all tokens, however the tokens come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from specedit_lsp.decoding.detokenizer import Detokenizer

SAMPLE = [
    "def grüße(naïve):\n    return 'mañana'  # 日本語 🙂🙃\n",
    "for  item in items:\n\tprint(item)\n",
    "\u00e9\u0301 👩‍👩‍👧 \u0f40 \u2028 ''' '''",
]
WRAP: Callable[..., PreTrainedTokenizerFast] = PreTrainedTokenizerFast
SPECIAL = [AddedToken("<|end|>", special=True), AddedToken("<|out|>", special=True)]


def _build_byte_level() -> PreTrainedTokenizerFast:
    """Byte-level BPE as in GPT-2 and Qwen: tokens may hold any part of a character."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=330, initial_alphabet=alphabet, show_progress=False, min_frequency=1
    )
    tokenizer.train_from_iterator(SAMPLE, trainer)
    tokenizer.add_special_tokens(SPECIAL)
    return WRAP(tokenizer_object=tokenizer, eos_token="<|end|>")


def _build_byte_fallback() -> PreTrainedTokenizerFast:
    """SentencePiece BPE as in Llama 2: a space is part of a word, unknown characters are runs of bytes."""
    pieces = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), *"▁abcdefgilmnoprstuy()é", "▁a", "▁▁"]
    tokenizer = Tokenizer(
        models.BPE(
            vocab={piece: place for place, piece in enumerate(pieces)},
            merges=[("▁", "a"), ("▁", "▁")],
            unk_token="<unk>",
            byte_fallback=True,
            fuse_unk=True,
        )
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens(SPECIAL)
    return WRAP(tokenizer_object=tokenizer, eos_token="<|end|>", unk_token="<unk>")


@pytest.fixture(scope="module", params=[_build_byte_level, _build_byte_fallback], ids=["bytes", "fallback"])
def tokenizer(request: pytest.FixtureRequest) -> PreTrainedTokenizerFast:
    built: PreTrainedTokenizerFast = request.param()
    return built


def split(ids: Sequence[int], cuts: Sequence[int]) -> Iterator[Sequence[int]]:
    """``ids`` in chunks of the sizes ``cuts``, and the rest."""
    start = 0
    for size in cuts:
        yield ids[start : start + size]
        start += size
    yield ids[start:]


def detokenize(detokenizer: Detokenizer, chunks: Iterator[Sequence[int]]) -> list[str]:
    return [*map(detokenizer.feed, chunks), detokenizer.finish()]


def decode(tokenizer: PreTrainedTokenizerFast, ids: Sequence[int]) -> str:
    return str(tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False))


TEXTS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("  ab\n🙂é日\ufffd")))
CUTS = st.lists(st.integers(0, 5), max_size=60)


@settings(deadline=None)
@given(text=TEXTS, cuts=CUTS)
def test_any_text_in_any_chunks(tokenizer: PreTrainedTokenizerFast, text: str, cuts: list[int]) -> None:
    ids = tokenizer.encode(text, add_special_tokens=False)
    pieces = detokenize(Detokenizer(tokenizer), split(ids, cuts))
    assert "".join(pieces) == decode(tokenizer, ids) == text
    if "\ufffd" not in text:
        assert "\ufffd" not in "".join(pieces[:-1])


@settings(deadline=None, max_examples=300)
@given(data=st.data(), cuts=CUTS)
def test_any_tokens_in_any_chunks(
    tokenizer: PreTrainedTokenizerFast, data: st.DataObject, cuts: list[int]
) -> None:
    ids = data.draw(st.lists(st.integers(0, len(tokenizer) - 1)))
    pieces = detokenize(Detokenizer(tokenizer), split(ids, cuts))
    assert "".join(pieces) == decode(tokenizer, ids)


@settings(deadline=None)
@given(before=TEXTS.filter(lambda text: not text.endswith("\ufffd")), text=TEXTS, cuts=CUTS)
def test_text_behind_a_prompt(
    tokenizer: PreTrainedTokenizerFast, before: str, text: str, cuts: list[int]
) -> None:
    prompt = tokenizer.encode(before, add_special_tokens=False)
    ids = tokenizer.encode(before + "(" + text, add_special_tokens=False)[len(prompt) :]
    whole = decode(tokenizer, [*prompt, *ids])
    pieces = detokenize(Detokenizer(tokenizer, prompt), split(ids, cuts))
    assert decode(tokenizer, prompt) + "".join(pieces) == whole


def test_a_leading_space_survives_a_prompt_and_special_tokens() -> None:
    tokenizer = _build_byte_fallback()
    prompt = tokenizer.encode("do<|out|>", add_special_tokens=False)
    word, end = (tokenizer.get_vocab()[piece] for piece in ("▁a", "<|end|>"))
    assert Detokenizer(tokenizer).feed([word]) == "a"
    assert Detokenizer(tokenizer, prompt).feed([word]) == " a"
    detokenizer = Detokenizer(tokenizer, prompt)
    assert [detokenizer.feed([token]) for token in (word, end, word)] == [" a", "", " a"]


def test_text_comes_as_soon_as_it_is_whole() -> None:
    tokenizer = _build_byte_level()
    detokenizer = Detokenizer(tokenizer)
    first, second, x, y = (tokenizer.get_vocab()[piece] for piece in "Ã©xy")
    assert detokenizer.feed([x, first]) == "x"
    assert detokenizer.feed([second]) == "é"
    assert detokenizer.feed([y]) == "y"


@pytest.mark.parametrize("text", ["a", "🙂", "\ufffd", "日"])
def test_the_cost_is_linear(
    tokenizer: PreTrainedTokenizerFast, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = 0
    decode_all = tokenizer.decode

    def count(ids: list[int], **options: bool) -> object:
        nonlocal decoded
        decoded += len(ids)
        return decode_all(ids, **options)

    monkeypatch.setattr(tokenizer, "decode", count)
    ids = tokenizer.encode(text * 500, add_special_tokens=False)
    detokenizer = Detokenizer(tokenizer)
    for token in ids:
        detokenizer.feed([token])
    assert decoded < 25 * len(ids)
