"""`specedit bench`: measurements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

bench = typer.Typer(no_args_is_help=True)


@bench.callback()
def measure() -> None:
    """Measure how well drafting and models do."""


@bench.command()
def replay(
    files: Annotated[
        list[Path], typer.Argument(help="Edits with known answers, in JSON Lines.", show_default=False)
    ],
    tokenizer: Annotated[
        str, typer.Option(metavar="PATH", help="A model's folder or a tokenizer.json; else the bundled one.")
    ] = "",
    sources: Annotated[
        str, typer.Option(metavar="NAME,...", help="Draft sources of `specedit`, or none; else all in use.")
    ] = "",
    branches: Annotated[
        int, typer.Option(min=1, help="Most drafts of `specedit` that one forward checks.")
    ] = 8,
    width: Annotated[
        int | None, typer.Option(min=1, help="Most tokens of such a draft after the prefill.")
    ] = None,
    methods: Annotated[
        str, typer.Option(metavar="NAME,...", help="What to compare with `tuned_pld`; else all there are.")
    ] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first edits of each file.")] = None,
    derive: Annotated[
        str,
        typer.Option(metavar="KIND", help="Edits made from those: hide-map, wrap, unwrap or dedent."),
    ] = "",
    draft_model: Annotated[
        str, typer.Option(metavar="PATH", help="A small model of the same tokenizer, for `blazedit`.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object per file, one a line.")] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the first file's edit with most forwards, as SVG.")
    ] = None,
) -> None:
    """Play known answers back and count the forwards that each way of drafting takes.

    No model is run: the answer says what the model would write. Reads lines of `{id, language, instruction,
    before, after, context_before?, context_after?}`, VANTAGE's manifests and CanItEdit.
    """
    from specedit_lsp.cli.bench_replay import ReplayCommand

    raise typer.Exit(
        ReplayCommand(
            files=files,
            tokenizer=tokenizer,
            sources=sources,
            branches=branches,
            width=width,
            methods=methods,
            limit=limit,
            derive=derive,
            draft_model=draft_model,
            json=json,
            plot=plot,
        ).run()
    )


@bench.command()
def quality(
    model: Annotated[
        str, typer.Option(metavar="PATH", help="A folder or a name, instead of the bundled model.")
    ] = "",
    set: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Edits in JSON Lines, instead of the bundled ones.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="So many edits, from all over the set.")] = None,
    kinds: Annotated[str, typer.Option(metavar="NAME,...", help="Only edits of these kinds.")] = "",
    languages: Annotated[str, typer.Option(metavar="NAME,...", help="Only edits in these languages.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write quality.json, quality.md and quality.svg there."),
    ] = None,
) -> None:
    """Have a model carry out edits with known answers and compare, character by character.

    The bundled set is drawn from projects that the bundled model was not trained on. Decoding is greedy;
    drafting is on, since it changes no answer.
    """
    from specedit_lsp.cli.bench_quality import QualityCommand

    raise typer.Exit(
        QualityCommand(
            model=model,
            set=set,
            limit=limit,
            kinds=kinds,
            languages=languages,
            json=json,
            report=report,
        ).run()
    )
