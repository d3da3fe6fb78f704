"""Rules of a project are read where they may be, and nothing else is."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from specedit_lsp.rewriting.git_ignore import is_ignored
from specedit_lsp.rewriting.project_rules import MOST_BYTES, ProjectRules

NAMES = (".specedit/rules.md", "AGENTS.md")


class Reader:
    """The rules of a folder, and what is complained of."""

    def __init__(self, root: Path) -> None:
        self.complaints: list[str] = []
        self._rules = ProjectRules(root, self.complaints.append)

    def read(self, *names: str) -> str:
        return self._rules.read(names or NAMES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace inside a folder with other things in it."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def test_the_first_file_that_is_there_counts(root: Path) -> None:
    rules = Reader(root)
    assert rules.read() == ""
    (root / "AGENTS.md").write_text("all\r\nof it")
    assert rules.read() == "all\nof it"
    (root / ".specedit").mkdir()
    (root / ".specedit/rules.md").write_text("ours")
    assert rules.read() == "ours"
    assert rules.complaints == []


def test_a_changed_file_is_read_again(root: Path) -> None:
    rules, path = Reader(root), root / "AGENTS.md"
    path.write_text("one")
    assert rules.read() == "one"
    path.write_text("two")
    os.utime(path, ns=(1, 1))
    assert rules.read() == "two"
    path.unlink()
    assert rules.read() == ""


def test_a_file_that_git_ignores_is_not_read(root: Path) -> None:
    rules = Reader(root)
    (root / ".git").mkdir()
    (root / "AGENTS.md").write_text("private")
    assert rules.read() == "private"
    (root / ".gitignore").write_text("AGENTS.md\n")
    assert rules.read() == rules.read() == ""
    [complaint] = rules.complaints
    assert "AGENTS.md" in complaint
    assert "git ignores it" in complaint


@pytest.mark.parametrize(
    "name", [".env", "server.pem", "id_rsa", ".ssh/notes.md", "Secrets.md", ".git/config"]
)
def test_what_looks_like_a_secret_is_not_read(root: Path, name: str) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("hunter2")
    rules = Reader(root)
    assert rules.read(name) == ""
    assert "looks like a secret" in rules.complaints[0]


def test_a_link_to_a_secret_is_one(root: Path) -> None:
    (root / ".env").write_text("hunter2")
    (root / "AGENTS.md").symlink_to(".env")
    rules = Reader(root)
    assert rules.read() == ""
    assert "looks like a secret" in rules.complaints[0]


def test_a_private_key_is_a_secret_under_any_name(root: Path) -> None:
    (root / "AGENTS.md").write_text("rules\n-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n")
    rules = Reader(root)
    assert rules.read() == ""
    assert "private key" in rules.complaints[0]


def test_nothing_leads_out_of_the_workspace(root: Path) -> None:
    outside = root.parent / "outside.md"
    outside.write_text("outside")
    (root / "link.md").symlink_to(outside)
    (root / "folder").symlink_to(root.parent)
    rules = Reader(root)
    for name in ("../outside.md", str(outside), "link.md", "folder/outside.md"):
        assert rules.read(name) == ""
        assert "outside the workspace" in rules.complaints.pop()


def test_a_workspace_that_is_itself_a_link_has_rules(root: Path) -> None:
    (root / "AGENTS.md").write_text("ours")
    (root.parent / "link").symlink_to(root)
    assert Reader(root.parent / "link").read() == "ours"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"x" * (MOST_BYTES + 1), "longer than 64 KiB"), (b"\xff\xfe\xff", "no UTF-8"), (b"a\0b", "no text")],
)
def test_what_is_no_text_of_a_fitting_length_is_not_read(root: Path, content: bytes, complaint: str) -> None:
    (root / "AGENTS.md").write_bytes(content)
    rules = Reader(root)
    assert rules.read() == ""
    assert complaint in rules.complaints[0]


def test_what_is_no_file_is_not_waited_for(root: Path) -> None:
    (root / "AGENTS.md").mkdir()
    os.mkfifo(root / "pipe.md")
    assert Reader(root).read("AGENTS.md", "pipe.md") == ""


@pytest.fixture
def home(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of a user, empty, for us and for git."""
    folder = root.parent / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return folder


def run_git(folder: Path, *arguments: str) -> str:
    told = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    return told.stdout


PATHS = ["a.md", "docs/a.md", "docs/inner/b.md", "keep/a.md", "build/x/y.md"]


@pytest.mark.parametrize(
    "ignore_files",
    [
        {".gitignore": "a.md\n"},
        {".gitignore": "/a.md\n"},
        {".gitignore": "docs/\n!docs/a.md\n"},
        {".gitignore": "docs/*\n!docs/a.md\n"},
        {".gitignore": "*.md\n", "keep/.gitignore": "!a.md\n"},
        {".gitignore": "!a.md\n", ".git/info/exclude": "*.md\n"},
        {"docs/.gitignore": "inner\n"},
        {".gitignore": "**/y.md\n# docs\n\\#x\n"},
        {".gitignore": "build\n", "build/x/.gitignore": "!y.md\n"},
        {".gitignore": "doc?/**/b.md\n"},
        {".gitignore": "\ufeffa.md\n"},
        {".gitignore": "build\\\n\\\n!\n[z-a].md\na.md\n"},
        {"../home/.config/git/ignore": "a.md\n"},
        {"../home/.gitconfig": "[core]\n\texcludesFile = ~/mine\n", "../home/mine": "docs/\n"},
        {
            "../home/.gitconfig": '[user]\n\tname = x\n[Core]\n\tExcludesfile="~/mine" # mine\n',
            "../home/.config/git/ignore": "keep/\n",
            "../home/mine": "docs/\n",
        },
        {"../home/.gitconfig": "[other]\n\texcludesFile = ~/mine\n", "../home/mine": "docs/\n"},
        {"../home/.config/git/config": "[core]\nexcludesfile = ~/mine\n", "../home/mine": "docs/\n"},
    ],
)
def test_git_agrees_on_what_is_ignored(root: Path, home: Path, ignore_files: dict[str, str]) -> None:
    run_git(root, "init", "--quiet")
    for name, content in ignore_files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    told = run_git(root, "check-ignore", *PATHS)
    assert [path for path in PATHS if is_ignored(root / path)] == told.split()


def test_worktrees_share_what_is_excluded(root: Path, home: Path) -> None:
    main, other = root / "main", root / "other"
    main.mkdir()
    run_git(main, "init", "--quiet")
    somebody = ("-c", "user.name=a", "-c", "user.email=a@b")
    run_git(main, *somebody, "commit", "--allow-empty", "--quiet", "-m", "a")
    run_git(main, "worktree", "add", "--quiet", str(other))
    (main / ".git" / "info" / "exclude").write_text("a.md\n")
    assert run_git(other, "check-ignore", "a.md")
    assert is_ignored(other / "a.md")
    assert not is_ignored(other / "b.md")


def test_a_circle_of_links_is_no_rules_file(root: Path) -> None:
    (root / "AGENTS.md").symlink_to(root / "CLAUDE.md")
    (root / "CLAUDE.md").symlink_to(root / "AGENTS.md")
    assert Reader(root).read() == ""


def test_outside_of_a_repository_nothing_is_ignored(root: Path) -> None:
    (root / ".gitignore").write_text("*\n")
    if any((folder / ".git").exists() for folder in root.parents):
        pytest.skip("the temporary folder is in a repository")
    assert not is_ignored(root / "a.md")
