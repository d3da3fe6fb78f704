"""Events on their way to a reader."""

from __future__ import annotations

import asyncio

from specedit_lsp.transport.messages import Alive, Piece
from specedit_lsp.worker.queue.outbox import MOST_UNREAD_BYTES, Outbox


async def test_a_place_that_was_lost_and_gained_again_is_no_news() -> None:
    outbox = Outbox(lambda: None)
    outbox.tell_ahead(2)
    outbox.tell_ahead(0)
    outbox.put(Piece(seq=0, text="x"))
    assert await outbox.take(10) == Piece(seq=0, text="x")
    assert await outbox.take(0.01) == Alive(ahead=0), "nothing is left but a sign of life"


async def test_only_the_newest_place_is_told() -> None:
    outbox = Outbox(lambda: None)
    waiting = asyncio.create_task(outbox.take(10))
    await asyncio.sleep(0)
    for ahead in (5, 4, 3):
        outbox.tell_ahead(ahead)
    assert await waiting == Alive(ahead=3)
    assert await outbox.take(0.01) == Alive(ahead=3)


async def test_room_is_told_once_where_there_was_none() -> None:
    told: list[bool] = []
    outbox = Outbox(lambda: told.append(outbox.is_full))
    half = Piece(seq=0, text="x" * (MOST_UNREAD_BYTES // 2))
    for _ in range(2):
        outbox.put(half)
    fullness = [outbox.is_full]
    outbox.put(Piece(seq=1, text="x"))
    fullness.append(outbox.is_full)
    assert fullness == [False, True], "at the limit and above it"
    for _ in range(3):
        await outbox.take(10)
    assert told == [False]
