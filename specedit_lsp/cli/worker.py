"""`specedit worker`: the process that owns the model, seen from a shell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

worker = typer.Typer(no_args_is_help=True)


@worker.callback()
def look_after() -> None:
    """Start, stop and look at the worker that all windows of this user share; or serve a team."""


@worker.command()
def start(
    model: Annotated[str, typer.Option(help="A folder or a name, instead of the bundled model.")] = "",
) -> None:
    """Start the worker if it is not there, also after it has crashed too often to be started by itself.

    It is the one of default settings; windows with other settings of the model start another.

    Exit status: 0 it is there and has its model, 1 it is not, and the message says why.
    """
    from specedit_lsp.cli.worker_control import start_worker

    raise typer.Exit(start_worker(model))


@worker.command()
def stop(
    now: Annotated[bool, typer.Option("--now", help="Break off what is under way.")] = False,
) -> None:
    """End all workers of this user, once what is under way is done. The next rewrite starts another.

    Exit status: 0 none is left, 1 one does not end.
    """
    from specedit_lsp.cli.worker_control import stop_workers

    raise typer.Exit(stop_workers(now))


@worker.command()
def status(
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON list, one object for each worker.")
    ] = False,
) -> None:
    """Show the workers of this user.

    Exit status: 0 there is one, 1 there is none.
    """
    from specedit_lsp.cli.worker_status import show_workers

    raise typer.Exit(show_workers(json))


@worker.command()
def logs(
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="So many of the last lines.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as more is written.")] = False,
) -> None:
    """Print what the worker that wrote last said last, be it running or not."""
    from specedit_lsp.cli.worker_logs import show_log

    raise typer.Exit(show_log(lines, follow))


@worker.command()
def serve(
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where to listen; port 0 takes a free one.")
    ] = "127.0.0.1:9258",
    model: Annotated[str, typer.Option(help="A folder or a name, instead of the bundled model.")] = "",
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings as an editor sends them, in JSON.")
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Holds the token, instead of $SPECEDIT_TOKEN; mode 600."),
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(metavar="FILE", help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its private key, PEM.")] = None,
    insecure_plain_http: Annotated[
        bool, typer.Option("--insecure-plain-http", help="Let the network read code and token.")
    ] = False,
) -> None:
    """Serve a team from this machine, until a signal; what is under way is finished first.

    Whoever has the token may use the model, nobody else. Beyond this machine it takes TLS.
    """
    from specedit_lsp.cli.worker_serve import ServeCommand

    ServeCommand(
        listen=listen,
        model=model,
        settings=settings,
        token_file=token_file,
        tls_cert=tls_cert,
        tls_key=tls_key,
        insecure_plain_http=insecure_plain_http,
    ).run()


@worker.command()
def login(
    url: Annotated[str, typer.Argument(help="The worker, as in `worker.url`.", show_default=False)],
) -> None:
    """Keep the token for a worker of others in the system's keyring.

    It is read from the terminal, where it is not shown, or else from standard input.

    Exit status: 0 it is kept, 1 it is not, 2 wrong arguments.
    """
    from specedit_lsp.cli.worker_token import log_in

    raise typer.Exit(log_in(url))


@worker.command()
def logout(
    url: Annotated[str, typer.Argument(help="The worker, as in `worker.url`.", show_default=False)],
) -> None:
    """Forget the token for a worker of others.

    Exit status: 0 there is none any more, 1 the keyring fails.
    """
    from specedit_lsp.cli.worker_token import log_out

    raise typer.Exit(log_out(url))


@worker.command(hidden=True)
def share(
    record: Annotated[Path, typer.Argument(help="Where the worker is to be found.")],
    listening: Annotated[str, typer.Option(help="How it is to be reached.")] = "unix",
) -> None:
    """Own the model and serve all windows of this user. The first of them starts this by itself."""
    from specedit_lsp.transport.local.listening import LISTENING
    from specedit_lsp.worker.process.main import run_shared_worker

    run_shared_worker(record, LISTENING[listening])
