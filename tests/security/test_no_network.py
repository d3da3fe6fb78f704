"""Nothing leaves this machine unless the user named another one."""

from __future__ import annotations

import socket

import pytest

from specedit_lsp.settings import Settings
from specedit_lsp.transport.local.shared_worker import SharedWorker
from specedit_lsp.transport.messages import RewriteOrder, RewriteStats
from specedit_lsp.transport.workers import find_worker
from specedit_lsp.worker.engine.model_engine import ModelEngine


def test_without_an_address_the_worker_is_this_machines() -> None:
    assert isinstance(find_worker(Settings()), SharedWorker)


def test_loading_and_rewriting_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def refuse(*where: object) -> None:
        asked.append(where)
        raise OSError("there is no network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    engine = ModelEngine.load(Settings.model_validate({"model": {"device": "cpu"}}), lambda percent: None)
    order = RewriteOrder(instruction="rename a to b", selection="a = 1\n", language="python")
    *_, last = engine.rewrite(order, lambda: False)
    assert isinstance(last, RewriteStats)
    assert asked == []
    with pytest.raises(OSError, match="no network"):
        socket.create_connection(("127.0.0.1", 9))
    assert asked, "it would have been seen"
