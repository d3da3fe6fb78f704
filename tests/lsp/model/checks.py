"""What must hold after each story, however it went."""

from __future__ import annotations

import asyncio

from specedit_lsp.rewriting.records import JobRecord, OutcomeKind
from specedit_lsp.text.lines import normalise_line_ends, split_lines, strip_line_end
from tests.lsp.model.client import ModelClient, Truth
from tests.lsp.model.scenario import Scenario, Wish
from tests.lsp.model.session import Session


def check_nothing_is_left(session: Session, client: ModelClient) -> None:
    server = session.server
    assert len(server.jobs) == 0, "a rewrite holds its region"
    assert not server._tasks, "a task is left"
    assert not server.work_done_progress.tokens, "a progress token is left"
    assert not client.begun, "progress was not ended"
    assert not server.protocol._request_futures, "a request was forgotten"
    assert session.worker.streams == session.worker.connections == 0, "the worker was not left"
    assert asyncio.all_tasks() == {asyncio.current_task()}, "somebody still waits"
    document = server.exact_workspace.find(client.uri)
    assert document is None or not (document._change_listeners or document._close_callbacks)


def check_ending(
    client: ModelClient, truth: Truth, record: JobRecord | None, wish: Wish, scenario: Scenario
) -> None:
    """The text is the user's, the original with the result, or the original; the record says which."""
    result = wish.script.text
    if not client.is_open:
        return
    if record is None:  # refused before it began
        assert truth.left == truth.original
        return
    match record.outcome:
        case OutcomeKind.DONE if not (truth.touched and scenario.has_plugin):
            assert normalise_line_ends(truth.left) == result
            _check_line_ends(truth)
        case OutcomeKind.UNCHANGED:
            assert truth.left == truth.original
        case OutcomeKind.CONFLICT:
            # Told roughly, a hunk of one rewrite may seem to touch the region of the other.
            is_rough = scenario.habits.reports != "exact" and len(scenario.wishes) > 1
            assert truth.touched or is_rough, record.message
        case OutcomeKind.FAILED if not truth.touched and "undo what is left" not in record.message:
            assert truth.left == truth.original, record.message
        case OutcomeKind.CANCELLED if not truth.touched and scenario.on_cancel == "revert":
            assert truth.left == truth.original
        case _:
            pass
    if not truth.touched:
        assert client.read(truth) == truth.left
        if _goes_well(scenario, wish):
            assert record.outcome in (OutcomeKind.DONE, OutcomeKind.UNCHANGED), record.message


def _goes_well(scenario: Scenario, wish: Wish) -> bool:
    """Whether there is no reason for a rewrite to fail, as long as the user keeps off its region."""
    habits = scenario.habits
    return (
        wish.script.breaks_after is None
        and not habits.refuses
        and not habits.ignores
        and (habits.reports == "exact" or len(scenario.wishes) == 1)
        and all(deed.what not in ("cancel", "close") for deed in scenario.deeds)
    )


def _check_line_ends(truth: Truth) -> None:
    """No kind of line end that the original did not have."""
    kinds = {line[len(strip_line_end(line)) :] for line in split_lines(truth.original)}
    if len(kinds - {""}) == 1:
        assert {line[len(strip_line_end(line)) :] for line in split_lines(truth.left)} <= kinds | {""}
