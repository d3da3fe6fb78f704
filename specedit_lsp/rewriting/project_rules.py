"""The rules of a project, read from a file of its workspace that may be shown to a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from pathlib import Path

from specedit_lsp.rewriting.git_ignore import is_ignored

MOST_BYTES = 1 << 16
SECRET_NAMES = (
    *(
        ".env",
        ".env.*",
        "*.env",
        "*.pem",
        "*.key",
        "*.p12",
        "*.pfx",
        "*.ppk",
        "*.jks",
        "*.keystore",
        "*.kdbx",
    ),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.gpg", ".ssh", ".gnupg", ".aws", ".kube", ".git"),
    *(".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass", ".htpasswd", ".git-credentials"),
    *("credentials*", "secret", "secret.*", "secrets*"),
)
"""Names of files and folders that hold what nobody should be shown."""

_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")


class RulesRefused(Exception):
    """A file that is there must not be read; the message says why and what to do."""


class ProjectRules:
    """The rules of one workspace, read again only when their file changed."""

    def __init__(self, root: Path, complain: Callable[[str], None]) -> None:
        """``complain`` hears, once each, why a file that is there is not used."""
        self._root = root.resolve()
        self._complain = complain
        self._told: set[str] = set()
        self._known: dict[Path, tuple[tuple[int, int], str]] = {}

    def read(self, names: Sequence[str]) -> str:
        """The text of the first of the files that is there and may be read; empty if none is."""
        for name in names:
            try:
                text = self._read(name)
            except RulesRefused as refusal:
                self._tell(f"{name} is not used as the project's rules: {refusal}")
            except OSError as error:
                self._tell(f"{name} cannot be read: {error.strerror}. Its rules are left out.")
            except (RuntimeError, ValueError) as error:  # links in a circle; what can be no name of a file
                self._tell(f"{name} cannot be read: {error}. Its rules are left out.")
            else:
                if text:
                    return text
        return ""

    def _read(self, name: str) -> str:
        path = (self._root / name).resolve()
        if not path.is_file():
            return ""
        self._check_place(Path(name), path)
        status = path.stat()
        stamp = status.st_mtime_ns, status.st_size
        if path not in self._known or self._known[path][0] != stamp:
            self._known[path] = stamp, _read_text(path)
        return self._known[path][1]

    def _check_place(self, name: Path, path: Path) -> None:
        """Look at the name as it is written and at where it leads."""
        if not path.is_relative_to(self._root):
            raise RulesRefused("it lies outside the workspace. Copy it into the workspace.")
        for part in (*name.parts, *path.relative_to(self._root).parts):
            if any(fnmatch(part.lower(), secret) for secret in SECRET_NAMES):
                raise RulesRefused("it looks like a secret by its name. Call it otherwise.")
        if is_ignored(path) or is_ignored(self._root / name):
            raise RulesRefused(
                "git ignores it. Take it out of the ignore file, or name another in context.rules."
            )

    def _tell(self, complaint: str) -> None:
        if complaint not in self._told:
            self._told.add(complaint)
            self._complain(complaint)


def _read_text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise RulesRefused(f"it is longer than {MOST_BYTES // 1024} KiB. Write a shorter one for specedit.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RulesRefused("it is no UTF-8 text. Save it as UTF-8.") from None
    if "\0" in text:
        raise RulesRefused("it is no text. Name another file in context.rules.")
    if _PRIVATE_KEY.search(text):
        raise RulesRefused("there is a private key in it. Take that out.")
    return text.replace("\r\n", "\n")
