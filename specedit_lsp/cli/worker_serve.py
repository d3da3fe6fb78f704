"""`specedit worker serve`: one worker for a team, at an address of this machine."""

from __future__ import annotations

import os
import socket
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import typer

from specedit_lsp.cli.settings_file import read_settings_file
from specedit_lsp.settings import Settings
from specedit_lsp.transport.remote.http_client import is_loopback

LEAST_TOKEN = 16
"""Characters: nobody guesses one so long that was drawn by lot."""
_EVERYWHERE = {"0.0.0.0", "::", ""}
_DRAW = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


@dataclass(frozen=True, kw_only=True)
class ServeCommand:
    """The options of one call."""

    listen: str
    model: str
    settings: Path | None
    token_file: Path | None
    tls_cert: Path | None
    tls_key: Path | None
    insecure_plain_http: bool

    def run(self) -> None:
        """Serve until a signal. Does not return.

        Raises:
            typer.BadParameter: an option is not what it should be; nobody is served.
        """
        host, port = _read_address(self.listen)
        self._check_transport(host)
        settings, token = self._read_settings(), self._read_token()
        bound = _bind(host, port)
        from specedit_lsp.worker.process.main import run_team_worker
        from specedit_lsp.worker.process.server import Certificate

        certificate = Certificate(self.tls_cert, self.tls_key) if self.tls_cert and self.tls_key else None
        self._introduce(host, bound.getsockname()[1])
        run_team_worker(settings, token, bound, certificate)

    def _check_transport(self, host: str) -> None:
        if bool(self.tls_cert) != bool(self.tls_key):
            raise typer.BadParameter("give --tls-cert and --tls-key together")
        for path in (self.tls_cert, self.tls_key):
            if path is not None and not os.access(path, os.R_OK):
                raise typer.BadParameter(f"{path} cannot be read")
        if not (self.tls_cert or self.insecure_plain_http or is_loopback(host)):
            raise typer.BadParameter(
                f"beyond this machine, on {host or 'every address'}, everybody on the way could read code "
                "and the token: give --tls-cert and --tls-key, or if something else encrypts "
                "--insecure-plain-http"
            )

    def _read_settings(self) -> Settings:
        settings = read_settings_file(self.settings)
        if self.model:
            chosen = settings.model.model_copy(update={"path": self.model})
            settings = settings.model_copy(update={"model": chosen})
        return settings

    def _read_token(self) -> str:
        if self.token_file is None:
            token, where = os.environ.get("SPECEDIT_TOKEN", ""), "$SPECEDIT_TOKEN"
        else:
            token, where = _read_private(self.token_file), str(self.token_file)
        token = token.strip()
        if not token:
            raise typer.BadParameter(
                "whoever uses the worker must have a token: put one into $SPECEDIT_TOKEN or a --token-file, "
                f"such as what this draws: {_DRAW}"
            )
        if len(token) < LEAST_TOKEN or not token.isascii() or any(sign.isspace() for sign in token):
            raise typer.BadParameter(
                f"the token in {where} is too easily guessed, or no token: it takes {LEAST_TOKEN} characters "
                f"of ASCII without spaces, such as what this draws: {_DRAW}"
            )
        return token

    def _introduce(self, host: str, port: int) -> None:
        name = socket.gethostname() if host in _EVERYWHERE else f"[{host}]" if ":" in host else host
        url = f"{'https' if self.tls_cert else 'http'}://{name}:{port}"
        sys.stdout.write(
            f"Serving at {url}\n"
            f"In each editor: set worker.url to {url}, and run `specedit worker login {url}` once.\n"
        )
        sys.stdout.flush()


def _read_address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise typer.BadParameter(f"{listen!r} is not of the form HOST:PORT, such as 127.0.0.1:9258")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _read_private(path: Path) -> str:
    try:
        status = path.stat()
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"--token-file {path}: {error}") from None
    if sys.platform != "win32" and stat.S_IMODE(status.st_mode) & 0o077:
        raise typer.BadParameter(f"others may read {path}: run chmod 600 {path}")
    return text


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise typer.BadParameter(f"cannot listen on {host}:{port}: {error.strerror or error}") from None
