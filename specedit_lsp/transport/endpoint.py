"""Where a worker answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a worker and the token that it asks for."""

    url: str
    """The base of its routes: ``https://host:port``, or any host name where there is a socket."""
    token: str = field(repr=False)
    socket: Path | None = None
    """The unix socket it listens on; None if the address is to be connected to."""

    @classmethod
    def at_socket(cls, path: Path, token: str) -> Endpoint:
        """A worker of this machine."""
        return cls("http://worker", token, path)
