"""The alignment finds its place again after every kind of edit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.drafting.alignment import Alignment, Place
from tests.drafting.steps import count_steps

TEXT = tuple(range(100, 140))


def follow(*verified: int, text: tuple[int, ...] = TEXT) -> Alignment:
    alignment = Alignment(text)
    alignment.hear(verified)
    return alignment


def test_starts_at_the_start() -> None:
    assert follow().place == Place(0, 0)
    assert follow(text=()).place == Place(0, 0)


def test_may_start_in_the_middle() -> None:
    alignment = Alignment(TEXT, column=7, run=3)
    assert (alignment.place, alignment.run) == (Place(7, 0), 3)
    alignment.hear(TEXT[7:9])
    assert (alignment.place, alignment.run) == (Place(9, 0), 5)


@given(copied=st.integers(0, 40))
def test_copies_along(copied: int) -> None:
    alignment = follow(*TEXT[:copied])
    assert (alignment.place, alignment.run) == (Place(copied, 0), copied)
    assert list(alignment.list_resumptions(alignment.place)) == [copied]


def test_after_one_strange_token_a_replacement_is_expected_first() -> None:
    alignment = follow(*TEXT[:5], 7)
    assert alignment.place == Place(5, 1)
    assert alignment.list_resumptions(alignment.place)[:2] == [6, 5]


def test_a_kind_of_edit_that_was_seen_is_expected_again() -> None:
    alignment = follow(*TEXT[:5], 7, *TEXT[5:20], 7)
    assert alignment.list_resumptions(alignment.place)[0] == 20


def test_no_guess_in_the_middle_of_something_new() -> None:
    alignment = follow(*TEXT[:20], *range(10))
    assert alignment.list_resumptions(alignment.place) == ()


def test_a_chance_match_in_new_code_does_not_move_the_place() -> None:
    new = (7, 8, TEXT[25], 9, 10, TEXT[30], 11, 12)
    assert follow(*TEXT[:20], *new, *TEXT[20:23]).place == Place(23, 0)


def test_goes_back_when_a_part_is_written_again() -> None:
    assert follow(*TEXT[:30], *TEXT[10:16]).place == Place(16, 0)


@given(start=st.integers(0, 15), size=st.integers(4, 10), target=st.integers(28, 34))
def test_follows_a_part_that_has_moved_and_what_stands_behind_its_new_place(
    start: int, size: int, target: int
) -> None:
    moved, stop = TEXT[start : start + size], start + size
    begun = (*TEXT[:start], *TEXT[stop:target], *moved)
    assert follow(*begun).place == Place(stop, 0)
    assert follow(*begun, *TEXT[target : target + 5]).place == Place(target + 5, 0)


def test_repeated_lines_are_told_apart_by_their_order() -> None:
    line = (1, 2, 3, 4)
    assert follow(*line, 10, *line, text=(*line, 10, *line, 11, *line, 12)).place == Place(9, 0)


def test_a_replaced_name_does_not_lose_the_line_among_lines_like_it() -> None:
    line = (1, 2, 3, 4, 5)
    text = line * 6
    output = tuple(9 if token == 2 else token for token in text[:18])
    assert follow(*output, text=text).place == Place(18, 0)


@given(
    before=st.integers(0, 20),
    replaced=st.integers(0, 12),
    written=st.integers(0, 12),
    agreed=st.integers(4, 8),
)
def test_finds_back_after_any_replacement(before: int, replaced: int, written: int, agreed: int) -> None:
    after = before + replaced
    alignment = follow(*TEXT[:before], *range(written), *TEXT[after : after + agreed])
    assert alignment.place == Place(after + agreed, 0)
    assert alignment.run >= agreed


@given(
    text=st.lists(st.integers(0, 5), max_size=30).map(tuple),
    verified=st.lists(st.integers(0, 6), max_size=40),
    cuts=st.lists(st.integers(0, 7), max_size=20),
)
def test_is_the_same_however_it_hears(text: tuple[int, ...], verified: list[int], cuts: list[int]) -> None:
    whole = follow(*verified, text=text)
    pieces = Alignment(text)
    heard = 0
    for size in (*cuts, len(verified)):
        pieces.hear(verified[heard : heard + size])
        heard += size
    assert list(pieces.list_places()) == list(whole.list_places())


@given(
    text=st.lists(st.integers(0, 5), max_size=30).map(tuple),
    verified=st.lists(st.integers(0, 6), max_size=40),
)
def test_places_lie_in_the_text_and_what_agreed_before_them_was_heard(
    text: tuple[int, ...], verified: list[int]
) -> None:
    for (column, novel), run in follow(*verified, text=text).list_places():
        assert 0 <= column <= len(text)
        assert 0 <= novel <= len(verified)
        assert run == 0 or novel == 0
        assert text[column - run : column] == tuple(verified[len(verified) - run :])


def test_one_token_repeated_costs_no_more_than_all_different() -> None:
    edit = (*range(20), *TEXT[25:30])
    ordinary = count_steps(lambda: follow(*TEXT[:10], *edit, text=TEXT))
    repeated = count_steps(lambda: follow(*[1] * 10, *range(2, 22), *[1] * 5, text=(1,) * 5000))
    assert repeated < 6 * ordinary + 20_000


def test_copying_costs_a_step_or_two_for_each_token() -> None:
    text = tuple(range(5000))
    assert count_steps(lambda: follow(*text, text=text)) < 6 * len(text)
