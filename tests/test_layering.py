"""Imports run one way, as docs/architecture.md says. This reads them from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "specedit_lsp"

GROUND = {"settings", "settings_schema", "text", "version"}
"""What anyone may stand on."""

ALLOWED: dict[str, set[str]] = {
    "settings": set(),
    "settings_schema": set(),
    "version": set(),
    "text": set(),
    "transport": {"prompting"},  # in whose words another engine is asked
    "rewriting": {"transport"},
    "client": {"rewriting", "transport"},
    "lsp": {"rewriting", "transport"},
    "drafting": set(),
    "model": set(),
    "decoding": {"drafting", "model"},
    "prompting": {"transport.messages"},
    "worker": {"transport", "prompting", "decoding", "drafting", "model"},
    "training": {"decoding", "drafting", "model", "prompting", "transport.messages"},
    "evaluation": {
        "decoding",
        "drafting",
        "model",
        "prompting",
        "training.corpus",
        "transport",
        "worker",
    },
    "trace": {"decoding.acceptance", "evaluation", "model.faults", "transport.messages", "worker"},
    "catalogue": {"model", "transport"},
    "doctor": {"catalogue", "client", "model", "prompting", "rewriting", "transport"},
    "cli": {
        "lsp",
        "rewriting",
        "trace",
        "transport",
        "worker",
        "training",
        "evaluation",
        "catalogue",
        "client",
        "doctor",
    },
    "__main__": {"cli"},
    "__init__": set(),
}
"""Which of our packages each may import besides itself and the ground."""

THIRD_PARTY = {
    "torch": {"model", "worker", "training", "evaluation", "catalogue", "doctor"},
    "transformers": {"model", "prompting", "training", "decoding", "evaluation"},
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
    "starlette": {"worker"},
    "uvicorn": {"worker"},
    "httpx": {"transport"},
    "typer": {"cli"},
    "jinja2": {"prompting"},
    "ray": {"worker", "evaluation"},
}
"""Who may import what; libraries not named here are anyone's."""


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where things come from"
            yield node.module or ""


def is_allowed(room: str, module: str) -> bool:
    inner = module.removeprefix("specedit_lsp").lstrip(".")
    target = inner.split(".")[0]
    if target in GROUND or target in {room, ""}:
        return True
    return any(inner == allowed or inner.startswith(allowed + ".") for allowed in ALLOWED[room])


def source_files() -> list[Path]:
    files = sorted(PACKAGE.rglob("*.py"))
    assert len(files) > 30
    return files


@pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    room = room_of(path)
    for module in imports_of(path):
        library = module.split(".")[0]
        if library == "specedit_lsp":
            assert is_allowed(room, module), f"{room} may not import {module}"
        else:
            assert room in THIRD_PARTY.get(library, {room}), f"{room} may not import {library}"


def test_text_needs_nothing_but_the_standard_library() -> None:
    for path in (PACKAGE / "text").rglob("*.py"):
        for module in imports_of(path):
            assert module.split(".")[0] in {*sys.stdlib_module_names, "specedit_lsp"}


def test_the_language_server_loads_no_model_library() -> None:
    heavy = "{'torch', 'transformers', 'starlette'}"
    script = f"import sys, specedit_lsp.lsp.server; print(*({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_the_rule_itself_can_fail() -> None:
    assert not is_allowed("text", "specedit_lsp.lsp.server")
    assert not is_allowed("prompting", "specedit_lsp.transport.client")
    assert is_allowed("prompting", "specedit_lsp.transport.messages")
    assert is_allowed("lsp", "specedit_lsp.text.lines")
