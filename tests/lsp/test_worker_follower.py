"""What windows see of the worker that they share: it ends, dies, is restarted, and another one comes."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from lsprotocol import types

from specedit_lsp.lsp.client import Editor, RewriteRefused, running_editor
from specedit_lsp.transport.local.found_worker import FoundWorker, find_all

pytestmark = pytest.mark.usefixtures("light_workers")

NO_MODEL = "there is no torch"
"""What a worker says that has been there long enough to know."""


@pytest.fixture
def folder(runtime_folder: Path) -> Path:
    """Where the windows find their worker."""
    return runtime_folder / "specedit"


async def until_told(editor: Editor, words: str, since: int = 0) -> int:
    """Wait for a status with these words; return how many there had been by then."""
    async with asyncio.timeout(60):
        while True:
            for number, status in enumerate(editor.statuses):
                if number >= since and words in status.message:
                    return number + 1
            await asyncio.sleep(0.02)


async def until_there(folder: Path, besides: FoundWorker) -> FoundWorker:
    async with asyncio.timeout(60):
        while True:
            for found in find_all(folder):
                if found.record != besides.record:
                    return found
            await asyncio.sleep(0.02)


async def test_the_command_restarts_the_worker_of_all_windows(folder: Path) -> None:
    async with running_editor() as one, running_editor() as other:
        for editor in (one, other):
            await until_told(editor, NO_MODEL)
        [before] = find_all(folder)
        seen = len(other.statuses)
        await one.client.workspace_execute_command_async(
            types.ExecuteCommandParams("specedit.restartWorker", [])
        )
        after = await until_there(folder, besides=before)
        assert after.files == before.files
        assert not before.record.process.is_alive
        await until_told(other, NO_MODEL, await until_told(other, "The worker has ended", seen))
        assert [found.record for found in find_all(folder)] == [after.record]


async def test_one_that_was_stopped_is_not_started_for_the_sake_of_its_status(folder: Path) -> None:
    async with running_editor() as editor:
        await until_told(editor, NO_MODEL)
        [found] = find_all(folder)
        await found.stop()
        seen = await until_told(editor, "The worker has ended")
        assert editor.statuses[seen - 1].state == "ended"
        await asyncio.sleep(2)
        assert not list(find_all(folder))
        # Another window starts it, which this one notices.
        async with running_editor() as other:
            await until_told(other, NO_MODEL)
            await until_told(editor, NO_MODEL, seen)
            assert len(list(find_all(folder))) == 1


async def test_one_that_was_killed_is_started_by_the_next_rewrite(folder: Path) -> None:
    async with running_editor() as editor:
        await until_told(editor, NO_MODEL)
        [found] = find_all(folder)
        os.kill(found.record.process.pid, signal.SIGKILL)
        seen = await until_told(editor, "next rewrite starts it again")
        assert editor.statuses[seen - 1].state == "failed"
        buffer = editor.open("file:///a.py", "a = 1\n")
        with pytest.raises(RewriteRefused, match=NO_MODEL):
            await editor.rewrite(buffer, buffer.range_of_lines(0, 0), "do it")
        await until_told(editor, NO_MODEL, seen)
        await until_there(folder, besides=found)


async def test_one_that_cannot_be_started_is_no_reason_to_end(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)
    async with running_editor() as editor:
        seen = await until_told(editor, "chmod 700")
        buffer = editor.open("file:///a.py", "a = 1\n")
        with pytest.raises(RewriteRefused, match="chmod 700") as refused:
            await editor.rewrite(buffer, buffer.range_of_lines(0, 0), "do it")
        assert refused.value.reason == "workerUnreachable"
        folder.chmod(0o700)
        with pytest.raises(RewriteRefused, match=NO_MODEL):
            await editor.rewrite(buffer, buffer.range_of_lines(0, 0), "do it")
        await until_told(editor, NO_MODEL, seen)
