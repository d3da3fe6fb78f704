"""Edits of files as a script lists them: one JSON object a line."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from specedit_lsp.client.selection import (
    BadSelection,
    parse_lines,
    select_all,
    select_lines,
    select_range,
)


class BadEditList(ValueError):
    """A list of edits cannot be read; the message names the line."""


class FileEdit(BaseModel):
    """A place in a file and what should become of it. Without ``lines`` or ``range`` it is the whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path
    instruction: str = ""
    lines: str = ""
    """``A:B``, whole lines, counted from 1, both included; a list of two numbers is taken as well."""
    range: str = ""
    """``L:C-L:C``, from a line and column up to another."""

    @field_validator("lines", mode="before")
    @classmethod
    def _join_numbers(cls, lines: object) -> object:
        return ":".join(map(str, lines)) if isinstance(lines, list) else lines

    def select(self, text: str) -> tuple[int, int]:
        """The offsets that are meant.

        Raises:
            BadSelection: they are not in the text, or not written as they should be.
        """
        if self.lines and self.range:
            raise BadSelection("give either lines or a range, not both")
        if self.range:
            return select_range(text, self.range)
        return select_lines(text, *parse_lines(self.lines)) if self.lines else select_all(text)


def read_edits(path: Path, instruction: str) -> list[FileEdit]:
    """Read a list of edits; ``instruction`` is for those that name none. Empty lines are skipped.

    Raises:
        BadEditList: the list cannot be read, or a line of it is no edit.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadEditList(f"{path} cannot be read: {error}") from None
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    edits = [_read_edit(f"{path} line {number}", line) for number, line in numbered]
    if not edits:
        raise BadEditList(f'{path} is empty. A line of it looks like {{"file": "a.py", "lines": "4:12"}}')
    given = {"instruction": instruction}
    return [edit if edit.instruction else edit.model_copy(update=given) for edit in edits]


def _read_edit(where: str, line: str) -> FileEdit:
    try:
        return FileEdit.model_validate_json(line)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        name = ".".join(map(str, problem["loc"]))
        raise BadEditList(f"{where}: {name + ': ' if name else ''}{problem['msg']}") from None
