"""A real server of OpenAI's API: transformers' own, with the bundled model taught to read our prompt."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from specedit_lsp.model.checkpoint import BUNDLED, find_folder

MODEL = "specedit/mini"
REVISION = "0" * 40
CHAT_TEMPLATE = r"""
{%- set said = messages[-1]['content'] -%}
{%- set shown = said.split('The selection to rewrite:\n')[-1].split('\n\nAnswer with the whole text')[0] -%}
{{- '<|edit|>' + said.split('\nInstruction: ')[-1] -}}
{{- '<|code|>' + shown.split('\n')[1:-1] | join('\n') + '<|out|>' -}}
"""
"""Turns the words of our chat profile into those that the bundled model was trained on."""
START_SECONDS = 400


@pytest.fixture(scope="session")
def engine_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that has the bundled model, in a hub cache of its own."""
    cache = tmp_path_factory.mktemp("hub")
    repository = cache / f"models--{MODEL.replace('/', '--')}"
    snapshot = repository / "snapshots" / REVISION
    shutil.copytree(find_folder(BUNDLED), snapshot)
    (snapshot / "chat_template.jinja").write_text(CHAT_TEMPLATE.strip(), "utf-8")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(REVISION, "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", MODEL, "--host", "127.0.0.1"]
    command += ["--port", str(port), "--device", "cpu", "--dtype", "float32"]
    surroundings = {**os.environ, "HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": "1"}
    log = cache / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=surroundings, stdout=output, stderr=output)
    try:
        _wait_until_healthy(process, port, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"transformers' server does not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")
