"""`specedit trace`: which trace is meant, what is shown, and what to do where there is none."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from specedit_lsp.cli.app import app
from specedit_lsp.trace import Trace, TraceUnreadable, load
from specedit_lsp.worker.tracing import log as trace_log
from specedit_lsp.worker.tracing.log import TraceLog

WIDE = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands look for traces; nothing is in it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return trace_log.find_trace_folder()


@pytest.fixture
def filled(folder: Path, rename: Trace, docstring: Trace) -> Path:
    """The same with two traces."""
    log = TraceLog(folder, "last")
    log.record(rename)
    log.record(docstring)
    return folder


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["trace", *arguments], env=WIDE)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def test_what_to_set_is_said_where_nothing_was_kept(folder: Path) -> None:
    for arguments in ([], ["last"], ["--list"], ["2026"], ["replay"]):
        status, output = run(*arguments)
        assert status == 2
        assert "trace.keep" in output
    assert not folder.exists()


def test_last_is_the_default_and_the_beginning_of_an_id_will_do(
    filled: Path, rename: Trace, docstring: Trace
) -> None:
    assert docstring.order.instruction in run()[1]
    assert run() == run("last") == run("show", docstring.id) == run(str(filled / f"{docstring.id}.json"))
    assert rename.order.instruction in run(rename.id[:-1])[1]
    status, output = run("2")
    assert (status, "2 kept rewrites begin with" in output) == (2, True)
    assert "--list" in run("1999")[1]
    status, output = run("--list")
    assert status == 0
    assert output.index(docstring.id) < output.index(rename.id)


def test_it_is_readable_in_a_pipe(filled: Path, docstring: Trace) -> None:
    status, output = run("--tokens", "--forwards", "--table")
    assert status == 0
    assert "\x1b" not in output
    assert "‹1›def describe_user" in output
    assert "forwards by other ways: plain" in output


def test_json_is_the_trace(filled: Path, docstring: Trace) -> None:
    result = CliRunner().invoke(app, ["trace", "--json"], env=WIDE)
    assert Trace.model_validate_json(result.stdout) == docstring


def test_the_page_is_for_its_owner(filled: Path, docstring: Trace, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    status, output = run("--html", str(page))
    assert (status, "holds the code" in output) == (0, True)
    assert page.read_text("utf-8") == docstring.to_html()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    status, output = run("--html", str(tmp_path / "no folder" / "page.html"))
    assert (status, "cannot be written" in output) == (2, True)


def test_doing_it_again_gives_the_same_tokens(filled: Path, docstring: Trace) -> None:
    status, output = run("replay")
    assert (status, output.startswith(f"All {len(docstring.answer)} tokens are the same")) == (0, True)


def test_another_answer_is_noticed(folder: Path, docstring: Trace) -> None:
    first = docstring.forwards[0]
    assert first.own is not None
    forged = first.model_copy(update={"own": docstring.output[0]})
    changed = {"forwards": (forged, *docstring.forwards[1:]), "program": "0.0.1"}
    TraceLog(folder, "last").record(docstring.model_copy(update=changed))
    status, output = run("replay", "last")
    assert status == 1
    assert f"Token {len(first.verified) - 1} differs" in output
    assert "specedit was 0.0.1 then" in output


def test_a_model_that_is_not_there_is_said(folder: Path, docstring: Trace) -> None:
    model = docstring.model.model_copy(update={"path": "no-such-model"})
    TraceLog(folder, "last").record(docstring.model_copy(update={"model": model}))
    status, output = run("replay")
    assert (status, "no-such-model" in output) == (2, True)


def test_files_that_are_no_traces_are_refused_in_words(tmp_path: Path, docstring: Trace) -> None:
    path = tmp_path / "trace.json"
    with pytest.raises(TraceUnreadable, match="cannot be read"):
        load(path)
    whole = json.loads(docstring.to_json())
    cases = {
        "not JSON": "{",
        "is no trace": "[1, 2]",
        "earlier version": json.dumps({"model": "m", "order": {}, "text": "", "stats": {}}),
        "version 99": json.dumps({**whole, "version": 99}),
        r"stats\.forwards": json.dumps({**whole, "stats": {**whole["stats"], "forwards": "many"}}),
    }
    for message, text in cases.items():
        path.write_text(text)
        with pytest.raises(TraceUnreadable, match=message):
            load(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(TraceUnreadable, match="is no trace"):
        load(path)


def test_looking_at_a_trace_needs_no_model_library(tmp_path: Path, docstring: Trace) -> None:
    path = tmp_path / "trace.json"
    path.write_text(docstring.to_json())
    script = (
        "import sys; from specedit_lsp.trace import load; load(sys.argv[1]).to_html();"
        "import specedit_lsp.trace.terminal;"
        "print(*{'torch', 'transformers', 'jinja2', 'starlette'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout.split() == []
