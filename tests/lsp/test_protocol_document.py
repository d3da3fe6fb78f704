"""What docs/protocol.md shows is what is said: its session is played with the real server, to the letter."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from specedit_lsp.evaluation.server_session import Json, ServerSession, running_server

DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol.md"
OPEN = "…"
MODEL_SECONDS = 90
CREATE_PROGRESS = "window/workDoneProgress/create"
LEFT_OUT = {"specedit/status", "$/progress", CREATE_PROGRESS}
"""What the document shows only some of."""


@dataclass(frozen=True)
class Line:
    """One message of the document."""

    to_server: bool
    message: Json


def read_transcript() -> list[Line]:
    blocks = re.findall(r"^```json\n(→.*?)^```", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    messages = re.findall(r"^([→←]) (.*?)(?=^[→←] |\Z)", "".join(blocks), re.MULTILINE | re.DOTALL)
    return [Line(arrow == "→", json.loads(text)) for arrow, text in messages]


def fits(shown: Any, said: Any) -> bool:
    """Whether a message is as the document shows it."""
    if shown == OPEN:
        return True
    if isinstance(shown, dict) and isinstance(said, dict):
        return shown.keys() == said.keys() and all(fits(shown[key], said[key]) for key in shown)
    if isinstance(shown, list) and isinstance(said, list):
        return len(shown) == len(said) and all(map(fits, shown, said))
    return bool(shown == said)


class Player:
    """Says what the client says, and hears whether the server says its part."""

    def __init__(self, session: ServerSession) -> None:
        self._session = session
        self._heard = 0
        self._asked: asyncio.Queue[Any] = asyncio.Queue()

    def say(self, message: Json) -> None:
        if message.get("id") == OPEN:
            message = message | {"id": self._asked.get_nowait()}
        self._session.send(**message)

    async def hear(self, shown: Json) -> None:
        """Wait for this message, passing over those that the document leaves out."""
        while True:
            said = await self._next()
            if fits(shown, {key: value for key, value in said.items() if key != "jsonrpc"}):
                if shown.get("id") == OPEN:
                    self._asked.put_nowait(said["id"])
                return
            assert said.get("method") in LEFT_OUT, f"shown {shown}\nsaid {said}"

    async def _next(self) -> Json:
        async with asyncio.timeout(MODEL_SECONDS):
            while len(self._session.received) <= self._heard:
                await asyncio.sleep(0.01)
        self._heard += 1
        return self._session.received[self._heard - 1]


@pytest.mark.usefixtures("runtime_folder")
async def test_the_document_shows_what_is_said() -> None:
    lines = read_transcript()
    assert len(lines) > 20
    async with running_server() as session:
        session.reply = lambda request: {"result": None} if request["method"] == CREATE_PROGRESS else None
        player = Player(session)
        for line in lines:
            if line.to_server:
                player.say(line.message)
            else:
                await player.hear(line.message)
        assert await asyncio.wait_for(session.process.wait(), 20) == 0


@pytest.mark.parametrize(
    ("shown", "said"),
    [({"a": 1}, {"a": 2}), ({"a": 1}, {"a": 1, "b": 1}), ([1], [1, 1]), ([OPEN], []), (0, None)],
)
def test_a_difference_is_seen(shown: object, said: object) -> None:
    assert not fits(shown, said)
    assert fits(shown, shown)
