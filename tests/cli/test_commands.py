"""The other commands, from outside."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from lsprotocol import types
from pygls.lsp.client import LanguageClient
from rich.console import Console

from specedit_lsp.cli.demo_task import choose_rename, choose_span
from specedit_lsp.cli.report_folder import make_report_folder
from specedit_lsp.cli.worker_status import WorkerReport, _table
from tests.conftest import FUNCTION

SPECEDIT = [sys.executable, "-m", "specedit_lsp"]


def test_help_names_the_commands() -> None:
    run = subprocess.run([*SPECEDIT, "--help"], capture_output=True, text=True, check=True)
    assert all(name in run.stdout for name in ("lsp", "rewrite", "demo"))


def test_the_demo_shows_hunks_diff_and_cost(tmp_path: Path) -> None:
    path = tmp_path / "shop.py"
    path.write_text("import os\n\n\n" + FUNCTION)
    run = subprocess.run([*SPECEDIT, "demo", path], capture_output=True, text=True, check=True)
    assert "rename result to new_result" in run.stdout
    assert "+++ b/shop.py" in run.stdout
    assert "tokens per forward" in run.stdout
    assert "first hunk after" in run.stdout
    assert path.read_text() == "import os\n\n\n" + FUNCTION


async def test_the_server_serves_on_tcp() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = await asyncio.create_subprocess_exec(*SPECEDIT, "lsp", "--tcp", f"127.0.0.1:{port}")
    client = LanguageClient("test", "1")
    async with asyncio.timeout(30):
        while True:
            try:
                await client.start_tcp("127.0.0.1", port)
                break
            except OSError:
                await asyncio.sleep(0.05)
        options = {"model": {"path": "/no/such/model"}}
        result = await client.initialize_async(
            types.InitializeParams(types.ClientCapabilities(), initialization_options=options)
        )
        assert result.server_info is not None
        assert result.server_info.name == "specedit"
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()  # type: ignore[no-untyped-call]
        assert await server.wait() == 0


@pytest.mark.parametrize("address", ["9257", "localhost:", "localhost:x", "localhost:99999"])
def test_a_bad_address_is_named(address: str) -> None:
    run = subprocess.run([*SPECEDIT, "lsp", "--tcp", address], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "HOST:PORT" in run.stderr


def test_an_address_that_is_not_ours_is_refused_with_words() -> None:
    command = [*SPECEDIT, "lsp", "--tcp", "192.0.2.1:9257"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "cannot listen on 192.0.2.1:9257" in " ".join(run.stderr.split())


def test_a_report_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(typer.BadParameter, match="--report /proc/no cannot be made"):
        make_report_folder(Path("/proc/no"))


def test_messages_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    advice = "Run: pip install 'specedit-lsp[quantization]' [/v1]"
    report = WorkerReport(pid=1, version="0", address="a", state="failed", message=advice)
    Console(width=200).print(_table(report))
    assert advice in capsys.readouterr().out


def test_the_demo_finds_something_to_do_in_any_file() -> None:
    text = "import os\n\n\n" + FUNCTION
    start, end = choose_span(text, "python")
    assert text[start:end] + "\n" == FUNCTION
    assert choose_rename(FUNCTION) == "rename result to new_result"
    other = "fn main() {\n" + "    let value = 1;\n" * 30 + "}\n"
    start, end = choose_span(other, "rust")
    assert other[start:end].count("\n") == 19
    assert choose_rename("{}") == "add a comment above the first line"
    assert choose_span("", "python") == (0, 0)
