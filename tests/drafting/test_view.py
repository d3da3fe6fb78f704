"""One text, followed and proposed from where the output has got to."""

from __future__ import annotations

import pytest

from specedit_lsp.drafting.draft import Codec
from specedit_lsp.drafting.view_bank import ViewBank
from tests.drafting.codecs import END, PairCodec, WordCodec, edit_context, spell

TEXT = """\
def total(items, rate):
    result = 0
    for item in items:
        result += item.price * rate
    return result
"""


def write(bank: ViewBank, text: str) -> None:
    """Let the output go on with ``text``, encoded as it stands."""
    bank.hear(bank.context.codec.encode(text))


def rests(bank: ViewBank) -> list[str]:
    """What the selection's view proposes, as text."""
    return [spell(bank.context.codec, draft.tokens) for draft in bank.selection.propose(999)]


@pytest.fixture(params=[WordCodec, PairCodec])
def codec(request: pytest.FixtureRequest) -> Codec:
    made: Codec = request.param()
    return made


def test_the_whole_text_comes_first(codec: Codec) -> None:
    bank = ViewBank(edit_context(TEXT, codec=codec))
    (draft,) = bank.selection.propose(999)
    assert draft.tokens == (*codec.encode(TEXT + "\n```"), END)
    assert draft.evidence == 0


def test_what_agreed_is_evidence_for_the_rest(codec: Codec) -> None:
    bank = ViewBank(edit_context(TEXT, codec=codec))
    written = bank.context.selection[:15]
    bank.hear(written)
    rest = bank.context.text[len(spell(codec, written)) :]
    (draft,) = bank.selection.propose(999)
    assert (spell(codec, draft.tokens), draft.evidence) == (rest + "\n```", 15)
    assert bank.selection.offset == len(spell(codec, written))
    assert bank.selection.is_close()


def test_drafts_have_at_most_the_width_and_differ(codec: Codec) -> None:
    bank = ViewBank(edit_context(TEXT, codec=codec))
    write(bank, "def total(things")
    drafts = bank.selection.propose(5)
    assert drafts
    assert all(0 < len(draft.tokens) <= 5 for draft in drafts)
    assert len({draft.tokens for draft in drafts}) == len(drafts)


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("    print(rate, price, rate, price)\n", 0),
        ("    each = rate * len(price)\n", 1),
        ("    each = 1\n    print(rate, price)\n", 2),
    ],
    ids=["a line inserted", "a line replaced", "lines replaced"],
)
def test_behind_new_lines_copying_goes_on_from_where_it_was_left(
    codec: Codec, written: str, taken: int
) -> None:
    # The words of the new lines occur elsewhere in the text, which leads the alignment there.
    bank = ViewBank(edit_context(TEXT, codec=codec))
    head, *lines = TEXT.splitlines(keepends=True)
    write(bank, head + lines[0])
    write(bank, written)
    assert "".join(lines[1 + taken :]) + "\n```" in rests(bank)
    write(bank, "    ")
    assert "".join(lines[1 + taken :]).removeprefix("    ") + "\n```" in rests(bank)


def test_nothing_is_left_at_the_end(codec: Codec) -> None:
    bank = ViewBank(edit_context(TEXT, codec=codec))
    bank.hear(bank.context.selection)
    assert bank.selection.propose(999) == ()


def test_a_text_that_the_output_says_in_other_tokens_goes_on_in_the_middle_of_one() -> None:
    codec = PairCodec()
    bank = ViewBank(edit_context("counter = counters\n", codec=codec))
    bank.hear([*codec.encode("co"), *codec.encode("unt")])
    assert "er = counters\n\n```" in rests(bank)


def test_the_output_is_followed_though_it_splits_otherwise() -> None:
    codec = PairCodec()
    bank = ViewBank(edit_context("counter = counters\nreturn counter\n", codec=codec))
    bank.hear([*codec.encode("co"), *codec.encode("unt"), *codec.encode("er")])
    assert rests(bank)[0] == " = counters\nreturn counter\n\n```"


@pytest.mark.parametrize("text", ["", "\n", "x"])
def test_the_smallest_texts_are_followed_too(codec: Codec, text: str) -> None:
    bank = ViewBank(edit_context(text, codec=codec))
    write(bank, "something = else")
    for draft in bank.selection.propose(9):
        assert draft.tokens
