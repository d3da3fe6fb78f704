"""Helix, with `languages.toml` from its recipe."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from tests.editors.plain.plain_editor import PlainEditor
from tests.editors.plain.recipes import read_recipe

SPINNER = frozenset("⡿⣟⣯⣷⣾⣽⣻⢿")


class Helix(PlainEditor):
    """Helix, whose user selects first and acts then."""

    program = "hx"
    arguments = ("-v",)
    # Helix's library for terminals may lose the news that it has read keys. That the window has got the focus
    # wakes it, and no more.
    nudge = "\x1b[I"
    started = "NOR"
    reverts_by = "u"

    @staticmethod
    def configure(home: Path, preset: str, settings: Mapping[str, Mapping[str, object]]) -> None:
        folder = home / "config" / "helix"
        folder.mkdir(parents=True)
        lines = [read_recipe("Helix", preset)]
        for section, values in settings.items():
            lines.append(f"[language-server.specedit.config.{section}]")
            lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
        (folder / "languages.toml").write_text("\n".join(lines) + "\n")

    def visit(self, name: str) -> None:
        # Keys for the menu do nothing until the server knows the file.
        log = self.workspace.parent / "home" / "cache" / "helix" / "helix.log"

        def is_known() -> bool:
            return any("didOpen" in line and f"/{name}" in line for line in log.read_text().splitlines())

        self.terminal.press(f":open {name}\r")
        self.terminal.wait_until(is_known, "the server", pause=0.1)

    def select_lines(self, first: int, last: int) -> None:
        self.terminal.press(f"{first}gg{last - first + 1}x")

    def place_cursor(self, line: int) -> None:
        self.terminal.press(f"{line}gg")

    def choose_action(self, title: str) -> None:
        self.terminal.press(" a")
        self.terminal.wait_for(title)
        lines = self.terminal.text.split("\n")
        row = next(row for row, line in enumerate(lines) if title in line)
        # The menu starts below the cursor's line, which the status line tells, with its first entry chosen.
        cursor = re.search(r"(\d+):\d+\s*$", lines[-2])
        assert cursor, lines[-2]
        self.terminal.press("\t" * (row - int(cursor[1])) + "\r")

    def insert_line_above(self, line: int, text: str) -> None:
        self.terminal.press(f"{line}ggO{text}")
        self.terminal.wait_for(text)
        # A key that came together with escape would be taken for one with Alt.
        self.terminal.press("\x1b")
        self.terminal.wait_for("NOR")

    def shows_progress(self) -> bool:
        return not SPINNER.isdisjoint(self.terminal.text)

    def save(self) -> None:
        self.terminal.press(":write\r")
