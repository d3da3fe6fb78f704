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
def warm(
    model: Annotated[
        str, typer.Option(metavar="PATH", help="A folder or a name, instead of the bundled model.")
    ] = "",
    dtype: Annotated[str, typer.Option(help="Precision: float32, bfloat16 or float16; else as usual.")] = "",
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings in JSON, as an editor sends them.")
    ] = None,
    edits: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Edits in JSON Lines, instead of the bundled ones.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many edits.")] = 20,
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each, of which the median counts.")] = 3,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Time the first text of a rewrite with and without the prefill while the user types the instruction."""
    from specedit_lsp.cli.bench_warm import WarmCommand

    WarmCommand(
        model=model,
        dtype=dtype,
        settings=settings,
        edits=edits,
        limit=limit,
        repeats=repeats,
        json=json,
    ).run()


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


@bench.command()
def live(
    model: Annotated[
        str, typer.Option(metavar="PATH", help="A folder or a name, instead of the bundled model.")
    ] = "",
    draft_model: Annotated[
        str, typer.Option(metavar="PATH", help="A small model of the same tokenizer, to draft for it.")
    ] = "",
    dtype: Annotated[str, typer.Option(help="Precision: float32, bfloat16 or float16; else as usual.")] = "",
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings in JSON, as an editor sends them.")
    ] = None,
    edits: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Edits in JSON Lines, instead of bundled ones.")
    ] = None,
    humaneval: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Complete the functions of HumanEval instead.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many edits.")] = 12,
    lines: Annotated[str, typer.Option(metavar="A-B", help="Length of the bundled edits.")] = "20-60",
    methods: Annotated[
        str, typer.Option(metavar="NAME,...", help="What to compare; else all there are.")
    ] = "",
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each edit by each method.")] = 5,
    busy: Annotated[
        bool, typer.Option("--busy", help="Count processor time: for a model on a processor busy elsewhere.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write live.json, live.md and live.svg there.")
    ] = None,
) -> None:
    """Have a model write the same edits by all methods, by turns in random order, and time them.

    The methods are transformers' `generate`, its prompt lookup, its assisted generation; tuned prompt lookup,
    SafeRoute and Blazedit in our loop; our loop without drafts, with each source and with all. The bundled
    edits are of Python code: renames, insertions, deletions and mixed ones, if it can be such as the model
    carries out as asked.

    Exit status: 0 all wrote the same tokens, 1 one did not, 2 wrong arguments.
    """
    from specedit_lsp.cli.bench_live import LiveCommand

    raise typer.Exit(
        LiveCommand(
            model=model,
            draft_model=draft_model,
            dtype=dtype,
            settings=settings,
            edits=edits,
            humaneval=humaneval,
            limit=limit,
            lines=lines,
            methods=methods,
            repeats=repeats,
            busy=busy,
            json=json,
            report=report,
        ).run()
    )


@bench.command()
def server(
    rate: Annotated[
        int, typer.Option(min=1, help="Code-action requests a second, while a rewrite streams.")
    ] = 200,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Time the language server's own process, beside a pygls server that does nothing.

    From verified text leaving the worker to the hunk at the client, from start to `initialize`'s answer, code
    actions under load, and memory. The worker is one without a model, over the usual socket.
    """
    from specedit_lsp.cli.bench_server import ServerCommand

    raise typer.Exit(ServerCommand(rate=rate, json=json).run())


@bench.command()
def fuzz(
    messages: Annotated[int, typer.Option(min=1, help="How many to say.")] = 20_000,
    seed: Annotated[int | None, typer.Option(min=0, help="Says the same again; else a new one.")] = None,
) -> None:
    """Talk nonsense to the language server, and see that it never dies, hangs or leaves a request open.

    Exit status: 0 it held, 1 it did not, and what was said to it is in a file that is named.
    """
    from specedit_lsp.cli.bench_fuzz import FuzzCommand

    raise typer.Exit(FuzzCommand(messages=messages, seed=seed).run())


@bench.command()
def gpu(
    report: Annotated[Path, typer.Option(metavar="DIR", help="Write gpu.json and gpu.md there.")] = Path(
        "build/gpu-report"
    ),
    minutes: Annotated[
        float, typer.Option(min=0.5, help="Be done by then; the last parts may be left out.")
    ] = 8.75,
    parts: Annotated[
        str, typer.Option(metavar="NAME,...", help="Only these parts; else all there are.")
    ] = "",
    edits: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Edits in JSON Lines to replay besides those made by rule."),
    ] = None,
    tokenizer: Annotated[
        str, typer.Option(metavar="PATH", help="A model's folder or a tokenizer.json; else the bundled one.")
    ] = "",
    trial: Annotated[
        bool, typer.Option("--trial", help="Only see that it works, with a tiny model on any device.")
    ] = False,
) -> None:
    """Measure on a GPU: its ceilings, forwards beside their floor, replayed edits, exactness, first hunks.

    Models have random weights and the shapes of Qwen2.5-Coder 1.5B, 7B and 32B: nothing is downloaded. A part
    that fails or that there is no time for is named on the page. Without a GPU it is a trial.

    Exit status: 0 all steps ran, 1 one failed, 2 wrong arguments.
    """
    from specedit_lsp.cli.bench_gpu import GpuCommand

    raise typer.Exit(
        GpuCommand(
            report=report, minutes=minutes, parts=parts, edits=edits, tokenizer=tokenizer, trial=trial
        ).run()
    )
