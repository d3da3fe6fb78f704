"""The replay loop: what a forward emits, what it costs, and that no method can see ahead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specedit_lsp.evaluation.methods.blazedit import make_blazedit
from specedit_lsp.evaluation.methods.greedy import GREEDY
from specedit_lsp.evaluation.methods.hf_prompt_lookup import HF_PROMPT_LOOKUP
from specedit_lsp.evaluation.methods.ours import CANONICAL_ROWS, make_canonical_method, make_method
from specedit_lsp.evaluation.methods.saferoute import SAFEROUTE, RootedView
from specedit_lsp.evaluation.methods.tuned_pld import TUNED_PLD
from specedit_lsp.evaluation.replay import Drafter, Method, count_nodes, replay
from specedit_lsp.evaluation.task import ReplayTask
from specedit_lsp.settings import DraftSettings
from tests.evaluation.conftest import END, Counting, Script, method_of, widths_of

MakeTask = Callable[..., ReplayTask]

METHODS = (
    GREEDY,
    HF_PROMPT_LOOKUP,
    TUNED_PLD,
    SAFEROUTE,
    Method("rooted", lambda task: RootedView(task, tuple(range(5, 25))), 128, 128),
    make_blazedit(Counting()),
    make_method("specedit", DraftSettings().sources, branches=4, width=16),
    make_canonical_method(DraftSettings().sources, branches=4),
)


def test_a_canonical_forward_has_no_more_rows_than_there_are(make_task: MakeTask) -> None:
    """What the prompt leaves free is for one draft; later rows are dealt evenly, one each to the root."""
    prompt = tuple(range(5, 25)) * (2 * CANONICAL_ROWS // 20)
    drafter = make_canonical_method(("lookup",), branches=4).start(make_task(prompt))
    first = drafter.choose(1000)
    assert len(first) == 1
    assert len(first[0]) <= -len(prompt) % CANONICAL_ROWS
    for token in (9, 5, 14):
        drafter.hear((token,))
        branches = drafter.choose(1000)
        dealt = 1 << (len(branches) - 1).bit_length()
        assert branches
        assert all(len(branch) < CANONICAL_ROWS // dealt for branch in branches)


@pytest.mark.parametrize("answer", [(END,), (7, END), (7, 8, 9, END)])
def test_without_drafts_every_token_takes_a_forward(make_task: MakeTask, answer: tuple[int, ...]) -> None:
    assert widths_of(GREEDY, make_task((1, 2)), answer) == [(0, 0)] * len(answer)


def test_a_forward_emits_what_it_accepts_and_one_token_more(make_task: MakeTask) -> None:
    drafter = Script(((7, 8, 5),), ((5, 6),))
    assert widths_of(method_of(drafter), make_task((1,)), (7, 8, 9, 9, END)) == [(3, 2), (2, 0), (0, 0)]
    assert drafter.heard == [7, 8, 9, 9]


def test_the_end_may_be_accepted_or_come_as_the_token_more(make_task: MakeTask) -> None:
    answer = (7, 8, END)
    assert widths_of(method_of(Script((answer,))), make_task((1,)), answer) == [(3, 3)]
    assert widths_of(method_of(Script((answer[:2],))), make_task((1,)), answer) == [(2, 2)]
    assert widths_of(method_of(Script(((*answer, 9),))), make_task((1,)), answer) == [(4, 3)]


def test_the_branch_that_agrees_longest_counts_and_the_tree_is_the_width(make_task: MakeTask) -> None:
    branches = ((7, 5, 5), (7, 8, 6), (9,))
    replayed = replay(method_of(Script(branches)), make_task((1,)), (7, 8, END))
    first = replayed.forwards[0]
    assert (first.width, first.longest, first.accepted) == (6, 3, 2)


def test_branches_are_cut_to_the_width_of_the_forward(make_task: MakeTask) -> None:
    long = (7,) * 9
    method = replace(method_of(Script((long,), (long,)), width=2), prefill_width=5)
    assert widths_of(method, make_task((1,)), (*long, END))[:2] == [(5, 5), (2, 2)]


@given(st.lists(st.lists(st.integers(0, 2), max_size=4).map(tuple), max_size=6))
def test_a_tree_has_as_many_tokens_as_its_branches_have_beginnings(branches: list[tuple[int, ...]]) -> None:
    beginnings = {branch[: length + 1] for branch in branches for length in range(len(branch))}
    assert count_nodes(branches) == len(beginnings)


Choices = list[tuple[int, list[tuple[int, ...]]]]
"""Tokens verified, and the branches chosen then."""


class Recorder:
    """Notes what a drafter proposes, and how much had been verified."""

    draft_forwards = 0

    def __init__(self, drafter: Drafter) -> None:
        self._drafter = drafter
        self._heard = 0
        self.chosen: Choices = []

    def choose(self, width: int) -> Sequence[tuple[int, ...]]:
        branches = self._drafter.choose(width)
        self.chosen.append((self._heard, list(branches)))
        return branches

    def hear(self, verified: Sequence[int]) -> None:
        self._heard += len(verified)
        self._drafter.hear(verified)


def record(
    method: Method, task: ReplayTask, answer: Sequence[int]
) -> list[tuple[int, list[tuple[int, ...]]]]:
    recorders: list[Recorder] = []

    def start(task: ReplayTask) -> Drafter:
        recorders.append(Recorder(method.start(task)))
        return recorders[-1]

    replay(replace(method, start=start), task, answer)
    return recorders[0].chosen


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_has_not_been_read_changes_no_choice(
    make_task: MakeTask, method: Method, data: st.DataObject
) -> None:
    tokens = st.lists(st.integers(5, 24), min_size=1, max_size=30)
    task = make_task(tuple(data.draw(tokens)), instruction="rename alpha to beta", shown="alpha = alpha(1)\n")
    answer = data.draw(tokens)
    read = data.draw(st.integers(0, len(answer)))
    other = answer[:read] + data.draw(st.permutations(answer[read:]))
    compared = 0
    for ours, theirs in zip(record(method, task, answer), record(method, task, other), strict=False):
        if max(ours[0], theirs[0]) > read:
            break
        assert ours == theirs
        compared += 1
    assert compared
