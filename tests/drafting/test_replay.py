"""All sources together on whole edits; the target model's part is played by a known answer."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.draft import Draft, EditContext
from specedit_lsp.drafting.router import Router
from specedit_lsp.drafting.sources import build_sources

BOTH = ("selection", "lookup")
END = 0
CODE = """
def f ( a , b ) : NL IN x = a + b NL IN if x > b : NL IN IN y = a * x NL IN IN print ( y ) NL
IN for a in range ( b ) : NL IN IN x = x + y NL IN IN print ( x , a ) NL IN return x - y NL
"""
WORDS = {word: place for place, word in enumerate(dict.fromkeys(CODE.split()), start=1)}
SELECTION = tuple(WORDS[word] for word in CODE.split())
NEW = 80


def context_of(selection: tuple[int, ...]) -> EditContext:
    return EditContext((90, 91, *selection, 92), selection)


def replay(
    names: Sequence[str], selection: tuple[int, ...], answer: Sequence[int]
) -> list[tuple[int, Draft | None]]:
    """Return each forward's draft, and how many tokens had been verified before it."""
    router = Router(build_sources(names, context_of(selection)))
    forwards: list[tuple[int, Draft | None]] = []
    done = 0
    while done < len(answer):
        draft = router.choose(100)
        forwards.append((done, draft))
        agreed = 0
        for guess, token in zip(draft.tokens if draft else (), answer[done:-1], strict=False):
            if guess != token:
                break
            agreed += 1
        router.hear(answer[done : done + agreed + 1])
        done += agreed + 1
    return forwards


@given(
    data=st.data(),
    selection=st.lists(st.integers(1, 12), max_size=40).map(tuple),
    answer=st.lists(st.integers(0, 12), min_size=1, max_size=40),
)
def test_no_source_sees_what_has_not_been_verified(
    data: st.DataObject, selection: tuple[int, ...], answer: list[int]
) -> None:
    read = data.draw(st.integers(0, len(answer)))
    other = answer[:read] + data.draw(st.permutations(answer[read:]))
    for ours, theirs in zip(replay(BOTH, selection, answer), replay(BOTH, selection, other), strict=False):
        if max(ours[0], theirs[0]) > read:
            break
        assert ours == theirs


def test_an_unchanged_selection_takes_one_forward() -> None:
    assert len(replay(BOTH, SELECTION, (*SELECTION, END))) == 1


def test_a_rename_takes_about_one_forward_for_each_name() -> None:
    old = WORDS["x"]
    answer = (*(NEW if token == old else token for token in SELECTION), END)
    assert len(replay((), SELECTION, answer)) == len(answer)
    assert len(replay(BOTH, SELECTION, answer)) <= SELECTION.count(old) + 1


def test_together_never_much_worse_than_the_better_one() -> None:
    chance = random.Random(7)
    for _ in range(50):
        start = chance.randrange(len(SELECTION))
        written = chance.choices([NEW, NEW + 1, *WORDS.values()], k=chance.randrange(12))
        answer = (*SELECTION[:start], *written, *SELECTION[start + chance.randrange(9) :], END)
        alone = [len(replay((name,), SELECTION, answer)) for name in BOTH]
        assert len(replay(BOTH, SELECTION, answer)) <= min(alone) + 3
