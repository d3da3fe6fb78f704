"""Which of the client's workspace folders a document belongs to, and what that says to the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pygls.uris import to_fs_path
from pygls.workspace import Workspace

from specedit_lsp.rewriting.project import Project
from specedit_lsp.rewriting.project_rules import ProjectRules
from specedit_lsp.settings import ContextSettings
from specedit_lsp.transport.messages import digest


class Projects:
    """The workspace folders of one client."""

    def __init__(self, complain: Callable[[str], None]) -> None:
        """``complain`` hears why rules that are there are not used."""
        self._complain = complain
        self._rules: dict[Path, ProjectRules] = {}

    def find(self, workspace: Workspace, uri: str, context: ContextSettings, is_trusted: bool) -> Project:
        """The project of a document. Rules come from trusted workspaces only."""
        key = digest(str(workspace.root_uri)) if workspace.root_uri else ""
        root = _find_root(workspace, uri)
        if root is None or not is_trusted:
            return Project(key, "", context)
        if root not in self._rules:
            self._rules[root] = ProjectRules(root, self._complain)
        return Project(key, self._rules[root].read(context.rules), context)


def _find_root(workspace: Workspace, uri: str) -> Path | None:
    """The innermost folder with the document in it; that of the workspace for one that is not on the disk."""
    roots = list(_roots(workspace))
    if not uri.startswith("file:"):
        return roots[0] if roots else None
    path = Path(to_fs_path(uri) or "/")
    around = [root for root in roots if path.is_relative_to(root)]
    return max(around, key=lambda root: len(root.parts), default=None)


def _roots(workspace: Workspace) -> Iterator[Path]:
    uris = [workspace.root_uri, *(folder.uri for folder in workspace.folders.values())]
    for uri in uris:
        if uri and uri.startswith("file:") and (path := to_fs_path(uri)):
            yield Path(path)
