"""The `specedit` command and its sub-commands."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from specedit_lsp.cli.bench import bench
from specedit_lsp.cli.models import models
from specedit_lsp.cli.trace import trace
from specedit_lsp.cli.worker import worker

app = typer.Typer(
    name="specedit",
    help="Rewrite code with a local model, as fast as it can verify a draft of it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
)
app.add_typer(bench, name="bench")
app.add_typer(models, name="models")
app.add_typer(trace, name="trace")
app.add_typer(worker, name="worker")


class SettingsFormat(StrEnum):
    """Languages in which `specedit settings` writes."""

    MARKDOWN = "markdown"
    VSCODE = "vscode"
    LUA = "lua"
    VIMDOC = "vimdoc"


def _tell_version(wanted: bool) -> None:
    if wanted:
        from specedit_lsp.version import VERSION

        typer.echo(f"specedit {VERSION}")
        raise typer.Exit


@app.callback()
def specedit(
    version: Annotated[
        bool,
        typer.Option("--version", help="Tell the version and stop.", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    """Rewrite code with a local model, as fast as it can verify a draft of it."""


@app.command()
def lsp(
    tcp: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Listen here instead of on standard input and output.")
    ] = "",
) -> None:
    """Run the language server, for any editor."""
    from specedit_lsp.lsp.server import serve_stdio, serve_tcp

    if not tcp:
        serve_stdio()
        return
    host, _, port = tcp.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise typer.BadParameter(f"{tcp!r} is not of the form HOST:PORT, such as 127.0.0.1:9257")
    try:
        serve_tcp(host, int(port))
    except OSError as error:
        raise typer.BadParameter(f"cannot listen on {tcp}: {error.strerror or error}") from None


@app.command()
def rewrite(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="Files to rewrite.", show_default=False)
    ] = None,
    instruction: Annotated[
        str, typer.Option("--instruction", "-i", help="What should change; - reads it from standard input.")
    ] = "",
    edits: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="LIST",
            help='Edits in JSON Lines: {"file": …, "lines"?: "A:B", "range"?: …, "instruction"?: …}.',
        ),
    ] = None,
    lines: Annotated[str, typer.Option(metavar="A:B", help="Whole lines, from A to B, both included.")] = "",
    range: Annotated[
        str, typer.Option(metavar="L:C-L:C", help="From a line and column up to another; both count from 1.")
    ] = "",
    diff: Annotated[bool, typer.Option("--diff", help="Print a patch for `git apply`.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Write the results into the files.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, even with --apply.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each edit.")] = False,
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings in JSON, as an editor sends them.")
    ] = None,
    worker: Annotated[
        str, typer.Option(metavar="URL", help="A worker on another machine, instead of one of this machine.")
    ] = "",
    model: Annotated[str, typer.Option(help="A folder or a name, instead of the bundled model.")] = "",
    sources: Annotated[
        str, typer.Option(metavar="NAME,...", help="Draft sources to use, or none; the text is the same.")
    ] = "",
) -> None:
    """Rewrite parts of files and show what changes.

    Without `--lines` or `--range` whole files are rewritten. Without `--apply` files stay as they are. An
    edit that fails is named at the end and leaves the others alone.

    Exit status: 0 done (or nothing to change), 1 an edit failed, 2 wrong arguments, 130 interrupted.
    """
    from specedit_lsp.cli.rewrite import RewriteCommand

    raise typer.Exit(
        RewriteCommand(
            files=tuple(files or ()),
            edits=edits,
            lines=lines,
            span=range,
            instruction=instruction,
            diff=diff,
            apply=apply,
            dry_run=dry_run,
            json=json,
            settings=settings,
            worker=worker,
            model=model,
            sources=sources,
        ).run()
    )


@app.command()
def demo(
    file: Annotated[Path, typer.Argument(help="File to try it on.", show_default=False)],
    lines: Annotated[str, typer.Option(metavar="A:B", help="Lines to rewrite; a function by default.")] = "",
    instruction: Annotated[
        str, typer.Option("--instruction", "-i", help="What should change; by default a rename.")
    ] = "",
) -> None:
    """Watch the language server rewrite a function, hunk by hunk. The file itself stays as it is."""
    from specedit_lsp.cli.demo import show_demo

    raise typer.Exit(show_demo(file, lines, instruction))


@app.command()
def audit(
    model: Annotated[
        str, typer.Option(metavar="PATH", help="A folder or a name, instead of the bundled model.")
    ] = "",
    draft_model: Annotated[
        str, typer.Option(metavar="PATH", help="A small model that drafts as well, as `draft.model`.")
    ] = "",
    dtype: Annotated[str, typer.Option(help="Precision: float32, bfloat16 or float16; else as usual.")] = "",
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings in JSON, as an editor sends them.")
    ] = None,
    edits: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Edits in JSON Lines, instead of the bundled ones.")
    ] = None,
    last: Annotated[
        bool, typer.Option("--last", help="Your own last rewrites, kept by `trace.keep`, instead.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many; of the bundled the shortest.")] = 200,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Prove on this machine that drafting changes no token.

    Decodes each edit without drafts; then with every source of drafts, with all of them, and with drafts made
    to mislead; and with transformers' own `generate`. All tokens are compared.

    Exit status: 0 no token differs (`generate` may differ but in float32), 1 one does, 2 wrong arguments.
    """
    from specedit_lsp.cli.audit import AuditCommand

    command = AuditCommand(
        model=model,
        draft_model=draft_model,
        dtype=dtype,
        settings=settings,
        edits=edits,
        last=last,
        limit=limit,
        json=json,
    )
    raise typer.Exit(command.run())


@app.command()
def doctor(
    model: Annotated[
        str, typer.Option(metavar="PATH", help="A folder or a name, instead of the bundled model.")
    ] = "",
    draft_model: Annotated[
        str, typer.Option(metavar="PATH", help="A small model that drafts as well, as `draft.model`.")
    ] = "",
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings in JSON, as an editor sends them.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Hash models of any size too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON list of what was found.")] = False,
) -> None:
    """Check what a rewrite needs on this machine: packages, model, memory, worker, editors, one audited edit.

    Exit status: 0 all is well, 1 something is not, and the line below it says what to do.
    """
    from specedit_lsp.cli.doctor import show_examination
    from specedit_lsp.cli.model_options import read_model_options

    chosen = read_model_options(model, draft_model, "", settings)
    raise typer.Exit(show_examination(chosen, as_json=json, full=full))


@app.command()
def settings(
    format: Annotated[
        SettingsFormat, typer.Option(help="For documents, VS Code's package.json, Neovim's Lua or its help.")
    ] = SettingsFormat.MARKDOWN,
) -> None:
    """List every setting with its default and its meaning."""
    from specedit_lsp.cli.settings_lua import lua_settings
    from specedit_lsp.cli.settings_table import settings_table
    from specedit_lsp.cli.settings_vimdoc import vimdoc_settings
    from specedit_lsp.cli.settings_vscode import vscode_configuration

    writers = {
        SettingsFormat.MARKDOWN: settings_table,
        SettingsFormat.VSCODE: vscode_configuration,
        SettingsFormat.LUA: lua_settings,
        SettingsFormat.VIMDOC: vimdoc_settings,
    }
    typer.echo(writers[format]().rstrip("\n"))


def main() -> None:
    """Run the command line."""
    app()
