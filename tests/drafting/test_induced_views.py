"""What the output has done once is drafted where it would be done again."""

from __future__ import annotations

import pytest

from specedit_lsp.drafting.draft import Codec
from specedit_lsp.drafting.induced_views import InducedViews
from specedit_lsp.drafting.view_bank import ViewBank
from tests.drafting.codecs import PairCodec, WordCodec, edit_context, spell


class Induced:
    """The source on its own, fed with text."""

    def __init__(self, text: str, instruction: str = "", codec: Codec | None = None) -> None:
        self.bank = ViewBank(edit_context(text, instruction, codec=codec))
        self.source = InducedViews(self.bank)
        self.codec = self.bank.context.codec

    def write(self, *tokens: int) -> None:
        self.bank.hear(tokens)
        self.source.hear(tokens)

    def drafts_behind(self, written: str) -> list[str]:
        """What is proposed once the output, token by token, has got to the end of ``written``."""
        for token in self.codec.encode(written):
            self.write(token)
        return [spell(self.codec, draft.tokens) for draft in self.source.propose(999)]


RENAME = "total = 0\nfor x in xs:\n    total += x\nprint(total)\n"


@pytest.fixture(params=[WordCodec, PairCodec])
def codec(request: pytest.FixtureRequest) -> Codec:
    made: Codec = request.param()
    return made


def test_nothing_is_proposed_before_anything_was_changed(codec: Codec) -> None:
    induced = Induced(RENAME, codec=codec)
    assert induced.drafts_behind("") == []
    assert induced.drafts_behind("total = 0") == []


def test_a_name_changed_once_is_changed_in_all_that_remains(codec: Codec) -> None:
    after = RENAME.replace("total", "amount")
    written = "amount = 0\nfor x"
    assert after.removeprefix(written) + "\n```" in Induced(RENAME, codec=codec).drafts_behind(written)


def test_the_next_place_is_drafted_while_the_first_is_hardly_over(codec: Codec) -> None:
    after = RENAME.replace("total", "amount")
    assert after.removeprefix("amount =") + "\n```" in Induced(RENAME, codec=codec).drafts_behind("amount =")


def test_a_pair_is_dropped_when_the_old_form_is_copied() -> None:
    text = "a = f(a)\nb = f(b)\nk = v\nf(k)\n"
    drafts = Induced(text).drafts_behind("a = g(a)\nb = f(b)\nm = v\n")
    assert "f(m)\n\n```" in drafts
    assert "g(m)\n\n```" not in drafts
    assert "g(m)\n\n```" in Induced(text).drafts_behind("a = g(a)\nb = g(b)\nm = v\n")


def test_what_remains_the_same_is_not_proposed() -> None:
    assert Induced("a = f(x)\nb = c\n").drafts_behind("a = g(x)\nb") == []


@pytest.mark.parametrize(
    ("text", "written", "rest"),
    [
        ("print(a)\nx = 1\nprint(b)\n", "logger.info(a)\n", "x = 1\nlogger.info(b)\n"),
        ("x = a.foo\ny = b.foo\n", "x = a.bar\n", "y = b.bar\n"),
        ("if a == b:\nif c == d:\n", "if a is b:\n", "if c is d:\n"),
        ("a[0]\nb[0]\n", "a[1]\n", "b[1]\n"),
        ("self.x = 1\nself.y = 2\n", "this.x = 1\n", "this.y = 2\n"),
        ("größe = 1\nf(größe, größen)\n", "maß = 1\n", "f(maß, größen)\n"),
    ],
)
def test_phrases_and_symbols_are_learnt_too(text: str, written: str, rest: str) -> None:
    assert rest + "\n```" in Induced(text).drafts_behind(written)


def test_two_renames_are_both_carried_on() -> None:
    text = "a1 = b1\nf(a1, b1)\n"
    assert "f(x, y)\n\n```" in Induced(text).drafts_behind("x = y\n")


def test_the_style_of_a_name_is_guessed_while_it_is_being_written() -> None:
    codec = PairCodec()
    induced = Induced("max_size = 1\nf(max_size)\n", codec=codec)
    drafts = induced.drafts_behind("maxS")
    assert "ize = 1\nf(maxSize)\n\n```" in drafts


def test_with_the_style_goes_that_of_all_names_like_it() -> None:
    drafts = Induced("max_size = min_size\nf(max_size)\n", codec=PairCodec()).drafts_behind("maxS")
    assert "ize = minSize\nf(maxSize)\n\n```" in drafts


def test_a_name_that_the_instruction_knows_is_finished() -> None:
    induced = Induced("x = 1\nf(x)\n", "call it measurement", codec=PairCodec())
    assert "urement = 1\nf(measurement)\n\n```" in induced.drafts_behind("meas")


ASSERTIONS = """\
def test_all(self):
    self.assertEqual(a, b)
    x = f(a)
    self.assertEqual(g(x, 1), len(b))
    self.assertTrue(x)
    self.assertEqual(x, 3)
"""


def test_a_line_replaced_as_a_whole_teaches_how_lines_like_it_are(codec: Codec) -> None:
    rest = """\
    x = f(a)
    assert g(x, 1) == len(b)
    self.assertTrue(x)
    assert x == 3
"""
    written = "def test_all(self):\n    assert a == b\n"
    drafts = Induced(ASSERTIONS, codec=codec).drafts_behind(written)
    assert any((rest + "\n```").endswith(draft) and "== len" in draft for draft in drafts)


def test_a_line_that_no_other_is_like_adds_no_draft() -> None:
    induced = Induced("first(a, b)\nsecond(a, b)\n")
    assert induced.drafts_behind("a.begin(b)\nsecond") == []
