"""Who may ask, and how much: a TOML file, mounted as a secret or kept by whoever runs the cluster.

.. code-block:: toml

    [quota]                      # of everybody who has none of his own
    rewrites_per_minute = 60
    concurrent = 4

    [users.anna]
    token_sha256 = "9f86d081..."

    [users.ben]
    token_sha256 = "60303ae2..."
    quota = {rewrites_per_minute = 240, concurrent = 8}

A token is 32 random bytes, so that its plain SHA-256 gives nothing away. ``python -m
specedit_lsp.worker.cluster.users NAME`` makes one and prints what to write.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from specedit_lsp.worker.http.request_limit import CLIENT_NAME

logger = logging.getLogger(__name__)


class Quota(BaseModel):
    """What one user may have of the cluster."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rewrites_per_minute: int = Field(default=60, ge=1)
    """Rewrites begun in a minute; so many at once, then as many as the minute refills."""
    concurrent: int = Field(default=4, ge=1)
    """Rewrites at the same time."""


@dataclass(frozen=True, slots=True)
class User:
    """One who may ask."""

    name: str
    quota: Quota


class UsersUnreadable(Exception):
    """The file of users is of no use; the message says why and what to do."""


_Name = Annotated[str, Field(pattern=f"^{CLIENT_NAME.pattern}$", min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    token_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    quota: Quota | None = None


class _Users(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    quota: Quota = Quota()
    users: dict[_Name, _Entry] = Field(min_length=1)


class UserFile:
    """The users of a file, which is read again when it changes: a user taken out of it is out at once.

    A file that became unreadable leaves everything as it was, and the log says so.
    """

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            UsersUnreadable: it cannot be.
        """
        self._path = path
        self._stamp = _stamp(path)
        self._users = _read(path)

    def find(self, token: str) -> User | None:
        """Return whose token this is, in a time that tells nothing about anybody's token."""
        self._refresh()
        digest = hash_token(token)
        found = None
        for name, entry in self._users.users.items():
            if hmac.compare_digest(entry.token_sha256, digest):
                found = User(name, entry.quota or self._users.quota)
        return found

    def _refresh(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._users = _read(self._path)
        except UsersUnreadable as error:
            logger.error("users stay as they were: %s", error)


def hash_token(token: str) -> str:
    """Return what the file of users has instead of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def make_token() -> str:
    """Return a new token: 32 random bytes in base64."""
    return secrets.token_urlsafe(32)


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0, 0)
    # A mounted secret changes by pointing its link to another file, with any time.
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _read(path: Path) -> _Users:
    try:
        return _Users.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise UsersUnreadable(
            f"The file of users {path} cannot be read ({error.strerror}). It has to be there on every node."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsersUnreadable(f"The file of users {path} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UsersUnreadable(
            f"In the file of users {path}, {where} is wrong: {first['msg']}. "
            "A user is a table [users.NAME] with token_sha256."
        ) from error


def _main(name: str) -> None:
    token = make_token()
    sys.stdout.write(
        f"Give this token to {name}; it is not kept anywhere:\n{token}\n\n"
        f'Write this into the file of users:\n[users.{name}]\ntoken_sha256 = "{hash_token(token)}"\n'
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m specedit_lsp.worker.cluster.users NAME")
    _main(sys.argv[1])
