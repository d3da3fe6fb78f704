"""A window whose rewrites are made elsewhere: behind a tunnel that breaks, by another engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from specedit_lsp.lsp.client import running_editor
from specedit_lsp.transport.openai.client import CAVEAT
from tests.transport.test_openai import Engine, stream
from tests.transport.tunnel import Tunnel
from tests.worker.conftest import TOKEN, ScriptedEngine, serve

WORDS = " ".join(f"word{number}" for number in range(60))


async def test_another_engine_edits_as_a_worker_does_and_says_what_it_does_not_promise() -> None:
    engine = Engine([stream("```python\n", "b = 1\n", "c = 2\n", "```")])
    async with await asyncio.start_server(engine.handle, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        worker = {"kind": "openai", "url": f"http://127.0.0.1:{port}/v1"}
        async with running_editor(options={"worker": worker}) as editor:
            await editor.wait_until_ready()
            assert editor.statuses[-1].message == CAVEAT
            buffer = editor.open("file:///engine.py", "a = 1\nc = 2\nd = 3\n")
            await editor.rewrite(buffer, buffer.range_of_lines(0, 1), "rename a to b")
    assert buffer.text == "b = 1\nc = 2\nd = 3\n"


async def test_a_window_does_not_notice_that_its_tunnel_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECEDIT_TOKEN", TOKEN)
    async with serve(tmp_path, ScriptedEngine()) as worker, Tunnel(worker.socket) as tunnel:
        url = f"http://127.0.0.1:{tunnel.port}"
        async with running_editor(options={"worker": {"url": url}}) as editor:
            await editor.wait_until_ready()
            tunnel.cuts = [400, 1500, 2500]
            buffer = editor.open("file:///remote.py", "a = 1\n")
            await editor.rewrite(buffer, buffer.range_of_lines(0, 0), WORDS)
        assert tunnel.cuts == []
    assert buffer.text == WORDS.replace(" ", "")
