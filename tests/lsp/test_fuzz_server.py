"""Nonsense over real stdio. `specedit bench fuzz` says more of it, other nonsense each time."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from specedit_lsp.evaluation import server_fuzz
from specedit_lsp.evaluation.server_fuzz import ServerFailed, fuzz_server
from specedit_lsp.evaluation.server_latency import IDLE_SERVER
from specedit_lsp.evaluation.server_worker import server_with_this_worker

MESSAGES = 2_000


async def test_whatever_is_said_the_server_answers(record_property: Callable[[str, object], None]) -> None:
    with server_with_this_worker() as command:
        tally = await fuzz_server(command, MESSAGES, seed=6)
    record_property("told", tally.describe())
    assert tally.messages == MESSAGES
    assert tally.requests > MESSAGES / 5
    assert {"result", "-32600", "-32601", "-32602", "-32700"} <= tally.answers.keys()
    assert "-32603" not in tally.answers, "an internal error is a fault of ours"


async def test_a_server_that_does_not_stand_it_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """pygls alone loses step at the first wrong length, and from then on hears nothing."""
    monkeypatch.setattr(server_fuzz, "ANSWER_SECONDS", 3.0)
    with pytest.raises(ServerFailed, match=r"In the session of seed 60000; unanswered: .*/fuzz-") as failed:
        await fuzz_server(IDLE_SERVER, MESSAGES, seed=6)
    said = re.search(r"initialized`: (\S+)\.", str(failed.value))
    assert said
    with open(said[1], "rb") as file:
        assert b"Content-Length" in file.read()
