"""What a test does with an editor that has no plugin of ours."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

from tests.editors.plain.terminal import Terminal

PRESET = "Rename"
"""Title of the preset that the recipes have."""


class PlainEditor(ABC):
    """A running editor with its recipe as configuration, and one file in front of it."""

    program: ClassVar[str]
    """What it is called in the folder of editors."""
    arguments: ClassVar[tuple[str, ...]] = ()
    nudge: ClassVar[str] = ""
    """Keys that mean nothing, for an editor that may have read keys and wait for another."""
    started: ClassVar[str]
    """What the screen shows once keys count."""
    reverts_by: ClassVar[str]
    """Keys that undo one step."""

    def __init__(self, terminal: Terminal, workspace: Path) -> None:
        self.terminal = terminal
        self.workspace = workspace
        self.file = workspace

    @staticmethod
    @abstractmethod
    def configure(home: Path, preset: str, settings: Mapping[str, Mapping[str, object]]) -> None:
        """Write the recipe into ``home``, with this instruction in its preset and more settings."""

    @abstractmethod
    def visit(self, name: str) -> None:
        """Show a file of the workspace."""

    @abstractmethod
    def select_lines(self, first: int, last: int) -> None:
        """Select whole lines, counted from 1."""

    @abstractmethod
    def place_cursor(self, line: int) -> None:
        """Go to a line, with nothing selected."""

    @abstractmethod
    def choose_action(self, title: str) -> None:
        """Open the menu of code actions and choose one."""

    @abstractmethod
    def insert_line_above(self, line: int, text: str) -> None:
        """Type a new line above another one."""

    @abstractmethod
    def shows_progress(self) -> bool:
        """Whether the user sees that something is going on."""

    @abstractmethod
    def save(self) -> None:
        """Write the file in front to the disk."""

    def open(self, name: str, text: str) -> None:
        """Make a file and show it. Line ends are kept as they are."""
        self.file = self.workspace / name
        self.file.write_bytes(text.encode())
        self.visit(name)
        self.terminal.wait_for(text.splitlines()[0].rstrip())

    def rewrite_lines(self, first: int, last: int, title: str = PRESET) -> None:
        """Have lines rewritten by the code action of this title."""
        self.select_lines(first, last)
        self.choose_action(title)

    def expect_text(self, condition: Callable[[str], bool], what: str) -> None:
        """Save until the file reads as wanted."""

        def holds() -> bool:
            self.save()
            return condition(self.read_file())

        self.terminal.wait_until(holds, what, pause=0.3)

    def read_file(self) -> str:
        """What the file reads on the disk; nothing while it is being replaced."""
        with suppress(FileNotFoundError):
            return self.file.read_bytes().decode()
        return ""

    def undo(self) -> None:
        """Take one step back."""
        self.terminal.press(self.reverts_by)


@contextmanager
def running(
    editor: type[PlainEditor], folder: Path, preset: str, **settings: Mapping[str, object]
) -> Iterator[PlainEditor]:
    """Start an editor in ``folder``, with its recipe, more settings and a workspace of its own.

    Raises:
        FileNotFoundError: the editor is not installed.
    """
    home, workspace = folder / "home", folder / "workspace"
    for made in (home, workspace):
        made.mkdir()
    editor.configure(home, preset, settings)
    (workspace / ".git").mkdir()
    environment = {
        **os.environ,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "STATE", "DATA", "CACHE")},
    }
    program = Path(os.environ["SPECEDIT_PLAIN_EDITORS"], "bin", editor.program)
    with Terminal(
        [str(program), *editor.arguments], workspace, environment, logs=home, nudge=editor.nudge
    ) as terminal:
        terminal.wait_for(editor.started)
        yield editor(terminal, workspace)
