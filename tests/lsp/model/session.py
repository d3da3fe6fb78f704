"""The real server in this process, without a socket, a pipe or a worker."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from specedit_lsp.lsp.message_stream import Message
from specedit_lsp.lsp.server import SpecEditServer, create_server
from specedit_lsp.text.positions import Encoding
from specedit_lsp.transport.workers import Worker
from tests.lsp.model.scripted_worker import ScriptedWorker
from tests.lsp.model.virtual_time import VirtualTimeLoop


class Session:
    """A server that is initialised, and the line to its client."""

    def __init__(
        self,
        loop: VirtualTimeLoop,
        encoding: Encoding,
        *,
        checks_versions: bool = True,
        applies_edits: bool = True,
    ) -> None:
        self.loop = loop
        self.encoding = encoding
        self.worker = ScriptedWorker()
        self.listener: Callable[[dict[str, Any]], None] = lambda message: None
        workspace = {"applyEdit": applies_edits, "workspaceEdit": {"documentChanges": checks_versions}}
        self.server = loop.run(self._start(workspace))
        self.server.worker = cast("Worker", self.worker)

    def send(self, **message: Any) -> None:
        """What the client says reaches the server."""
        # Through JSON, so that nobody can change what the other holds.
        self.server.protocol.receive(Message(json.loads(json.dumps({"jsonrpc": "2.0", **message}))))

    def write(self, data: bytes) -> None:
        """What the server says reaches the client."""
        self.listener(json.loads(data.split(b"\r\n\r\n", 1)[1]))

    def close(self) -> None:
        """There is nothing to close."""

    async def _start(self, workspace: dict[str, Any]) -> SpecEditServer:
        self.server = create_server()
        self.server.protocol.set_writer(self)
        capabilities = {
            "general": {"positionEncodings": [self.encoding.value]},
            "workspace": workspace,
            "window": {"workDoneProgress": True},
        }
        params = {"processId": None, "rootUri": None, "capabilities": capabilities}
        self.send(id=0, method="initialize", params=params)
        return self.server
