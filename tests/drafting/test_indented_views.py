"""Text is drafted at the depth that the output has moved it to."""

from __future__ import annotations

import pytest

from specedit_lsp.drafting.draft import Codec
from specedit_lsp.drafting.indented_views import IndentedViews, find_next_line
from specedit_lsp.drafting.view_bank import ViewBank
from tests.drafting.codecs import PairCodec, WordCodec, edit_context, spell
from tests.drafting.replays import count_forwards


def test_of_lines_that_read_the_same_the_nearest_counts() -> None:
    text = "a\nx\nb\nc\nx\nd\n"
    assert find_next_line(text, "new\n  x\n", near=0) == text.index("b")
    assert find_next_line(text, "new\n  x\n", near=9) == text.index("d")


PYTHON = "def f(a):\n    x = g(a)\n    y = h(x)\n    z = k(y)\n    return z\n"
WRAPPED = (
    "def f(a):\n    with lock:\n        x = g(a)\n        y = h(x)\n        z = k(y)\n        return z\n"
)
NESTED = "def f(a):\n    if a:\n        x = g(a)\n        y = h(x)\n        return x\n"
UNNESTED = "def f(a):\n    x = g(a)\n    y = h(x)\n    return x\n"
SCRIPT = "function f(a) {\n  const x = g(a);\n  const y = h(x);\n  return y;\n}\n"
GUARDED = "function f(a) {\n  if (a) {\n    const x = g(a);\n    const y = h(x);\n    return y;\n  }\n}\n"
TABS = "func f(a int) {\n\tx := g(a)\n\ty := h(x)\n\tz(y)\n}\n"
LOOPED = "func f(a int) {\n\tfor {\n\t\tx := g(a)\n\t\ty := h(x)\n\t\tz(y)\n\t}\n}\n"


@pytest.mark.parametrize("codec", [WordCodec(), PairCodec()], ids=["words", "pairs"])
@pytest.mark.parametrize(
    ("before", "after", "most"),
    [
        pytest.param(PYTHON, WRAPPED, 7, id="wrap"),
        pytest.param(NESTED, UNNESTED, 5, id="unwrap"),
        pytest.param(SCRIPT, GUARDED, 8, id="braces"),
        pytest.param(TABS, LOOPED, 6, id="tabs"),
    ],
)
def test_a_block_that_is_moved_takes_few_forwards(codec: Codec, before: str, after: str, most: int) -> None:
    context = edit_context(before, codec=codec)
    names = ("selection", "induced", "lookup")
    with_indentation = count_forwards(context, after, (*names, "indented"))
    assert with_indentation <= most
    assert with_indentation < count_forwards(context, after, names)


@pytest.mark.parametrize(
    "inserted",
    [
        "    check(a)\n",
        "    if not a:\n        return None\n",
        "    # why\n    n = 1\n",
        "    for b in a:\n        g(b)\n\n",
    ],
)
@pytest.mark.parametrize("codec", [WordCodec(), PairCodec()], ids=["words", "pairs"])
def test_an_ordinary_insertion_takes_no_more_forwards(codec: Codec, inserted: str) -> None:
    context = edit_context(PYTHON, codec=codec)
    start = PYTHON.index("    y")
    after = PYTHON[:start] + inserted + PYTHON[start:]
    plain = ("selection", "induced", "lookup")
    assert count_forwards(context, after, (*plain, "indented")) <= count_forwards(context, after, plain)


def behind(text: str, written: str) -> list[str]:
    """What is proposed once the output has got to the end of ``written``."""
    bank = ViewBank(edit_context(text))
    source = IndentedViews(bank)
    for token in bank.context.codec.encode(written):
        bank.hear([token])
        source.hear([token])
    return [spell(bank.context.codec, draft.tokens) for draft in source.propose(999)]


def test_behind_a_new_header_the_rest_is_expected_one_level_deeper() -> None:
    wrapped = "def f(a):\n    with lock:"
    assert WRAPPED.removeprefix(wrapped) + "\n```" in behind(PYTHON, wrapped)


def test_behind_a_brace_the_block_is_closed_too() -> None:
    written = "function f(a) {\n  if (a) {"
    assert any(draft.rstrip("`\n").endswith("  }") for draft in behind(SCRIPT, written))


def test_a_header_of_the_text_itself_opens_nothing_new() -> None:
    assert behind(PYTHON, "def f(a):\n") == []


def test_nothing_is_shifted_while_output_and_text_agree() -> None:
    assert behind(PYTHON, "def f(a):\n    x = g(a)\n    y") == []
