"""`specedit worker login` and `logout`: the token for a worker of others."""

from __future__ import annotations

import getpass
import sys

import typer

from specedit_lsp.transport.faults import RewriteFailed
from specedit_lsp.transport.remote.address import check_address, origin_of
from specedit_lsp.transport.remote.tokens import VARIABLE, delete_token, store_token

DONE, FAILED = 0, 1


def log_in(url: str) -> int:
    """Read a token, from the terminal without showing it, and keep it; return the exit status.

    Raises:
        typer.BadParameter: the address or the token is none.
    """
    _check(url)
    token = (getpass.getpass("Token: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise typer.BadParameter("a token is one word of ASCII characters; nothing was kept")
    try:
        store_token(url, token)
    except RewriteFailed as failure:
        typer.echo(str(failure), err=True)
        return FAILED
    typer.echo(f"The token for {origin_of(url)} is kept. ${VARIABLE} counts before it where that is set.")
    return DONE


def log_out(url: str) -> int:
    """Forget a token; return the exit status.

    Raises:
        typer.BadParameter: the address is none.
    """
    _check(url)
    try:
        had_one = delete_token(url)
    except RewriteFailed as failure:
        typer.echo(str(failure), err=True)
        return FAILED
    typer.echo(f"The token for {origin_of(url)} is forgotten." if had_one else "There was none.")
    return DONE


def _check(url: str) -> None:
    try:
        check_address(url, allow_plain_http=True)
    except RewriteFailed as failure:
        raise typer.BadParameter(str(failure).removeprefix("worker.url ")) from None
