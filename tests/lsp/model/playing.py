"""Plays a story to its end."""

from __future__ import annotations

import asyncio

from specedit_lsp.lsp.configuration import Configuration
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.spans import splits_line_end
from tests.lsp.model.checks import check_ending, check_nothing_is_left
from tests.lsp.model.client import ModelClient
from tests.lsp.model.plugin import PluginClient
from tests.lsp.model.scenario import Deed, Scenario, Wish
from tests.lsp.model.session import Session

LONG = 120.0
"""Seconds after which everything must have come to its end, however things went."""


def play(session: Session, scenario: Scenario, uri: str) -> list[str]:
    """Let it happen, check that nothing happened that must not, and return how the rewrites ended."""
    return session.loop.run(_play(session, scenario, uri))


async def _play(session: Session, scenario: Scenario, uri: str) -> list[str]:
    server = session.server
    stream = {"mode": scenario.mode, "onCancel": scenario.on_cancel}
    server.configure(Configuration.from_options({"stream": stream, "log": {"level": "error"}}))
    kind = PluginClient if scenario.has_plugin else ModelClient
    client = kind(session, uri, scenario.text, scenario.habits)
    labels = [f"{uri}#{number}" for number in range(len(scenario.wishes))]
    session.worker.scripts = {label: wish.script for label, wish in zip(labels, scenario.wishes, strict=True)}
    editor = asyncio.ensure_future(client.run())
    acts = [_ask(client, label, wish) for label, wish in zip(labels, scenario.wishes, strict=True)]
    acts.append(_do_all(client, scenario))
    await asyncio.gather(*acts)
    await asyncio.sleep(LONG)
    editor.cancel()
    await asyncio.gather(editor, return_exceptions=True)
    check_nothing_is_left(session, client)
    outcomes = []
    for label, wish in zip(labels, scenario.wishes, strict=True):
        if label in client.truths:
            record = next((r for r in server.history if r.instruction == label), None)
            check_ending(client, client.truths[label], record, wish, scenario)
            outcomes += [record.outcome.value] if record else ["refused"]
    if client.is_open:
        document = server.exact_workspace.find(uri)
        assert document is not None
        assert document.source == client.text, "the server's copy is not the buffer"
        client.close()
    assert client.faults == []
    return outcomes


async def _ask(client: ModelClient, label: str, wish: Wish) -> None:
    await asyncio.sleep(wish.at)
    # What the user typed before may have moved the place or changed it: then it is not this wish any more.
    if client.is_open and client.undos == []:
        client.rewrite(label, wish.start, wish.end)


async def _do_all(client: ModelClient, scenario: Scenario) -> None:
    now = 0.0
    for deed in scenario.deeds:
        await asyncio.sleep(deed.at - now)
        now = deed.at
        if client.is_open:
            _do(client, deed)


def _do(client: ModelClient, deed: Deed) -> None:
    match deed.what:
        case "undo":
            client.undo()
        case "cancel":
            client.cancel()
        case "close":
            client.close()
        case "save":
            client.save()
        case "type" | "delete":
            start = _place(client, deed)
            end = start if deed.what == "type" else min(start + deed.size, len(client.text))
            if splits_line_end(client.text, end):
                end += 1
            text = deed.text if deed.what == "type" else ""
            if start != end or text:
                client.type(TextChange(start, end, text))


def _place(client: ModelClient, deed: Deed) -> int:
    truth = next(iter(client.truths.values()), None)
    start, end = (truth.start, truth.end) if truth else (0, 0)
    first, last = {
        "above": (0, max(start - 1, 0)),
        "below": (min(end + 1, len(client.text)), len(client.text)),
        "inside": (start, end),
        "start": (start, start),
        "end": (end, end),
        "anywhere": (0, len(client.text)),
    }[deed.where]
    offset = first + round((last - first) * deed.along)
    return offset - 1 if splits_line_end(client.text, offset) else offset
