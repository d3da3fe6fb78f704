"""Tests in a real Neovim. `scripts/test_nvim` gets one and runs them; without it they are not collected."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

BINARY = os.environ.get("SPECEDIT_NVIM", "")

if BINARY:
    from tests.editors.nvim.neovim import Neovim
else:
    collect_ignore_glob = ["*.py"]


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neovim]:
    """An editor as users have it."""
    neovim = Neovim(BINARY, tmp_path_factory.mktemp("quick"), {})
    yield neovim
    neovim.close()


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neovim]:
    """One with drafting off and hunks sent line by line, so that there is time to interrupt."""
    settings = {"draft": {"sources": []}, "stream": {"mode": "line"}}
    neovim = Neovim(BINARY, tmp_path_factory.mktemp("slow"), {"settings": settings})
    yield neovim
    neovim.close()
