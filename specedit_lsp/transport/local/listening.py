"""What a worker of this machine listens on: a unix socket where there are any, else a loopback port."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from specedit_lsp.transport.endpoint import Endpoint

BACKLOG = 128


class Listening(Protocol):
    """A way to be reached by the processes of this user."""

    @property
    def name(self) -> str:
        """What it is called on a command line."""
        ...

    def bind(self, path: Path) -> socket.socket:
        """Return a socket that listens; ``path`` is free for its use.

        Raises:
            OSError: there is no such socket.
        """
        ...

    def address(self, bound: socket.socket, token: str) -> Endpoint:
        """Where the socket that :meth:`bind` returned is reached."""
        ...


@dataclass(frozen=True, slots=True)
class UnixListening:
    """A socket in a folder that only the user may enter."""

    name: str = "unix"

    def bind(self, path: Path) -> socket.socket:
        """Listen at ``path``, in the place of a worker that is gone."""
        if sys.platform == "win32":
            raise OSError("Python has no unix sockets on Windows")
        path.unlink(missing_ok=True)
        bound = socket.socket(socket.AF_UNIX)
        before = os.umask(0o177)
        try:
            bound.bind(str(path))
        finally:
            os.umask(before)
        bound.listen(BACKLOG)
        return bound

    def address(self, bound: socket.socket, token: str) -> Endpoint:
        """The path of the socket."""
        return Endpoint.at_socket(Path(bound.getsockname()), token)


@dataclass(frozen=True, slots=True)
class LoopbackListening:
    """A free port that only processes of this machine reach: those of other users too, but not the token."""

    name: str = "loopback"

    def bind(self, path: Path) -> socket.socket:
        """Listen on a port that the system chooses."""
        bound = socket.socket(socket.AF_INET)
        if sys.platform == "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        bound.bind(("127.0.0.1", 0))
        bound.listen(BACKLOG)
        return bound

    def address(self, bound: socket.socket, token: str) -> Endpoint:
        """The port on the loopback."""
        host, port = bound.getsockname()
        return Endpoint(f"http://{host}:{port}", token)


LISTENING: dict[str, Listening] = {way.name: way for way in (UnixListening(), LoopbackListening())}


def choose_listening() -> Listening:
    """Return how a worker of this machine is best reached."""
    return LoopbackListening() if sys.platform == "win32" else UnixListening()
