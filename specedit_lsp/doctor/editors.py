"""Editors on this machine, and what they have of ours. None is waited for longer than a few seconds."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from specedit_lsp.doctor.finding import Finding
from specedit_lsp.version import VERSION

PATIENCE_SECONDS = 8.0
VSCODE_PROGRAMS = ("code", "code-insiders", "codium", "code-server", "cursor")
VSCODE_EXTENSION = "specedit.specedit"
_FIND_PLUGIN = (
    "lua for _, file in ipairs(vim.api.nvim_get_runtime_file('lua/specedit/version.lua', false)) do "
    "io.stdout:write('specedit=' .. dofile(file) .. ' in ' .. vim.fs.dirname(file)) end"
)


@dataclass(frozen=True, slots=True)
class RecipeEditor:
    """An editor that needs no plugin, only a few lines in its configuration."""

    name: str
    program: str
    configurations: tuple[str, ...]
    """Files, below the home folder, that may hold those lines."""


RECIPES = (
    RecipeEditor("Helix", "hx", (".config/helix/languages.toml",)),
    RecipeEditor("Helix", "helix", (".config/helix/languages.toml",)),
    RecipeEditor("Emacs", "emacs", (".emacs", ".emacs.d/init.el", ".config/emacs/init.el")),
)


def check_editors(home: Path) -> Iterator[Finding]:
    """All editors that are on the PATH."""
    found = False
    for program in VSCODE_PROGRAMS:
        if shutil.which(program):
            found = True
            yield check_vscode(program)
    if shutil.which("nvim"):
        found = True
        yield check_neovim("nvim")
    for editor in RECIPES:
        if shutil.which(editor.program):
            found = True
            yield check_recipe(editor, home)
    if not found:
        yield Finding("editors", ok=True, says="none that this knows is on the PATH")


def check_vscode(program: str) -> Finding:
    """A VS Code, or one of its kin, and the version of our extension in it."""
    said = _run([program, "--list-extensions", "--show-versions"])
    if isinstance(said, Finding):
        return said
    match = re.search(rf"^{re.escape(VSCODE_EXTENSION)}@(\S+)", said, re.MULTILINE)
    if match is None:
        advice = f"Build it by scripts/package_vscode and run: {program} --install-extension specedit.vsix"
        return Finding(program, ok=True, says="without our extension", advice=advice)
    return _judge(program, "extension", match[1])


def check_neovim(program: str) -> Finding:
    """Neovim with its user's own configuration, and the version of our plugin in it."""
    said = _run([program, "--headless", "-i", "NONE", "-c", _FIND_PLUGIN, "-c", "quitall!"])
    if isinstance(said, Finding):
        return said
    match = re.search(r"specedit=(\S+) in (.*)", said)
    if match is None:
        advice = "Add the folder editors/nvim to your plugins; its help says how."
        return Finding(program, ok=True, says="without our plugin", advice=advice)
    return _judge(program, f"plugin in {Path(match[2].strip()).parent.parent}", match[1])


def check_recipe(editor: RecipeEditor, home: Path) -> Finding:
    """Whether an editor's configuration names us."""
    said = _run([editor.program, "--version"])
    if isinstance(said, Finding):
        return said
    paths = [home / name for name in editor.configurations]
    naming = [path for path in paths if path.is_file() and "specedit" in path.read_text(errors="replace")]
    says = said.strip().splitlines()[0] if said.strip() else editor.name
    if naming:
        return Finding(editor.program, ok=True, says=f"{says}; {naming[0]} names specedit")
    advice = "editors/README.md has the lines for its configuration."
    return Finding(editor.program, ok=True, says=f"{says}; not set up for specedit", advice=advice)


def _judge(program: str, part: str, found: str) -> Finding:
    says = f"{part}, version {found}"
    if found == VERSION:
        return Finding(program, ok=True, says=says)
    advice = f"The server is version {VERSION}: install both of one version."
    return Finding(program, ok=False, says=says, advice=advice)


def _run(command: Sequence[str]) -> str | Finding:
    """What a program prints; a finding if it does not end in time, or badly."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        says = f"no answer within {PATIENCE_SECONDS:.0f} seconds"
        return Finding(command[0], ok=False, says=says, advice=f"Try by hand: {' '.join(command[:3])}")
    except (OSError, subprocess.CalledProcessError) as error:
        return Finding(command[0], ok=False, says=str(error), advice=f"Try by hand: {' '.join(command[:3])}")
    return done.stdout + done.stderr
