"""The cursor finds its place again after every kind of edit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.draft import EditContext
from specedit_lsp.drafting.selection_cursor import SelectionCursor

SELECTION = tuple(range(100, 140))


def follow(*verified: int, selection: tuple[int, ...] = SELECTION) -> SelectionCursor:
    cursor = SelectionCursor(EditContext((), selection))
    cursor.hear(verified)
    return cursor


def rest(cursor: SelectionCursor, width: int = 1000) -> tuple[int, ...]:
    """What the cursor thinks is likeliest."""
    drafts = cursor.propose(width)
    return drafts[0].tokens if drafts else ()


def test_starts_at_the_start() -> None:
    assert rest(follow()) == SELECTION
    assert rest(follow(), width=7) == SELECTION[:7]
    assert follow().propose(1000)[0].evidence == 0


def test_copies_along() -> None:
    cursor = follow(*SELECTION[:5])
    assert rest(cursor) == SELECTION[5:]
    assert cursor.propose(1000)[0].evidence == 5


def test_after_one_strange_token_it_is_taken_for_a_replacement_first() -> None:
    drafts = follow(*SELECTION[:5], 7).propose(1000)
    assert drafts[0].tokens == SELECTION[6:]
    assert drafts[1].tokens == SELECTION[5:]
    assert {draft.evidence for draft in drafts} == {0}


def test_a_kind_of_edit_that_was_seen_is_expected_again() -> None:
    inserted = (*SELECTION[:5], 7, *SELECTION[5:20], 7)
    assert rest(follow(*inserted)) == SELECTION[20:]


def test_says_nothing_in_the_middle_of_something_new() -> None:
    assert rest(follow(*SELECTION[:20], *range(10))) == ()


def test_says_nothing_at_the_end() -> None:
    assert rest(follow(*SELECTION)) == ()
    assert rest(follow(*SELECTION, 7)) == ()
    assert rest(follow(selection=())) == ()
    assert rest(follow(1, 2, 3, selection=())) == ()


def test_a_chance_match_in_new_code_does_not_move_the_cursor() -> None:
    new = (7, 8, SELECTION[25], 9, 10, SELECTION[30], 11, 12)
    cursor = follow(*SELECTION[:20], *new, *SELECTION[20:23])
    assert rest(cursor) == SELECTION[23:]


def test_goes_back_when_a_part_is_written_again() -> None:
    cursor = follow(*SELECTION[:30], *SELECTION[10:16])
    assert rest(cursor) == SELECTION[16:]


def test_repeated_lines_are_told_apart_by_their_order() -> None:
    line = (1, 2, 3, 4)
    selection = (*line, 10, *line, 11, *line, 12)
    assert rest(follow(*line, 10, *line, selection=selection)) == (11, *line, 12)


@given(
    before=st.integers(0, 20),
    replaced=st.integers(0, 12),
    written=st.integers(0, 12),
    agreed=st.integers(4, 8),
)
def test_finds_back_after_any_replacement(before: int, replaced: int, written: int, agreed: int) -> None:
    after = before + replaced
    verified = (*SELECTION[:before], *range(written), *SELECTION[after : after + agreed])
    drafts = follow(*verified).propose(1000)
    assert drafts[0].tokens == SELECTION[after + agreed :]
    assert drafts[0].evidence >= agreed


@given(
    selection=st.lists(st.integers(0, 5), max_size=30).map(tuple),
    verified=st.lists(st.integers(0, 6), max_size=40),
    cuts=st.lists(st.integers(0, 7), max_size=20),
    width=st.integers(1, 40),
)
def test_drafts_are_parts_of_the_selection_however_it_hears(
    selection: tuple[int, ...], verified: list[int], cuts: list[int], width: int
) -> None:
    whole = follow(*verified, selection=selection)
    pieces = follow(selection=selection)
    heard = 0
    for size in (*cuts, len(verified)):
        pieces.hear(verified[heard : heard + size])
        heard += size
    drafts = whole.propose(width)
    assert drafts == pieces.propose(width)
    for draft in drafts:
        size = len(draft.tokens)
        assert 1 <= size <= width
        assert draft.tokens in {selection[at : at + size] for at in range(len(selection))}
        assert 0 <= draft.evidence <= len(verified)
