"""The token for a worker of others: from the environment or the system's keyring, never from settings."""

from __future__ import annotations

import os
from types import ModuleType

from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.messages import Reason
from specedit_lsp.transport.remote.address import origin_of

VARIABLE = "SPECEDIT_TOKEN"
_SERVICE = "specedit"


def find_token(url: str) -> str:
    """Return the token for the host of ``url``; empty if there is none.

    The environment's counts before the keyring's. A keyring may ask its user to unlock it, which takes as
    long as it takes: call this in a thread.

    Raises:
        RewriteFailed: the keyring fails.
    """
    if token := os.environ.get(VARIABLE, "").strip():
        return token
    keyring = _find_keyring()
    if keyring is None:
        return ""
    from keyring.errors import KeyringError, NoKeyringError

    try:
        return keyring.get_password(_SERVICE, origin_of(url)) or ""
    except NoKeyringError:
        return ""
    except KeyringError as error:
        raise _failure(error) from error


def store_token(url: str, token: str) -> None:
    """Keep a token for the host of ``url`` in the system's keyring.

    Raises:
        RewriteFailed: there is no keyring, or it fails.
    """
    keyring = _need_keyring()
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, origin_of(url), token)
    except KeyringError as error:
        raise _failure(error) from error


def delete_token(url: str) -> bool:
    """Forget the token for the host of ``url``; False if there was none.

    Raises:
        RewriteFailed: there is no keyring, or it fails.
    """
    keyring = _need_keyring()
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        keyring.delete_password(_SERVICE, origin_of(url))
    except PasswordDeleteError:
        return False
    except KeyringError as error:
        raise _failure(error) from error
    return True


def _find_keyring() -> ModuleType | None:
    try:
        import keyring
    except ImportError:
        return None
    return keyring


def _need_keyring() -> ModuleType:
    keyring = _find_keyring()
    if keyring is None:
        message = (
            f"There is no keyring: pip install 'specedit-lsp[keyring]', or put the token into ${VARIABLE}."
        )
        raise RewriteFailed(Reason.NOT_AUTHORISED, message)
    return keyring


def _failure(error: Exception) -> RewriteFailed:
    message = f"The system's keyring fails ({error}). Put the token into ${VARIABLE} instead."
    return RewriteFailed(Reason.NOT_AUTHORISED, message)
