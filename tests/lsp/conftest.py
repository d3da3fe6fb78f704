"""The real server without a process, for stories that the tests tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from specedit_lsp.text.positions import Encoding
from tests.lsp.model.session import Session
from tests.lsp.model.story import configure
from tests.lsp.model.virtual_time import VirtualTimeLoop


@pytest.fixture(scope="session")
def virtual_sessions() -> Iterator[dict[Encoding, Session]]:
    """A server for each position encoding, all by one clock that jumps."""
    loop = VirtualTimeLoop()
    yield {encoding: Session(loop, encoding) for encoding in Encoding}
    loop.close()


@pytest.fixture
def session(virtual_sessions: dict[Encoding, Session]) -> Session:
    """A server as most editors find it, with default settings."""
    session = virtual_sessions[Encoding.UTF16]
    configure(session)
    return session
