"""When verified hunks leave for the editor."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from specedit_lsp.settings import StreamSettings
from specedit_lsp.text.line_edits import TextChange

Deliver = Callable[[Sequence[TextChange]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class FlushPolicy:
    """The first hunk leaves at once; later ones every ``interval`` seconds at most; or all at the end."""

    interval: float
    at_end: bool = False

    @classmethod
    def of(cls, stream: StreamSettings) -> FlushPolicy:
        """The policy that the user's settings ask for."""
        interval = 0 if stream.mode == "line" else stream.coalesce_milliseconds / 1000
        return cls(interval, at_end=stream.mode == "atomic")


@asynccontextmanager
async def flushing(
    deliver: Deliver, policy: FlushPolicy
) -> AsyncGenerator[Callable[[Sequence[TextChange]], None]]:
    """A function that takes changes, and a task that delivers them by ``policy``.

    So a slow editor never holds up the worker's stream. Leaving the block in order delivers what is left;
    leaving it by an exception delivers nothing more.
    """
    send, receive = anyio.create_memory_object_stream[Sequence[TextChange]](math.inf)
    closing = anyio.Event()
    try:
        # The receiving end outlives the task: what fails first must be the editor, not the sender.
        with receive:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_deliver_all, receive, deliver, policy, closing)
                with send:
                    yield send.send_nowait
                    closing.set()
    except BaseExceptionGroup as group:
        # One thing went wrong; that it did so beside a task is nobody's business outside.
        raise group.exceptions[0] from None


async def _deliver_all(
    receive: MemoryObjectReceiveStream[Sequence[TextChange]],
    deliver: Deliver,
    policy: FlushPolicy,
    closing: anyio.Event,
) -> None:
    async for changes in receive:
        if policy.at_end:
            await closing.wait()
        batch = [*changes]
        while receive.statistics().current_buffer_used:
            batch += receive.receive_nowait()
        if batch:
            await deliver(batch)
            with anyio.move_on_after(policy.interval):
                await closing.wait()
