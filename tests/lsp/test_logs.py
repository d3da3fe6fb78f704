"""Logs are bounded and say nothing of what the user writes, unless the user asks for it."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from specedit_lsp.lsp.client import SERVER_COMMAND, RewriteRefused, running_editor
from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.logs import (
    KEPT_FILES,
    MOST_BYTES,
    BoundedStreamHandler,
    DiscreetFormatter,
    choose_formatter,
    prune_logs,
)
from specedit_lsp.transport.messages import Reason

SECRET = "hunter2"
NO_MODEL = {"model": {"path": "/no/such/model"}}
METHODS = (
    "specedit/rewriteRange",
    "specedit/stats",
    "specedit/warm",
    "textDocument/codeAction",
    "textDocument/didChange",
    "workspace/executeCommand",
)


def format_record(name: str, error: BaseException | None = None, message: str = SECRET) -> str:
    record = logging.LogRecord(name, logging.ERROR, "a.py", 7, message, (), None)
    if error is not None:
        try:
            raise error
        except BaseException as caught:
            record.exc_info = (type(caught), caught, caught.__traceback__)
    record.exc_text = f"as another handler put it: {SECRET}"
    return DiscreetFormatter().format(record)


def test_what_libraries_say_is_left_out() -> None:
    text = format_record("pygls.protocol")
    assert SECRET not in text
    assert "line 7" in text
    assert SECRET in format_record("specedit_lsp.lsp.server")


def test_the_messages_of_foreign_exceptions_are_left_out() -> None:
    text = format_record("specedit_lsp.lsp.server", ValueError(SECRET), "it failed")
    assert SECRET not in text
    assert "ValueError" in text
    assert "test_logs.py" in text, "where it comes from stays"
    ours = format_record(
        "specedit_lsp.lsp.server", RewriteFailed(Reason.QUEUE_FULL, "try again"), "it failed"
    )
    assert "try again" in ours


@pytest.mark.parametrize("name", ["server-of-{pid}.log.{number}", "worker-0.1.0-{number:012x}.log"])
def test_only_the_newest_logs_of_dead_processes_are_kept(tmp_path: Path, name: str) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for number in range(KEPT_FILES + 5):
        path = tmp_path / name.format(pid=ended.pid, number=number)
        path.write_text("x")
        os.utime(path, (number, number))
    living = tmp_path / f"worker-of-{os.getpid()}.log"
    living.write_text("x")
    os.utime(living, (0, 0))
    (tmp_path / "other.txt").write_text("x")
    prune_logs(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert len(left) == KEPT_FILES + 2
    assert {living.name, "other.txt", name.format(pid=ended.pid, number=KEPT_FILES + 4)} <= left


def test_a_log_that_is_too_long_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("a") as file:
        handler = BoundedStreamHandler(file)
        for _ in range(5):
            handler.emit(logging.makeLogRecord({"msg": "x" * (MOST_BYTES // 2)}))
        handler.emit(logging.makeLogRecord({"msg": "last"}))
    assert path.stat().st_size <= 2 * MOST_BYTES
    assert path.read_text().endswith("last\n")


async def use_server(folder: Path) -> str:
    """Do what there is to do with a text and instructions that are secret; return all that was logged."""
    command = ("env", f"XDG_STATE_HOME={folder}", *SERVER_COMMAND)
    async with asyncio.timeout(100), running_editor(command, options=NO_MODEL) as editor:
        buffer = editor.open(f"file:///{SECRET}.py", f"{SECRET} = 1\n")
        editor.change(buffer, TextChange(0, 0, f"# {SECRET}\n"))
        with pytest.raises(RewriteRefused):
            await editor.rewrite(buffer, buffer.range_of_lines(0, 1), f"say {SECRET}")
        where = {"line": SECRET, "character": SECRET}
        bad = {"textDocument": SECRET, "range": {"start": where, "end": where}, "instruction": SECRET}
        for number, method in enumerate(METHODS):
            editor.client.protocol._send_data(
                {"jsonrpc": "2.0", "id": f"bad-{number}", "method": method, "params": bad}
            )
            editor.client.protocol._send_data({"jsonrpc": "2.0", "method": method, "params": bad})
        history = await editor.client.protocol.send_request_async("specedit/history", {})
        assert history == {"instructions": [f"say {SECRET}"]}
    files = [*(folder / "specedit" / "log").iterdir()]
    assert any(path.name.startswith("server-of-") for path in files)
    return "\n".join([*editor.log, *(path.read_text() for path in files)])


async def test_neither_text_nor_instructions_are_logged(tmp_path: Path) -> None:
    logged = await use_server(tmp_path)
    assert "rewrite-1: failed" in logged
    assert SECRET not in logged


def test_the_user_may_ask_for_everything() -> None:
    record = logging.makeLogRecord({"name": "pygls.protocol", "msg": SECRET, "args": ()})
    assert SECRET in choose_formatter("debug").format(record)
    for level in ("info", "warning", "error"):
        assert SECRET not in choose_formatter(level).format(record)
