"""Where the token for a worker of others is kept."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import keyring.backend
import keyring.errors
import pytest
from typer.testing import CliRunner

from specedit_lsp.cli.app import app
from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.remote import tokens
from specedit_lsp.transport.remote.tokens import find_token, store_token

URL = "https://team.example"


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring of this test alone."""

    priority = -1.0
    """So that no other test is given it: keyring looks for the best of all classes that there are."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("none")


class LockedKeyring(MemoryKeyring):
    """One whose user did not unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("it is locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.KeyringLocked("it is locked")


def use(backend: keyring.backend.KeyringBackend) -> Iterator[keyring.backend.KeyringBackend]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[keyring.backend.KeyringBackend]:
    monkeypatch.delenv("SPECEDIT_TOKEN", raising=False)
    yield from use(MemoryKeyring())


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> Iterator[keyring.backend.KeyringBackend]:
    monkeypatch.delenv("SPECEDIT_TOKEN", raising=False)
    yield from use(LockedKeyring())


def log(*arguments: str, given: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["worker", *arguments], input=given)
    return result.exit_code, result.output


def test_a_token_is_for_one_host(kept: MemoryKeyring) -> None:
    store_token(f"{URL}/specedit/", "secret")
    assert find_token(URL) == find_token("https://TEAM.example:443/other") == "secret"
    for other in ("http://team.example", "https://team.example:8443", "https://team.example.org"):
        assert find_token(other) == ""


def test_the_environment_counts_first(kept: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    store_token(URL, "kept")
    monkeypatch.setenv("SPECEDIT_TOKEN", " given\n")
    assert find_token(URL) == "given"


def test_login_and_logout(kept: MemoryKeyring) -> None:
    status, output = log("login", URL, given="secret\n")
    assert status == 0
    assert "secret" not in output
    assert find_token(URL) == "secret"
    assert log("logout", URL)[0] == 0
    assert find_token(URL) == ""
    assert log("logout", URL) == (0, "There was none.\n")


@pytest.mark.parametrize(
    ("url", "given"), [(URL, "\n"), (URL, "two words\n"), (URL, "é\n"), ("x", "secret\n")]
)
def test_a_login_without_a_token_or_an_address_keeps_nothing(
    kept: MemoryKeyring, url: str, given: str
) -> None:
    assert log("login", url, given=given)[0] == 2
    assert kept.kept == {}


def test_a_keyring_that_fails_is_told(locked: LockedKeyring) -> None:
    with pytest.raises(RewriteFailed, match=r"it is locked.*\$SPECEDIT_TOKEN"):
        find_token(URL)
    status, output = log("login", URL, given="secret\n")
    assert status == 1
    assert "it is locked" in output


def test_without_a_keyring_the_environment_is_all_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPECEDIT_TOKEN", raising=False)
    monkeypatch.setattr(tokens, "_find_keyring", lambda: None)
    assert find_token(URL) == ""
    status, output = log("login", URL, given="secret\n")
    assert status == 1
    assert "specedit-lsp[keyring]" in output
