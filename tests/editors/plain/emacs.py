"""Emacs, with its own eglot or with lsp-mode, and the init file from their recipes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from tests.editors.plain.plain_editor import PlainEditor
from tests.editors.plain.recipes import read_recipe

QUIET = """\
(setq inhibit-startup-screen t make-backup-files nil auto-save-default nil create-lockfiles nil)
(setq suggest-key-bindings nil undo-inhibit-region t)
(load "lsp-mode-autoloads")
(setq lsp-auto-guess-root t lsp-auto-execute-action nil)
"""
EARLY = """\
; Compiling in the background would take the cores that the tests need.
(setq native-comp-jit-compilation nil native-comp-enable-subr-trampolines nil)
; The terminal of the tests does not answer what xterm does.
(setq xterm-extra-capabilities nil)
"""


class Emacs(PlainEditor):
    """What both clients in Emacs have in common: all but their names for things."""

    program = "emacs"
    arguments = ("-nw",)
    heading: ClassVar[str]
    connected: ClassVar[str]
    """Regular expression of what the mode line shows once the server answers."""
    progress: ClassVar[str]
    """Regular expression of what it shows while a rewrite runs."""
    code_actions: ClassVar[str]
    prompt: ClassVar[str]
    started = "*scratch*"
    reverts_by = "\x1bxundo-only\r"

    @classmethod
    def configure(cls, home: Path, preset: str, settings: Mapping[str, Mapping[str, object]]) -> None:
        folder = home / "config" / "emacs"
        folder.mkdir(parents=True)
        (folder / "early-init.el").write_text(EARLY)
        more = "".join(f":{section} {_plist(values)} " for section, values in settings.items())
        recipe = read_recipe(cls.heading, preset).replace("(:presets ", f"({more}:presets ")
        (folder / "init.el").write_text(QUIET + recipe)

    def visit(self, name: str) -> None:
        self.terminal.press(f"\x1bxfind-file\r{name}\r")
        self.terminal.wait_until(
            lambda: re.search(self.connected, self.terminal.text) is not None, "the server"
        )

    def select_lines(self, first: int, last: int) -> None:
        self.terminal.press(f"\x1bgg{first}\r\x00\x1bgg{last + 1}\r")

    def place_cursor(self, line: int) -> None:
        self.terminal.press(f"\x1bgg{line}\r")

    def choose_action(self, title: str) -> None:
        self.terminal.press(f"\x1bx{self.code_actions}\r")
        self.terminal.wait_for(self.prompt)
        self.terminal.press(f"{title}\r")

    def insert_line_above(self, line: int, text: str) -> None:
        self.terminal.press(f"\x1bgg{line}\r{text}\r")
        self.terminal.wait_for(text)

    def shows_progress(self) -> bool:
        return re.search(self.progress, self.terminal.text) is not None

    def save(self) -> None:
        self.terminal.press("\x18\x13")


def _plist(values: Mapping[str, object]) -> str:
    """Settings as Emacs Lisp writes them; numbers, texts and empty lists are as in JSON."""
    return "(" + " ".join(f":{name} {json.dumps(value)}" for name, value in values.items()) + ")"


class Eglot(Emacs):
    """Emacs with eglot, which comes with it."""

    heading = "Emacs with eglot"
    connected = r"\[eglot:workspace"
    # At its end eglot says 100%, which may stay on the screen until the next key.
    progress = r"\[eglot:workspace/[^]]*(?<!\d)[0?]%"
    code_actions = "eglot-code-actions"
    prompt = "Pick an action"


class LspMode(Emacs):
    """Emacs with lsp-mode."""

    heading = "Emacs with lsp-mode"
    connected = r"LSP\[specedit:\d+\]"
    progress = r"⌛"
    code_actions = "lsp-execute-code-action"
    prompt = "Select code action"
