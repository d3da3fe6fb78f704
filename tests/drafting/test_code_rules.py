"""Draft source "rules": what each language nearly forces."""

from __future__ import annotations

import pytest

from specedit_lsp.drafting.code_rules import CodeRules
from specedit_lsp.drafting.language_rules import find_rules
from specedit_lsp.drafting.open_brackets import OpenBrackets
from specedit_lsp.drafting.view_bank import ViewBank
from tests.drafting.codecs import WordCodec, edit_context, spell

INDENTED = "if a:\n    go()"


def guess(written: str, language: str = "python", before: str = INDENTED) -> list[str]:
    """What the source proposes behind ``written``, as text."""
    context = edit_context(before, language=language, codec=WordCodec())
    bank = ViewBank(context)
    source = CodeRules(bank)
    verified = context.codec.encode(written)
    bank.hear(verified)
    source.hear(verified)
    return [spell(context.codec, draft.tokens) for draft in source.propose(16)]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("python", "def f(a):"),
        ("javascript", "if (a) {"),
        ("go", "func f() {"),
        ("rust", "loop {"),
        ("c", "while (1) {"),
        ("java", "class A {"),
        ("shell", "while true; do"),
        ("shellscript", "if a; then"),
    ],
)
def test_a_block_begins_on_a_deeper_line(language: str, written: str) -> None:
    assert guess(written, language)[0] == "\n    "
    assert guess("    " + written, language)[0] == "\n        "


def test_indentation_is_the_selection_s_own() -> None:
    assert guess("if b:", before="if a:\n\tgo()")[0] == "\n\t"
    assert guess("if b:", before="if a:\n  go()")[0] == "\n  "


def test_a_line_end_that_is_there_is_indented() -> None:
    assert guess("if b:\n")[0] == "    "
    assert guess("if b:\n    run()\n")[0] == "    "


def test_nothing_is_said_while_the_selection_is_being_copied() -> None:
    before = "first(a)\nif a:\n    go()\n    go(a)\nlast()"
    assert guess("first(a)\nif a:\n", before=before) == []
    assert guess("if b:\n", before=before)[0] == "    "


def test_behind_a_statement_the_next_is_as_deep() -> None:
    assert guess("    x = 1")[0] == "\n    "
    assert guess("    x = 1;", "c")[0] == "\n    "
    assert "\n    " not in guess("    x = 1", "c"), "it lacks its semicolon"


def test_behind_an_exit_the_block_is_over() -> None:
    assert guess("if a:\n    return x")[0] == "\n"
    assert guess("    if (a) {\n        break;", "java")[0] == "\n    }"


@pytest.mark.parametrize(
    ("language", "written", "closed"),
    [
        ("python", "def f(a", "):\n    "),
        ("python", "    x = f(a", ")\n    "),
        ("python", "x = f(g(a", "))\n"),
        ("python", "x = [f(a", ")]\n"),
        ("javascript", "if (f(a", ")) {\n    "),
        ("c", "    f(a", ");\n    "),
        ("rust", "fn f(a: u8", ") {\n    "),
        ("go", "\tf(a", ")\n\t"),
    ],
)
def test_open_brackets_are_closed_as_their_line_needs(language: str, written: str, closed: str) -> None:
    assert closed in guess(written, language)


def test_a_call_may_have_no_arguments() -> None:
    assert guess("x = f(") == [")"]


def test_a_string_is_ended_before_its_call() -> None:
    assert guess('print("a') == ['")']
    assert guess('print(it, "a', "c") == ['");']


@pytest.mark.parametrize(
    ("language", "written", "following"),
    [
        ("python", "if __name__", ' == "__main__":'),
        ("python", "for i in", " range("),
        ("python", "import numpy", " as np"),
        ("python", "x\nelse", ":"),
        ("javascript", "const f = (a) =>", " {"),
        ("cpp", "#include", " <"),
        ("rust", "fn main", "() {"),
        ("go", "if err", " != nil {"),
        ("java", "public static", " void main"),
        ("shell", "if [ -f a ]", "; then"),
    ],
)
def test_keywords_have_their_continuations(language: str, written: str, following: str) -> None:
    assert any(text.startswith(following) for text in guess(written, language))


def test_no_more_than_three_short_drafts() -> None:
    context = edit_context("x" + "\n    y", codec=WordCodec())
    bank = ViewBank(context)
    source = CodeRules(bank)
    for piece in ("def f(a, g(b[c", "]", ")", ")", ":", "\n", "    ", "return", " ", "a"):
        bank.hear(context.codec.encode(piece))
        drafts = source.propose(4)
        assert len(drafts) <= 3
        assert all(0 < len(draft.tokens) <= 4 for draft in drafts)


def test_where_no_rule_applies_there_is_nothing_to_say() -> None:
    assert guess("") == []
    assert guess("x =") == []
    assert guess("if a:", "cobol") == []
    assert guess("if a:", "") == []


def test_brackets_in_strings_and_comments_do_not_count() -> None:
    assert OpenBrackets("#").find("f(\"(\", # [\n g('{'") == ((")", ")"), "")
    assert OpenBrackets("//").find("f([ // (\n /* {\n ( */ x") == ((")", "]"), "")
    assert OpenBrackets("#").find('x = """(\n(') == ((), '"""')
    assert OpenBrackets("#").find(r'x = "\"(') == ((), '"')


def test_brackets_are_read_on_as_the_text_grows() -> None:
    text = "f(\n  [a,\n   'it''s',\n  ],\n  {"
    brackets = OpenBrackets("#")
    for end in range(len(text) + 1):
        assert brackets.find(text[:end]) == OpenBrackets("#").find(text[:end])
    assert brackets.find(text) == ((")", "}"), "")


def test_a_stray_quote_ends_with_its_line() -> None:
    assert OpenBrackets("//").find("fn f<'a>(x: &'a str, y\n  (") == ((")",), "")


def test_every_language_s_names_lead_to_its_rules() -> None:
    assert find_rules("TypeScriptReact") is find_rules("ts") is not None
    assert find_rules("css") is None
