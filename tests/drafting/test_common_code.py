"""Draft source "common": lexemes, tables and what they lead to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.common_code import CommonCode
from specedit_lsp.drafting.common_table import load_table, mask, pack_share, unpack_share
from specedit_lsp.drafting.draft import Codec
from specedit_lsp.drafting.lexemes import split_lexemes, write_lexemes
from specedit_lsp.drafting.local_table import LocalTable
from specedit_lsp.drafting.seam import Seam
from specedit_lsp.drafting.view_bank import ViewBank
from tests.drafting.codecs import PairCodec, WordCodec, edit_context, spell

LANGUAGES = ["c", "cpp", "css", "go", "html", "java", "javascript", "python", "rust", "shell", "typescript"]


def guess(before: str, written: str, language: str = "python", codec: Codec | None = None) -> list[str]:
    """What the source proposes behind ``written``, as text."""
    context = edit_context(before, language=language, codec=codec or PairCodec())
    bank = ViewBank(context)
    source = CommonCode(bank)
    verified = context.codec.encode(written)
    bank.hear(verified)
    source.hear(verified)
    return [spell(context.codec, draft.tokens) for draft in source.propose(16)]


@pytest.mark.parametrize("unit", ["  ", "    ", "\t"])
def test_lexemes_say_the_same_whatever_a_level_of_indentation_is(unit: str) -> None:
    text = "def f(a):\n    if a:\n        return 1\n\n    return a != 2\nx = 3".replace("    ", unit)
    lexemes = split_lexemes(text, unit)
    assert [lexeme for lexeme in lexemes if "\n" in lexeme] == ["\n→", "\n→", "\n\n←", "\n←"]
    assert write_lexemes(lexemes, "", unit) == text


def test_aligned_lines_end_a_guess_at_their_line_end() -> None:
    lexemes = split_lexemes("call(a,\n     b)", "    ")
    assert lexemes == ["call", "(", "a", ",", "\n↔", "b", ")"]
    assert write_lexemes(lexemes, "", "    ") == "call(a,\n"


def test_no_guess_is_shallower_than_the_margin() -> None:
    assert write_lexemes(["x", "\n←", "y"], "", "    ") == "x"


@given(st.text("ab ({\n\t→", max_size=40))
def test_lexemes_leave_nothing_out_but_layout(text: str) -> None:
    lexemes = [lexeme for lexeme in split_lexemes(text, "    ") if "\n" not in lexeme]
    assert "".join("".join(lexemes).split()) == "".join(text.split())


@given(st.floats(0, 1))
def test_a_probability_survives_packing(share: float) -> None:
    assert unpack_share(pack_share(share)) == pytest.approx(share, abs=0.02)
    assert pack_share(share).isprintable()


def test_rare_words_are_taken_by_their_kind() -> None:
    words = frozenset({"self", " 0"})
    assert [mask(word, words) for word in ("self", " 0", ":", "\n→")] == ["self", " 0", ":", "\n→"]
    assert mask(" frobnicate", words) == mask(" gizmo2", words) != mask(" Gizmo", words)
    assert mask(" 17", words) == mask(" 18", words) != mask("18", words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_table(language: str) -> None:
    table = load_table(language)
    assert table is not None
    assert len(table.following) > 1000
    for entry in table.following.values():
        shares = [unpack_share(item[0]) for item in entry.split("\t")]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) < 1.05


@pytest.mark.parametrize("language", ["", "cobol", "../python", "C:\\x", "python.json"])
def test_other_languages_have_none(language: str) -> None:
    assert load_table(language) is None


def test_a_language_has_one_table_under_all_its_names() -> None:
    assert load_table("typescriptreact") == load_table("TypeScript") == load_table("ts")


def test_what_python_projects_have_in_common_is_known() -> None:
    assert any(text.startswith(" None:\n    ") for text in guess("x = 1", "if x is"))
    assert guess("x = 1", "for i")[0].startswith(" in")


def test_the_text_at_hand_knows_better() -> None:
    here = "def a(this, it):\n    pass\n\ndef b(this, it):\n    pass"
    assert guess(here, "def c(")[0].startswith("this, it):\n    ")


def test_what_was_written_is_learnt() -> None:
    written = "gizmo.turn(left)\ngizmo.turn(left)\nprint()\ngizmo"
    assert not any("turn" in text for text in guess("x = 1", "print()\ngizmo"))
    assert ".turn(left)\n" in guess("x = 1", written)


def test_a_word_that_has_begun_is_completed() -> None:
    assert "acher" in "".join(guess("frobnicacher = frobnicacher\nfrobnicacher = 2", "y = 3\nfrobnic"))


def test_guesses_go_on_behind_a_line_end_that_is_there() -> None:
    here = "if a:\n    go(1)\nif b:\n    go(1)"
    assert guess(here, "if c:")[0].startswith("\n    go(1)")
    assert guess(here, "if c:\n", codec=WordCodec())[0].startswith("    go(1)")


def test_without_text_there_is_nothing_to_say() -> None:
    assert guess("x = 1", "") == []
    assert guess("x = 1", "\n  ") == []


def test_a_language_without_a_table_still_learns_from_the_text() -> None:
    here = "MOVE A TO B.\nMOVE A TO C.\nMOVE A TO D."
    assert guess(here, "x\nMOVE", language="cobol")[0].startswith(" A TO ")


def test_a_context_that_anything_follows_says_nothing() -> None:
    table = LocalTable()
    for number in range(40):
        table.learn(["=", f" {number}"])
    table.learn(["x", " ="])
    assert table.find("=") == {}
    assert table.find("x") == {" =": 1}


def test_a_token_across_the_seam_cannot_follow() -> None:
    context = edit_context("x", codec=PairCodec())
    bank = ViewBank(context)
    bank.hear(context.codec.encode("call)"))
    seam = Seam(context.codec, bank.transcript)
    assert seam.encode(":") == (), "a closing bracket and a colon are one token here"
    assert spell(context.codec, seam.encode("\n    ")) == "\n    "


def test_blanks_are_split_as_a_word_behind_them_would_have_it() -> None:
    context = edit_context("x", codec=PairCodec())
    bank = ViewBank(context)
    bank.hear(context.codec.encode("a"))
    assert Seam(context.codec, bank.transcript).encode(" ") == (), "the blank belongs to the word"
