"""Text files as they are read and written without an editor."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import tokenize
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = {
    ".bash": "shellscript", ".c": "c", ".cc": "cpp", ".cpp": "cpp", ".cs": "csharp", ".css": "css",
    ".go": "go", ".h": "c", ".hpp": "cpp", ".html": "html", ".java": "java", ".js": "javascript",
    ".json": "json", ".jsx": "javascriptreact", ".kt": "kotlin", ".lua": "lua", ".md": "markdown",
    ".php": "php", ".py": "python", ".pyi": "python", ".rb": "ruby", ".rs": "rust", ".scala": "scala",
    ".sh": "shellscript", ".sql": "sql", ".swift": "swift", ".toml": "toml", ".ts": "typescript",
    ".tsx": "typescriptreact", ".yaml": "yaml", ".yml": "yaml",
}  # fmt: skip
"""LSP language identifiers by file name ending."""

_MARKED_ENCODINGS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
"""Byte order marks; that of UTF-32 begins like that of UTF-16."""


class FileUnreadable(Exception):
    """A file is not there, or holds no text that could be written back as it was."""


class FileChanged(Exception):
    """Somebody else wrote to the file."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text file at the moment it was read. Its line ends and byte order mark are part of the text."""

    path: Path
    text: str
    encoding: str = "utf-8"

    @classmethod
    def read(cls, path: Path) -> SourceFile:
        """Read a file in UTF-8, in UTF-16 or UTF-32 with a mark, or as its Python encoding line says.

        Raises:
            FileUnreadable: it cannot be read, or is no such text.
        """
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise FileUnreadable(f"{path} cannot be read: {error.strerror}") from None
        encoding = _detect_encoding(path, raw)
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            name = "UTF-8" if encoding == "utf-8" else encoding
            raise FileUnreadable(
                f"{path} is not {name} text (byte {error.start}): convert it first"
            ) from None
        if text.encode(encoding) != raw:
            raise FileUnreadable(f"{path} could not be written back in {encoding}: convert it first")
        return cls(path, text, encoding)

    @property
    def language(self) -> str:
        """The LSP language identifier."""
        return LANGUAGES.get(self.path.suffix.lower(), "plaintext")

    def write(self, text: str) -> None:
        """Replace the file's text, all at once or not at all; its mode, encoding and links stay.

        Raises:
            OSError: it cannot be written.
            UnicodeEncodeError: its encoding has no such characters.
            FileChanged: it does not read any more as it did; it is left alone.
        """
        raw = text.encode(self.encoding)
        target = self.path.resolve()
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
            shutil.copymode(target, name)
            if target.read_bytes() != self.text.encode(self.encoding):
                raise FileChanged(f"{self.path} was changed by somebody else meanwhile, so it was left alone")
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _detect_encoding(path: Path, raw: bytes) -> str:
    marked = next((name for mark, name in _MARKED_ENCODINGS if raw.startswith(mark)), None)
    if marked or path.suffix not in (".py", ".pyi"):
        return marked or "utf-8"
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    except SyntaxError as error:
        # An unknown name, or bytes that the first lines may not hold: UTF-8 says so with their place.
        if "unknown encoding" in str(error):
            raise FileUnreadable(f"{path} names an encoding that Python does not know: {error}") from None
        return "utf-8"
    return "utf-8" if declared == "utf-8-sig" else declared
