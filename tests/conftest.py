"""Editors with a real server and the bundled model behind them, shared by the tests of one run."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import psutil
import pytest
import pytest_asyncio

from specedit_lsp.lsp.client import Editor, running_editor
from specedit_lsp.transport.local.found_worker import find_at
from specedit_lsp.transport.local.worker_record import WorkerFiles
from specedit_lsp.transport.logs import OUR_LOGGERS

# A busy machine is no fault of the code.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have to tell: it comes from processes of their own, whose output is not shown."""
    for category in ("", "passed"):
        for report in terminalreporter.getreports(category):
            for name, value in report.user_properties:
                if name == "told" and report.when == "teardown":
                    terminalreporter.write_line(f"{report.nodeid.partition('::')[0]}: {value}")


@pytest.fixture(scope="session", autouse=True)
def heard_signals() -> None:
    """What nohup and shells have background jobs ignore would be ignored by all that the tests start."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def runtime_folders() -> Iterator[Path]:
    """A place for runtime folders and logs: tests neither join the user's worker nor leave one behind."""
    # Not one of pytest's: the path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="specedit-t-") as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        patch.setenv("XDG_RUNTIME_DIR", name)
        patch.setenv("XDG_STATE_HOME", f"{name}/state")
        yield folder
        for _ in range(120):  # one that is only starting has no record yet
            for record in folder.rglob("*.json"):
                if found := find_at(WorkerFiles(record.parent, record.stem)):
                    asyncio.run(found.end())
            if not workers_below(folder):
                break
            time.sleep(0.5)
        assert not workers_below(folder), "a worker outlived the tests"


@pytest.fixture
def runtime_folder(runtime_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place where this test alone finds workers."""
    folder = Path(tempfile.mkdtemp(dir=runtime_folders))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def light_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that find no torch, as where only the language server is installed: they start at once."""
    folder = tmp_path / "without-torch"
    folder.mkdir()
    (folder / "torch.py").write_text("raise ImportError('there is no torch')")
    monkeypatch.setenv("PYTHONPATH", str(folder))


def workers_below(folder: Path) -> list[int]:
    """The processes of workers whose place is in a folder."""
    processes = psutil.process_iter(["pid", "cmdline", "status"])
    return [
        process.info["pid"]
        for process in processes
        if any(str(folder) in word for word in process.info["cmdline"] or ())
        and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


RENAME = "rename result to total"

FUNCTION = '''\
def total_price(items, discount=0):
    """Return what the items cost."""
    result = 0
    for item in items:
        if item.cancelled:
            continue
        result += item.price * item.count
    result -= discount
    return result
'''


@pytest.fixture(autouse=True)
def log_levels() -> Iterator[None]:
    """Levels belong to the process: a server that a test runs in this one sets them by its settings."""
    loggers = (logging.getLogger(), logging.getLogger(OUR_LOGGERS))
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def function() -> str:
    """A small Python function, nine lines long."""
    return FUNCTION


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def renamed(undrafted_editor: Editor) -> str:
    """What the model makes of the function when it is asked to rename ``result``, decoded plainly."""
    buffer = undrafted_editor.open("file:///reference.py", FUNCTION)
    await undrafted_editor.rewrite(buffer, buffer.range_of_lines(0, 8), RENAME)
    assert buffer.text != FUNCTION
    return buffer.text


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def editor() -> AsyncIterator[Editor]:
    """An editor whose model is loaded."""
    async with running_editor() as running:
        await running.wait_until_ready()
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def undrafted_editor() -> AsyncIterator[Editor]:
    """The same with drafting off: one token per forward, slow enough to interrupt."""
    async with running_editor(options={"draft": {"sources": []}}) as running:
        await running.wait_until_ready()
        yield running
