"""The tokenizer: lossless in every language, and the same tokens for a name wherever it stands."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from specedit_lsp.training import tokenizer as training_tokenizer
from specedit_lsp.training.corpus.blocks import Block, write_blocks
from specedit_lsp.training.corpus.languages import LANGUAGES
from specedit_lsp.training.tokenizer import (
    AFTER,
    BEFORE,
    END,
    KEYWORDS,
    PAD,
    SHARES,
    SPECIAL_TOKENS,
    build_tokenizer,
    export_tokenizer,
    load_tokenizer,
    sample_blocks,
    train_tokenizer,
)

SNIPPETS = [
    "def find(self, max_size):\n    if max_size:\n        return self.rows[max_size]\n    return None\n",
    "export const find = (rows) => {\n  const size = rows.length;\n  return rows[size - 1];\n};\n",
    "func (s *Shelf) find(size int) int {\n\tif size > 0 {\n\t\treturn s.rows[size]\n\t}\n\treturn 0\n}\n",
    "static int find(const struct shelf *s)\n{\n        return s->rows[0];\n}\n",
    "pub fn find(&self, size: usize) -> u8 {\n    let found = self.rows[size];\n    found\n}\n",
    'find() {\n    local size="$1"\n    echo "${rows[$size]}"\n}\n',
    ".shelf > .row:hover {\n  margin: 0 auto;\n  color: #fff;\n}\n",
    '<div class="shelf">\n  <p id="row">first &amp; last</p>\n</div>\n',
]
"""Text in several languages and indentations, to train a small tokenizer on."""

SMALL = train_tokenizer(SNIPPETS * 3, vocabulary=480)
BUNDLED = Tokenizer.from_file(
    str(Path(training_tokenizer.__file__).parents[1] / "bundled" / "specedit-mini" / "tokenizer.json")
)


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    return list(tokenizer.encode(text, add_special_tokens=False).ids)


@pytest.fixture(params=[SMALL, BUNDLED], ids=["small", "bundled"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    found: Tokenizer = request.param
    return found


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_round_trip_is_lossless(text: str) -> None:
    for tokenizer in (SMALL, BUNDLED):
        assert tokenizer.decode(encode(tokenizer, text), skip_special_tokens=False) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "  \n\n\t x \n ",
        "\r\n  a\r\n",
        "é = 'ß' # 中文 🙂",
        "if  x :",
        "a ,b",
        "\tx\r\n\t\ty\r\n",
        *SNIPPETS,
    ],
)
def test_code_of_every_language_survives(tokenizer: Tokenizer, text: str) -> None:
    windows = text.replace("\n", "\r\n")
    assert tokenizer.decode(encode(tokenizer, text), skip_special_tokens=False) == text
    assert tokenizer.decode(encode(tokenizer, windows), skip_special_tokens=False) == windows


@pytest.mark.parametrize(
    "name", ["x", "size", "max_size", "maxSize", "HTTPServer", "_private_name", "getattr2", "naïve"]
)
@pytest.mark.parametrize(
    "place",
    [
        "{}", "rename {} to", "rename `{}` to", "'{}'", '("{}",', "\n    {} = 1", "\n\t\t{} := 1", "a.{}()",
        "self->{};", "${}", "&mut {})", ".{} {{", 'class="{}">', "const {} = ", "<{}/>", "std::{}<int>",
    ],
)  # fmt: skip
def test_a_name_has_the_same_tokens_everywhere(tokenizer: Tokenizer, name: str, place: str) -> None:
    before, after = place.replace("{{", "{").split("{}")
    together = encode(tokenizer, before + name + after)
    assert together == encode(tokenizer, before) + encode(tokenizer, name) + encode(tokenizer, after)


@pytest.mark.parametrize("indentation", ["\n    ", "\n        ", "\n  ", "\n\t", "\n\t\t"])
def test_a_line_break_takes_the_indentation_along(indentation: str) -> None:
    assert len(encode(SMALL, indentation)) == 1


def test_special_tokens_come_first() -> None:
    ids = [SMALL.token_to_id(token) for token in SPECIAL_TOKENS]
    assert ids == list(range(7))
    assert (SPECIAL_TOKENS[BEFORE], SPECIAL_TOKENS[AFTER]) == ("<|before|>", "<|after|>")


def test_a_keyword_takes_the_space_after_it_along() -> None:
    words = train_tokenizer([f"{word} x\n" for word in KEYWORDS] * 9, vocabulary=600)
    assert [word for word in KEYWORDS if len(encode(words, f"{word} ")) > 1] == []
    assert encode(words, "x_return y") == encode(words, "x_return") + encode(words, " ") + encode(words, "y")


def test_an_exported_tokenizer_loads_as_any_other(tmp_path: Path) -> None:
    export_tokenizer(SMALL, tmp_path)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert (loaded.pad_token_id, loaded.eos_token_id) == (PAD, END)
    assert loaded.encode(SNIPPETS[0], add_special_tokens=False) == encode(SMALL, SNIPPETS[0])
    assert loaded.convert_tokens_to_ids("<|after|>") == AFTER


def test_every_language_has_its_share_of_the_sample() -> None:
    assert set(SHARES) == set(LANGUAGES)
    assert sum(SHARES.values()) == pytest.approx(1)
    corpus = [Block("any", language, f"{language} {n}", {}) for language in SHARES for n in range(50)]
    counts = Counter(block.language for block in sample_blocks(corpus, 100, random.Random(0)))
    assert counts == {language: round(100 * share) for language, share in SHARES.items()}
    few = sample_blocks(corpus[:10], 100, random.Random(0))
    assert len(few) == 10


def test_the_words_of_instructions_are_learnt(tmp_path: Path) -> None:
    write_blocks([Block("any", "go", SNIPPETS[2], {})], tmp_path / "train.jsonl")
    build_tokenizer(tmp_path, ["please exchange"] * 50)
    assert len(encode(load_tokenizer(tmp_path), "exchange")) == 1
