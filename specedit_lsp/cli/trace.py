"""`specedit trace`: how a rewrite came about, token by token and forward by forward."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup


class ShowByDefault(TyperGroup):
    """A group in which `show` need not be said."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take what is no command of this group for the arguments of `show`."""
        if not args or (args[0] not in self.commands and args[0] not in self.get_help_option_names(ctx)):
            args = ["show", *args]
        return super().parse_args(ctx, args)


trace = typer.Typer(
    cls=ShowByDefault,
    no_args_is_help=False,
    help="Look at how a rewrite came about, token by token and forward by forward.",
)

Name = Annotated[
    str, typer.Argument(metavar="ID|last|FILE", help="The last rewrite, the beginning of an id, or a file.")
]


@trace.command()
def show(
    name: Name = "last",
    list_: Annotated[bool, typer.Option("--list", help="List the rewrites that were kept.")] = False,
    tokens: Annotated[bool, typer.Option("--tokens", help="Show where tokens begin.")] = False,
    forwards: Annotated[bool, typer.Option("--forwards", help="Show where forwards begin.")] = False,
    table: Annotated[bool, typer.Option("--table", help="Add a table of the forwards.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page for a browser here instead.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the trace itself.")] = False,
) -> None:
    """Show a rewrite that was kept (see the setting `trace.keep`). `show` need not be said.

    The output is coloured by where each token is from; where there are no colours, a letter stands below it.
    A trace holds your code: the page and the JSON are for those who may read that.

    Exit status: 0 done, 2 there is no such trace or it cannot be read.
    """
    from specedit_lsp.cli.trace_listing import list_kept, show_trace, write_page
    from specedit_lsp.worker.tracing.log import find_trace_folder

    if list_:
        list_kept(find_trace_folder())
        return
    loaded = _load(name)
    if html:
        write_page(loaded, html)
    elif json:
        typer.echo(loaded.to_json())
    else:
        show_trace(loaded, tokens=tokens, forwards=forwards, table=table)


@trace.command()
def replay(
    name: Name = "last",
    model: Annotated[
        str, typer.Option(metavar="PATH", help="By this model, instead of the one that it was done by.")
    ] = "",
) -> None:
    """Do a rewrite again on this machine and compare token for token.

    Exit status: 0 all tokens are the same, 1 they are not, 2 it cannot be done.
    """
    from specedit_lsp.cli.trace_replay import replay_trace

    raise typer.Exit(replay_trace(_load(name), model))


def _load(name: str) -> Any:
    from specedit_lsp.trace import TraceUnreadable, load
    from specedit_lsp.trace.finding import find_trace
    from specedit_lsp.worker.tracing.log import find_trace_folder

    try:
        return load(find_trace(name, find_trace_folder()))
    except TraceUnreadable as error:
        raise typer.BadParameter(str(error)) from error
