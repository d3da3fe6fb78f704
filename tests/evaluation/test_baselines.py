"""The baselines, forward by forward, on cases small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from specedit_lsp.evaluation.lookup_index import LookupIndex
from specedit_lsp.evaluation.methods.blazedit import MICRO_DRAFT_TOKENS, MOST_RUNS, make_blazedit
from specedit_lsp.evaluation.methods.hf_prompt_lookup import HF_PROMPT_LOOKUP
from specedit_lsp.evaluation.methods.saferoute import (
    RootedView,
    apply_rewrites,
    read_rewrites,
    rewrite_shown,
    start_saferoute,
)
from specedit_lsp.evaluation.methods.tuned_pld import TUNED_PLD, TunedPld
from specedit_lsp.evaluation.replay import Method, replay
from specedit_lsp.evaluation.task import ReplayTask
from specedit_lsp.model.faults import ContextOverflow
from tests.evaluation.conftest import END, Counting, widths_of

MakeTask = Callable[..., ReplayTask]

TWO_PLACES = (1, 2, 3, 1, 2, 5, 1, 2)
"""Ends as two earlier places do, which go on with 3 and with 5."""


def test_hf_lookup_takes_the_first_place(make_task: MakeTask) -> None:
    assert widths_of(HF_PROMPT_LOOKUP, make_task(TWO_PLACES), (3, END)) == [(6, 1)]
    # Behind the 5 that came as the token more: what followed the 5 in the prompt.
    assert widths_of(HF_PROMPT_LOOKUP, make_task(TWO_PLACES), (5, END)) == [(6, 0), (3, 0)]


def test_hf_lookup_drafts_ten_tokens_and_never_an_end(make_task: MakeTask) -> None:
    prompt = (1, 2, *range(20, 40), 1, 2)
    assert widths_of(HF_PROMPT_LOOKUP, make_task(prompt), (*range(20, 40), END)) == [(10, 10), (10, 9)]
    assert widths_of(HF_PROMPT_LOOKUP, make_task((1, 2, 7, END, 1, 2)), (7, END)) == [(1, 1)]


def test_hf_lookup_may_overlap_what_it_matches(make_task: MakeTask) -> None:
    assert widths_of(HF_PROMPT_LOOKUP, make_task((7, 7, 7)), (7, END))[0] == (1, 1)


def test_tuned_lookup_takes_the_latest_place_and_stops_before_the_query(make_task: MakeTask) -> None:
    assert widths_of(TUNED_PLD, make_task(TWO_PLACES), (5, END)) == [(1, 1)]


def test_tuned_lookup_prefers_a_longer_match_to_a_later_one(make_task: MakeTask) -> None:
    prompt = (1, 2, 3, 5, 2, 6, 7, 1, 2)
    assert widths_of(TUNED_PLD, make_task(prompt), (3, 5, END)) == [(5, 2)]


def test_tuned_lookup_matches_at_most_ten_tokens(make_task: MakeTask) -> None:
    query = tuple(range(10, 20))
    # The first place agrees in eleven tokens, the second in ten: both count as ten, and the second is later.
    prompt = (9, *query, 5, 8, *query, 6, 9, *query)
    assert widths_of(TUNED_PLD, make_task(prompt), (6, END)) == [(2, 1)]


def test_tuned_lookup_never_overlaps_what_it_matches(make_task: MakeTask) -> None:
    assert LookupIndex((7, 7)).find(10) == (0, 0)
    assert LookupIndex((7, 7, 7)).find(10) == (1, 1)
    assert LookupIndex((7,) * 5).find(10) == (2, 2)


def test_tuned_lookup_drafts_128_tokens_also_with_the_prefill(make_task: MakeTask) -> None:
    body = tuple(range(100, 300))
    assert widths_of(TUNED_PLD, make_task((1, *body, 1)), (*body, END)) == [(128, 128), (128, 71)]


def test_what_was_taken_back_is_not_found(make_task: MakeTask) -> None:
    index = LookupIndex((1, 2, 3))
    index.extend((1, 9, 9, 1))
    index.truncate(3)
    assert index.tokens == [1, 2, 3]
    index.extend((5, 1))
    assert index.find(10) == (1, 1)


def rooted(*view: int) -> Method:
    return Method("rooted", lambda task: RootedView(task, view), 128, 128)


def test_a_view_is_found_by_four_tokens(make_task: MakeTask) -> None:
    view = (10, 11, 12, 13, 14, 15, END)
    assert widths_of(rooted(*view), make_task((50, 51)), view) == [(0, 0)] * 4 + [(3, 3)]


def test_each_step_behind_a_root_takes_two_forwards(make_task: MakeTask) -> None:
    view = (*range(10, 20), END)
    answer = (10, 11, 12, 13, 14, 99, 11, 12, 13, 14, 15, END)
    assert widths_of(rooted(*view), make_task((50, 51)), answer) == [
        *[(0, 0)] * 4,  # roots without a draft behind them
        (7, 1),  # the rest of the view
        (0, 0),  # a root
        (4, 3),  # lookup
        (0, 0),  # a root
    ]


def test_ties_go_to_lookup(make_task: MakeTask) -> None:
    task = make_task((10, 11, 12, 13, 14, 30))
    drafter = RootedView(task, (10, 11, 12, 13, 25, 26))
    drafter.choose(128)
    drafter.hear((10, 11, 12, 13))
    assert drafter.choose(128) == ((14, 30),)


def test_without_a_rewrite_that_changes_tokens_the_route_is_lookup(make_task: MakeTask) -> None:
    for instruction in ("tidy up", "rename gamma to delta", "do not rename alpha to beta"):
        task = make_task((1,), instruction=instruction, shown="alpha = 1\n")
        assert rewrite_shown(task) is None
        assert isinstance(start_saferoute(task), TunedPld)
    task = make_task((1,), instruction="rename alpha to beta", shown="alpha = 1\n")
    assert rewrite_shown(task) == "beta = 1\n"
    assert isinstance(start_saferoute(task), RootedView)


@pytest.mark.parametrize(
    ("instruction", "rewrites"),
    [
        ("Replace `.add_ten` to `.add_ten_updated`.", {".add_ten": ".add_ten_updated"}),
        ("change 30 with 60", {"30": "60"}),
        ("user.name -> account.name", {"user.name": "account.name"}),
        ("'old text' => \"new text\"", {"old text": "new text"}),
        ("Rename a to b. Do not rename c to d.", {"a": "b"}),
        ("Never ever again rename a to b", {}),
        ("Rename it.\n```\nrename a to b\n```", {}),
        # As published: what comes behind a comma is missed, and prose with an arrow is not.
        ("rename `a` to `b`, `c` to `d`", {"a": "b"}),
        ("annotate it as int -> str", {"int": "str"}),
    ],
)
def test_rewrites_are_read_as_published(instruction: str, rewrites: dict[str, str]) -> None:
    assert read_rewrites(instruction) == rewrites


@pytest.mark.parametrize(
    ("old", "new", "text", "rewritten"),
    [
        ("user", "account", "user users _user user-name", "account users _user account-name"),
        (".add", ".sum", "a.add(b.add_all)", "a.sum(b.add_all)"),
        ("->", "=>", "a->b", "a=>b"),
        ("x", "\\1", "x", "\\1"),
    ],
)
def test_rewrites_respect_words(old: str, new: str, text: str, rewritten: str) -> None:
    assert apply_rewrites({old: new}, text) == rewritten


def test_blazedit_drafts_with_a_model_in_runs(make_task: MakeTask) -> None:
    model = Counting()
    answer = (*range(21, 30), END)
    replayed = replay(make_blazedit(model), make_task((20,)), answer)
    # No lookup finds anything, so a run is one token.
    assert [(forward.width, forward.accepted) for forward in replayed.forwards] == [(4, 4), (4, 4)]
    assert replayed.draft_forwards == 2 * MOST_RUNS


def test_blazedit_checks_a_lookup_in_one_run(make_task: MakeTask) -> None:
    body = tuple(range(20, 20 + 2 * MICRO_DRAFT_TOKENS))
    replayed = replay(make_blazedit(Counting()), make_task((19, *body, 19)), (*body, END))
    assert replayed.forwards[0].accepted == len(body)
    assert len(replayed.forwards) == 1
    assert replayed.draft_forwards == MOST_RUNS


def test_blazedit_takes_back_what_the_target_refused(make_task: MakeTask) -> None:
    model = Counting()
    answer = (11, 12, 13, 14, 15, 16, 17, 18, END)
    replayed = replay(make_blazedit(model), make_task((10,)), answer)
    # 11 12 13 and a wrong 99; then 15 to 18 behind the 14 that the target corrected.
    assert [forward.accepted for forward in replayed.forwards] == [3, 4]
    assert model.sequence[: len(answer) - 1] == [10, *answer[: len(answer) - 2]]


def test_blazedit_goes_without_a_draft_where_its_model_has_no_room(make_task: MakeTask) -> None:
    class Full(Counting):
        def forward(self, token_ids: Sequence[int], guesses: Sequence[int] = ()) -> list[int]:
            raise ContextOverflow

    assert widths_of(make_blazedit(Full()), make_task((10,)), (11, END)) == [(0, 0)] * 2
