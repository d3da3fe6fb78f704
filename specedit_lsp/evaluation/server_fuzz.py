"""Talks nonsense to a real server, and sees to it that whatever deserves an answer gets one, in time.

A session is made of ordinary messages, of ordinary messages with something wrong in them, and of bytes that
are no messages. After every few dozen the server must answer a question; at the end it must leave in order.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from specedit_lsp.evaluation.server_nonsense import Utterance, utter
from specedit_lsp.evaluation.server_session import Json, ServerGone, ServerSession, running_server

BURST = 40
SESSION_MESSAGES = 2_500
ANSWER_SECONDS = 30.0


class ServerFailed(Exception):
    """The server died, hung, or left a request without its one answer."""


@dataclass
class FuzzTally:
    """What was said and what came back."""

    messages: int = 0
    requests: int = 0
    """Messages that had to be answered, each exactly once."""
    sessions: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    """Responses by error code, or ``result``."""

    def describe(self) -> str:
        """In a line."""
        codes = ", ".join(f"{code}: {count}" for code, count in sorted(self.answers.items()))
        return f"{self.messages} messages in {self.sessions} sessions, {self.requests} requests; {codes}"


async def fuzz_server(
    command: Sequence[str], messages: int, seed: int, advance: Callable[[int], None] = lambda count: None
) -> FuzzTally:
    """Say ``messages`` things to servers, one session after the other.

    Args:
        command: starts one.
        messages: how many, of all kinds.
        seed: decides what is said; the same seed says the same.
        advance: is told how many were dealt with.

    Raises:
        ServerFailed: with the seed of the session and a file that holds all bytes sent in it.
    """
    tally = FuzzTally()
    while tally.messages < messages:
        count = min(SESSION_MESSAGES, messages - tally.messages)
        await _fuzz_session(command, count, seed * 10_000 + tally.sessions, tally, advance)
        tally.sessions += 1
    return tally


async def _fuzz_session(
    command: Sequence[str], count: int, seed: int, tally: FuzzTally, advance: Callable[[int], None]
) -> None:
    with tempfile.TemporaryFile(prefix="fuzz-") as log:
        async with running_server(command, log) as session:
            talk = _Talk(session, random.Random(seed), tally)
            try:
                await talk.run(count, advance)
            except (ServerFailed, ServerGone, TimeoutError) as error:
                log.seek(0)
                raise ServerFailed(_report(error, seed, talk, log.read()[-2_000:])) from error


class _Talk:
    """One session."""

    def __init__(self, session: ServerSession, chance: random.Random, tally: FuzzTally) -> None:
        self._session, self._chance, self._tally = session, chance, tally
        self.sent = bytearray()
        self._answered: Counter[int | str] = Counter()
        self._awaited: set[int | str] = set()
        self._news = asyncio.Event()
        session.keeps = False
        session.listener = self._hear
        session.reply = self._reply

    async def run(self, count: int, advance: Callable[[int], None]) -> None:
        """Say so many things, then leave politely.

        Raises:
            ServerFailed: a request was not answered exactly once, or the server did not end well.
            ServerGone: it ended.
            TimeoutError: it does not answer.
        """
        capabilities = {"window": {"workDoneProgress": True}, "workspace": {"applyEdit": True}}
        await self._session.initialize(capabilities=capabilities)
        for start in range(0, count, BURST):
            size = min(BURST, count - start)
            for number in range(size):
                self._say(utter(self._chance, f"{start + number}"))
            await self._session.flush()
            await self._session.request("textDocument/codeAction", _QUESTION, ANSWER_SECONDS)
            advance(size)
        async with asyncio.timeout(ANSWER_SECONDS):
            while self.unanswered():
                self._news.clear()
                await self._news.wait()
        answer = await self._session.request("shutdown", None, ANSWER_SECONDS)
        self._session.notify("exit")
        status = await self._session.end()
        if "error" in answer or status != 0:
            raise ServerFailed(f"It ended with status {status} after {answer}.")
        if twice := [msg_id for msg_id, times in self._answered.items() if times > 1]:
            raise ServerFailed(f"Answered more than once: {twice}.")

    def unanswered(self) -> list[int | str]:
        """What still waits."""
        return sorted(self._awaited - self._answered.keys(), key=str)

    def _say(self, utterance: Utterance) -> None:
        self._tally.messages += 1
        self.sent += utterance.data
        if utterance.msg_id is not None:
            self._tally.requests += 1
            self._awaited.add(utterance.msg_id)
        self._session.send_bytes(utterance.data)

    def _hear(self, message: Json, at: float) -> None:
        if "method" in message:
            return
        error = message.get("error")
        self._tally.answers[str(error["code"]) if error else "result"] += 1
        if message["id"] in self._awaited:
            self._answered[message["id"]] += 1
            self._news.set()

    def _reply(self, request: Json) -> Json:
        return self._chance.choice(
            (
                {"result": None},
                {"result": {"applied": True}},
                {"result": {"applied": "maybe"}},
                {"result": [[]]},
                {"error": {"code": -32601, "message": "no"}},
                {"error": "no"},
            )
        )


_QUESTION = {
    "textDocument": {"uri": "file:///nowhere.py"},
    "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
    "context": {"diagnostics": []},
}


def _report(error: Exception, seed: int, talk: _Talk, log: bytes) -> str:
    with tempfile.NamedTemporaryFile(prefix="fuzz-", suffix=".bin", delete=False) as file:
        file.write(talk.sent)
    unanswered = ", ".join(map(str, talk.unanswered()[:20])) or "none"
    return (
        f"{type(error).__name__} {error} In the session of seed {seed}; unanswered: {unanswered}. "
        f"All that was said after `initialized`: {file.name}. The end of its log:\n"
        f"{log.decode(errors='replace')}"
    )
