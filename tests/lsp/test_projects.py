"""A document's project is the workspace folder it lies in, and its rules go to the model with each order."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.workspace import Workspace

from specedit_lsp.lsp.projects import Projects
from specedit_lsp.rewriting.job import RewriteJob
from specedit_lsp.settings import ContextSettings

SYNC = types.TextDocumentSyncKind.Incremental


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with rules, and a folder in it with its own."""
    for folder, rules in ((tmp_path, "outer"), (tmp_path / "inner", "inner"), (tmp_path / "plain", "")):
        folder.mkdir(exist_ok=True)
        if rules:
            (folder / "AGENTS.md").write_text(rules)
    return tmp_path


def open_workspace(root: Path, *inner: str) -> Workspace:
    folders = [types.WorkspaceFolder((root / name).as_uri(), name) for name in inner]
    return Workspace(root.as_uri(), SYNC, folders)


def rules_of(
    workspace: Workspace, uri: str, context: ContextSettings | None = None, is_trusted: bool = True
) -> str:
    projects = Projects(lambda complaint: pytest.fail(complaint))
    return projects.find(workspace, uri, context or ContextSettings(), is_trusted).rules


def test_the_innermost_folder_counts(root: Path) -> None:
    workspace = open_workspace(root, "inner", "plain")
    assert rules_of(workspace, (root / "a.py").as_uri()) == "outer"
    assert rules_of(workspace, (root / "inner" / "b c" / "a.py").as_uri()) == "inner"
    assert rules_of(workspace, (root / "plain" / "a.py").as_uri()) == ""


def test_a_document_elsewhere_has_no_rules_and_a_new_one_has_the_workspaces(root: Path) -> None:
    workspace = open_workspace(root)
    assert rules_of(workspace, (root.parent / "a.py").as_uri()) == ""
    assert rules_of(workspace, "untitled:Untitled-1") == "outer"
    assert rules_of(Workspace(None, SYNC), "untitled:Untitled-1") == ""


def test_an_untrusted_workspace_has_no_rules(root: Path) -> None:
    assert rules_of(open_workspace(root), (root / "a.py").as_uri(), is_trusted=False) == ""


def test_the_names_are_those_of_the_settings(root: Path) -> None:
    (root / "STYLE").write_text("style")
    context = ContextSettings(rules=("STYLE", "AGENTS.md"))
    assert rules_of(open_workspace(root), (root / "a.py").as_uri(), context) == "style"
    assert rules_of(open_workspace(root), (root / "a.py").as_uri(), ContextSettings(rules=())) == ""


def test_an_order_carries_rules_and_budgets(root: Path) -> None:
    context = ContextSettings(max_tokens=7, rules_tokens=8)
    project = Projects(print).find(open_workspace(root), (root / "a.py").as_uri(), context, is_trusted=True)
    order = RewriteJob("1", "a\n", "do", project=project).order()
    assert (order.rules, order.context_tokens, order.rules_tokens) == ("outer", 7, 8)
    assert order.workspace
    assert str(root) not in order.workspace, "the workspace is told from others without naming it"


def test_complaints_are_passed_on(root: Path) -> None:
    complaints: list[str] = []
    projects = Projects(complaints.append)
    (root / ".env").write_text("x")
    context = ContextSettings(rules=(".env",))
    for _ in range(2):
        projects.find(open_workspace(root), (root / "a.py").as_uri(), context, is_trusted=True)
    assert len(complaints) == 1
    assert "AGENTS.md" not in complaints[0]
