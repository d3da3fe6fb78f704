"""`specedit worker`: started, looked at and ended from a shell; and served to a team."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import trustme
from typer.testing import CliRunner

from specedit_lsp.cli.app import app
from specedit_lsp.settings import Settings
from specedit_lsp.transport.local.processes import KnownProcess
from specedit_lsp.transport.local.shared_worker import SharedWorker
from tests.transport.shared_workers import files_below, record_of

TOKEN = "a-token-of-some-length"
COMMAND = (sys.executable, "-m", "specedit_lsp", "worker")


def specedit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=100)


def words_of(*arguments: str) -> tuple[int, str]:
    """The exit status, and all that was said, on one line and without a frame."""
    done = CliRunner().invoke(app, ["worker", *arguments])
    return done.exit_code, " ".join(done.output.replace("│", "").split())


def test_it_is_started_shown_joined_and_stopped(runtime_folder: Path) -> None:
    assert words_of("status")[0] == 1
    assert "no worker" in words_of("status")[1]
    first, second = specedit("start"), specedit("start")
    assert first.stdout == second.stdout
    assert "has specedit-mini on c" in first.stdout
    [report] = json.loads(specedit("status", "--json").stdout)
    assert f"Worker {report['pid']} has" in first.stdout
    assert (report["state"], report["model"], report["clients"]) == ("ready", "specedit-mini", 0)
    assert report["memoryMegabytes"] > 50
    assert report["idleSeconds"] > 0
    assert str(runtime_folder) in report["address"]
    table = specedit("status")
    assert table.returncode == 0
    for shown in ("ready", str(report["pid"]), "specedit-mini"):
        assert shown in table.stdout
    assert f"worker {report['pid']} of version" in specedit("logs").stdout
    assert len(specedit("logs", "-n", "1").stdout.splitlines()) == 1
    stopped = specedit("stop")
    assert stopped.returncode == 0
    assert f"Worker {report['pid']} has ended." in stopped.stdout
    assert files_below(runtime_folder) == set()
    assert "no worker" in specedit("stop").stdout


@pytest.mark.usefixtures("light_workers")
def test_a_model_that_cannot_be_loaded_is_told_from_a_crash(runtime_folder: Path) -> None:
    done = specedit("start", "--model", "/no/such/model")
    assert done.returncode == 1
    assert "there is no torch" in done.stderr
    assert not list(runtime_folder.rglob("*.crashes"))


async def start_and_pause() -> KnownProcess:
    """A worker that hangs."""
    worker = SharedWorker(Settings())
    async with await worker.connect():
        process = record_of(worker).process
        os.kill(process.pid, signal.SIGSTOP)
    return process


@pytest.mark.parametrize("arguments", [(), ("--now",)])
@pytest.mark.usefixtures("runtime_folder", "light_workers")
def test_one_that_does_not_answer_is_shown_and_ended(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    process = asyncio.run(start_and_pause())
    monkeypatch.setattr("specedit_lsp.transport.local.found_worker.HUNG_SECONDS", 0.5)
    monkeypatch.setattr("specedit_lsp.transport.local.found_worker.END_SECONDS", 0.2)
    assert "silent" in words_of("status")[1]
    status, words = words_of("stop", *arguments)
    assert status == 0
    assert "has been ended" in words
    assert not process.is_alive


@pytest.mark.parametrize("command", ["status", "stop", "start"])
def test_a_folder_that_is_not_to_be_trusted_is_refused(runtime_folder: Path, command: str) -> None:
    (runtime_folder / "specedit").mkdir()
    (runtime_folder / "specedit").chmod(0o777)
    status, words = words_of(command)
    assert status == 1
    assert "chmod 700" in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--listen", "9258"], "HOST:PORT"),
        (["--listen", "127.0.0.1:99999"], "HOST:PORT"),
        (["--listen", "0.0.0.0:0"], "give --tls-cert and --tls-key"),
        (["--listen", "192.0.2.1:0"], "give --tls-cert and --tls-key"),
        (["--listen", "[::]:0"], "give --tls-cert and --tls-key"),
        (["--listen", "192.0.2.1:0", "--insecure-plain-http"], "cannot listen"),
        (["--tls-cert", "/no/file"], "together"),
        (["--tls-cert", "/no/file", "--tls-key", "/no/key"], "cannot be read"),
        (["--settings", "/no/file"], "/no/file"),
        (["--token-file", "/no/file"], "/no/file"),
    ],
)
def test_what_cannot_be_served_safely_is_not_served(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.setenv("SPECEDIT_TOKEN", TOKEN)
    status, said = words_of("serve", *arguments)
    assert status == 2
    assert words in said
    assert TOKEN not in said


@pytest.mark.parametrize(
    ("token", "words"),
    [("", "must have a token"), ("short", "easily guessed"), ("x y" * 9, "without spaces")],
)
def test_a_worker_without_a_token_worth_the_name_is_not_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, token: str, words: str
) -> None:
    monkeypatch.setenv("SPECEDIT_TOKEN", token)
    status, said = words_of("serve")
    assert (status, words in said) == (2, True)
    file = tmp_path / "token"
    file.write_text(token)
    file.chmod(0o600)
    status, said = words_of("serve", "--token-file", str(file))
    assert (status, words in said) == (2, True)
    file.write_text(TOKEN)
    file.chmod(0o640)
    assert "chmod 600" in words_of("serve", "--token-file", str(file))[1]


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A team's worker at a free port, and its URL."""
    with subprocess.Popen(
        [*COMMAND, "serve", "--model", "/no/such/model", *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            introduction = process.stdout.readline() + process.stdout.readline()
            url = introduction.split()[2]
            assert f"specedit worker login {url}" in introduction
            assert f"set worker.url to {url}" in introduction
            assert TOKEN not in introduction
            yield url, process
        finally:
            process.kill()


@pytest.mark.usefixtures("light_workers")
def test_a_team_is_served_over_tls_by_token_until_a_signal(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    chain, key, token = (tmp_path / name for name in ("chain.pem", "key.pem", "token"))
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(str(chain), append=True)
    certificate.private_key_pem.write_to_path(str(key))
    token.write_text(f"{TOKEN}\n")
    token.chmod(0o600)
    files = ("--tls-cert", str(chain), "--tls-key", str(key), "--token-file", str(token))
    with serving("--listen", "127.0.0.1:0", *files) as (url, process):
        trusted = ssl.create_default_context()
        authority.configure_trust(trusted)
        assert url.startswith("https://127.0.0.1:")
        with httpx.Client(base_url=url, verify=trusted, trust_env=False) as client:
            assert client.get("/v1/status").status_code == 401
            answer = client.get("/v1/status", headers={"Authorization": f"Bearer {TOKEN}"})
            assert answer.status_code == 200
            assert answer.json()["model"] == "/no/such/model"
        command_line = Path(f"/proc/{process.pid}/cmdline").read_text()
        assert TOKEN not in command_line
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.usefixtures("light_workers")
def test_this_machine_alone_is_served_without_tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPECEDIT_TOKEN", TOKEN)
    settings = tmp_path / "settings.json"
    settings.write_text('{"worker": {"maxQueued": 3}}')
    with serving("--listen", "127.0.0.1:0", "--settings", str(settings)) as (url, process):
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=url, headers=bearer, trust_env=False) as client:
            assert client.get("/v1/status").status_code == 200
            with client.stream("GET", "/v1/status/stream") as statuses:
                lines = statuses.iter_lines()
                next(lines)
                process.send_signal(signal.SIGINT)
                for _ in lines:
                    pass  # who follows its status is let go
        assert process.wait(20) == 0


@pytest.mark.usefixtures("light_workers")
def test_a_rewrite_from_a_shell_goes_to_the_worker_that_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SPECEDIT_TOKEN", TOKEN)
    file, settings = tmp_path / "shop.py", tmp_path / "settings.json"
    file.write_text("total = 1\n")
    with serving("--listen", "127.0.0.1:0") as (url, _):
        settings.write_text(json.dumps({"worker": {"url": url}}))
        for options in (["--worker", url], ["--settings", str(settings), "--sources", "none"]):
            arguments = ["rewrite", str(file), "-i", "x", "--json", *options]
            monkeypatch.setenv("SPECEDIT_TOKEN", TOKEN)
            assert json.loads(CliRunner().invoke(app, arguments).stdout)["reason"] == "modelUnusable"
            monkeypatch.setenv("SPECEDIT_TOKEN", "another")
            assert json.loads(CliRunner().invoke(app, arguments).stdout)["reason"] == "notAuthorised"


def test_settings_that_are_none_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPECEDIT_TOKEN", TOKEN)
    settings = tmp_path / "settings.json"
    settings.write_text('{"worker": {"maxQueue": 3}}')
    status, said = words_of("serve", "--settings", str(settings))
    assert (status, "worker.maxQueue" in said) == (2, True)
