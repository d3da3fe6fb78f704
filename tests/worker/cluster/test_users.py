"""Who may ask: the file of users."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from specedit_lsp.worker.cluster.users import Quota, UserFile, UsersUnreadable, hash_token


def entry(name: str, token: str) -> str:
    return f'[users.{name}]\ntoken_sha256 = "{hash_token(token)}"\n'


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_a_token_says_whose_it_is_and_what_he_may_have(tmp_path: Path) -> None:
    text = f"[quota]\nconcurrent = 2\n{entry('anna', 'a')}{entry('ben', 'b')}quota = {{concurrent = 9}}\n"
    users = UserFile(write(tmp_path / "users.toml", text))
    anna, ben = users.find("a"), users.find("b")
    assert anna is not None
    assert (anna.name, anna.quota) == ("anna", Quota(concurrent=2))
    assert ben is not None
    assert (ben.name, ben.quota) == ("ben", Quota(concurrent=9))
    assert users.find("c") is None
    assert users.find("") is None
    assert users.find(hash_token("a")) is None


def test_a_user_taken_out_of_the_file_is_out(tmp_path: Path) -> None:
    path = write(tmp_path / "users.toml", entry("anna", "a") + entry("ben", "b"))
    users = UserFile(path)
    write(path, entry("ben", "b"))
    assert users.find("a") is None
    assert users.find("b") is not None


@pytest.mark.parametrize("now", ["", "not TOML", "[users]", None])
def test_a_file_that_breaks_leaves_users_as_they_were(tmp_path: Path, now: str | None) -> None:
    path = write(tmp_path / "users.toml", entry("anna", "a"))
    users = UserFile(path)
    if now is None:
        path.unlink()
    else:
        write(path, now)
    assert users.find("a") is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "is not TOML"),
        ("", "users is wrong"),
        ("[users]", "users is wrong"),
        ('[users.anna]\ntoken = "secret"', "token_sha256"),
        ('[users.anna]\ntoken_sha256 = "secret"', "token_sha256"),
        (entry("'a b'", "a"), "a b"),
        (entry("anna", "a") + "quota = {concurrent = 0}", "concurrent"),
        (entry("anna", "a") + "quota = {per_hour = 1}", "per_hour"),
    ],
)
def test_a_bad_file_is_refused_by_what_is_bad(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsersUnreadable, match=message) as caught:
        UserFile(write(tmp_path / "users.toml", text))
    assert "secret" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsersUnreadable, match=r"nobody\.toml cannot be read"):
        UserFile(tmp_path / "nobody.toml")


def test_a_token_is_made_that_the_file_takes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "specedit_lsp.worker.cluster.users", "anna"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    token, lines = said[1], said[-2:]
    assert list(tomllib.loads("\n".join(lines))["users"]) == ["anna"]
    user = UserFile(write(tmp_path / "users.toml", "\n".join(lines))).find(token)
    assert user is not None
    assert len(token) >= 43
