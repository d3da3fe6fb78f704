"""Files as the command line reads, selects from and writes them."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import typer

from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import Encoding, Position, PositionOutOfBounds, offset_at

LANGUAGES = {
    ".bash": "shellscript", ".c": "c", ".cc": "cpp", ".cpp": "cpp", ".cs": "csharp", ".css": "css",
    ".go": "go", ".h": "c", ".hpp": "cpp", ".html": "html", ".java": "java", ".js": "javascript",
    ".json": "json", ".jsx": "javascriptreact", ".kt": "kotlin", ".lua": "lua", ".md": "markdown",
    ".php": "php", ".py": "python", ".pyi": "python", ".rb": "ruby", ".rs": "rust", ".scala": "scala",
    ".sh": "shellscript", ".sql": "sql", ".swift": "swift", ".toml": "toml", ".ts": "typescript",
    ".tsx": "typescriptreact", ".yaml": "yaml", ".yml": "yaml",
}  # fmt: skip
"""LSP language identifiers by file name ending."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text file at the moment it was read. Its line ends and byte order mark are part of the text."""

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> SourceFile:
        """Read a file.

        Raises:
            typer.BadParameter: it cannot be read, or is no UTF-8 text.
        """
        try:
            return cls(path, path.read_bytes().decode("utf-8"))
        except OSError as error:
            raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise typer.BadParameter(
                f"{path} is not UTF-8 text (byte {error.start}): convert it first"
            ) from None

    @property
    def language(self) -> str:
        """The LSP language identifier."""
        return LANGUAGES.get(self.path.suffix.lower(), "plaintext")

    def select(self, lines: str, span: str) -> tuple[int, int]:
        """The offsets that ``--lines A:B`` or ``--range L:C-L:C`` mean; the whole text if both are empty.

        Raises:
            typer.BadParameter: not of that form, or beyond the end.
        """
        if lines and span:
            raise typer.BadParameter("give either --lines or --range, not both")
        if span:
            return self._select_span(span)
        return self._select_lines(lines) if lines else (0, len(self.text))

    def write(self, text: str) -> None:
        """Replace the file's text, all at once or not at all.

        Raises:
            OSError: it cannot be written.
            FileChanged: it does not read any more as it did; it is left alone.
        """
        if self.path.read_bytes() != self.text.encode():
            raise FileChanged(f"{self.path} was changed by somebody else meanwhile, so it was left alone")
        target = self.path.resolve()
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
            shutil.copymode(target, name)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _select_lines(self, lines: str) -> tuple[int, int]:
        match = re.fullmatch(r"(\d+)(?::(\d+))?", lines)
        if match is None:
            raise typer.BadParameter(f"--lines {lines!r} is not of the form A:B, such as 10:20")
        first, last = int(match[1]), int(match[2] or match[1])
        index = Lines(self.text)
        # A final newline opens a line that holds nothing to select.
        count = index.count - (self.text[-1:] in ("\n", "\r"))
        if not 1 <= first <= last <= count:
            raise typer.BadParameter(
                f"--lines {lines}: {self.path} has lines 1 to {count}, and A may not be above B"
            )
        return index.start(first - 1), index.end(last - 1)

    def _select_span(self, span: str) -> tuple[int, int]:
        match = re.fullmatch(r"(\d+):(\d+)-(\d+):(\d+)", span)
        if match is None:
            raise typer.BadParameter(f"--range {span!r} is not of the form L:C-L:C, such as 10:5-12:1")
        numbers = [int(number) - 1 for number in match.groups()]
        index = Lines(self.text)
        try:
            start, end = (
                offset_at(index, Position(*at), Encoding.UTF32) for at in (numbers[:2], numbers[2:])
            )
        except PositionOutOfBounds:
            raise typer.BadParameter(
                f"--range {span}: {self.path} has lines 1 to {index.count}; lines and columns count from 1"
            ) from None
        if start > end:
            raise typer.BadParameter(f"--range {span} ends before it starts")
        return start, end


class FileChanged(Exception):
    """Somebody else wrote to the file."""
