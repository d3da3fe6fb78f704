"""Traces to look at, one of each kind for a whole run."""

from __future__ import annotations

import pytest

from specedit_lsp.trace import Trace
from specedit_lsp.worker.engine.model_engine import ModelEngine
from specedit_lsp.worker.tracing.schema import RewriteTrace
from tests.trace.samples import DOCSTRING, HOSTILE, RENAME, load_engine, take


@pytest.fixture(scope="session")
def kept() -> list[RewriteTrace]:
    """What the engine below has kept."""
    return []


@pytest.fixture(scope="session")
def engine(kept: list[RewriteTrace]) -> ModelEngine:
    """The bundled model, which keeps traces."""
    return load_engine(kept)


@pytest.fixture(scope="session")
def rename(engine: ModelEngine, kept: list[RewriteTrace]) -> Trace:
    """A rewrite that drafts foresaw."""
    return take(engine, kept, RENAME)


@pytest.fixture(scope="session")
def docstring(engine: ModelEngine, kept: list[RewriteTrace]) -> Trace:
    """A rewrite of several forwards, of which the model wrote a part itself."""
    return take(engine, kept, DOCSTRING)


@pytest.fixture(scope="session")
def hostile(engine: ModelEngine, kept: list[RewriteTrace]) -> Trace:
    """A rewrite whose code and instruction would like to be more than text."""
    return take(engine, kept, HOSTILE)
