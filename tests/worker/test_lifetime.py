"""When a worker ends, and that it ends nobody's rewrite by that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from specedit_lsp.settings import WorkerSettings
from specedit_lsp.transport.local.listening import UnixListening
from specedit_lsp.transport.local.runtime_folder import open_runtime_folder
from specedit_lsp.transport.local.worker_record import WorkerFiles, read_record
from specedit_lsp.transport.messages import Done, RewriteOrder, WorkerState
from specedit_lsp.worker.process import lifetime
from specedit_lsp.worker.process.lifetime import wait_for_retirement, wait_while_needed
from specedit_lsp.worker.process.publication import Publication
from specedit_lsp.worker.queue.service import RewriteService
from tests.worker.conftest import ScriptedEngine

FOR_EVER = 3600.0


@pytest.fixture
def publication(runtime_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publication]:
    monkeypatch.setattr(lifetime, "LINGER_SECONDS", 0.1)
    monkeypatch.setattr(lifetime, "POLL_SECONDS", 0.01)
    taken = Publication.take(WorkerFiles(open_runtime_folder(), "one"), UnixListening())
    yield taken
    taken.withdraw()
    taken.bound.close()


def start_service(engine: ScriptedEngine) -> RewriteService:
    service = RewriteService(lambda on_progress: engine, "scripted", WorkerSettings(concurrent=1))
    service.start()
    return service


def has_place(publication: Publication) -> bool:
    return read_record(publication.files.record) is not None


async def test_it_ends_when_nobody_was_there_for_a_while(publication: Publication) -> None:
    service = start_service(ScriptedEngine())
    async with asyncio.timeout(10):
        await wait_while_needed(service, publication, idle_seconds=0.2)
    assert service.idle_seconds() >= 0.2
    assert not has_place(publication)


async def test_it_stays_while_somebody_follows_its_status(publication: Publication) -> None:
    service = start_service(ScriptedEngine())
    statuses = service.follow_status("window")
    await anext(statuses)
    end = asyncio.create_task(wait_while_needed(service, publication, idle_seconds=0.0))
    await asyncio.sleep(0.5)
    assert not end.done()
    assert has_place(publication)
    await statuses.aclose()
    async with asyncio.timeout(10):
        await end


async def test_one_that_is_told_to_gives_up_its_place_and_finishes_what_it_has(
    publication: Publication,
) -> None:
    service = start_service(ScriptedEngine(pause=0.05))
    ticket = service.submit(RewriteOrder(instruction="a b c d e f", selection="x"), "window")
    statuses = service.follow_status("window")
    await anext(statuses)
    end = asyncio.create_task(wait_while_needed(service, publication, FOR_EVER))
    service.retire()
    async with asyncio.timeout(10):
        async for _ in statuses:
            pass  # who follows it is let go
        while has_place(publication):
            await asyncio.sleep(0.01)
        assert not end.done()
        events = [event async for event in service.events(ticket)]
        service.withdraw(ticket)
        await end
    assert isinstance(events[-1], Done)


async def test_one_without_a_model_is_not_kept_for_nobody(publication: Publication) -> None:
    def fail(on_progress: object) -> ScriptedEngine:
        raise ValueError("no model")

    service = RewriteService(fail, "scripted", WorkerSettings())
    service.start()
    async with asyncio.timeout(10):
        await wait_while_needed(service, publication, FOR_EVER)
    assert service.board.current.state is WorkerState.FAILED


async def test_one_that_cannot_be_found_any_more_ends(publication: Publication) -> None:
    publication.files.socket.unlink()
    async with asyncio.timeout(10):
        await wait_while_needed(start_service(ScriptedEngine()), publication, FOR_EVER)


async def test_the_place_of_another_is_left_alone(publication: Publication) -> None:
    """Somebody cleared the folder, and another worker is there by now."""
    other = publication.record.model_copy(update={"token": "of another"})
    publication.files.record.write_text(other.to_json())
    assert not publication.is_standing
    publication.withdraw()
    assert read_record(publication.files.record) == other
    assert publication.files.socket.exists()
    publication.files.record.unlink()


async def test_a_teams_worker_ends_only_when_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifetime, "POLL_SECONDS", 0.01)
    service = start_service(ScriptedEngine())
    end = asyncio.create_task(wait_for_retirement(service))
    await asyncio.sleep(0.1)
    assert not end.done()
    service.retire()
    async with asyncio.timeout(10):
        await end
