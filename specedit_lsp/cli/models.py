"""`specedit models`: which models are good at this, what they need here, and how to get and use one."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

models = typer.Typer(help="Models that are known to be good at this, and whether they fit on this machine.")


@models.callback(invoke_without_command=True)
def list_models(
    context: typer.Context,
    json_output: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List them: licence, memory for 8k tokens, speed on this device, and what is here already."""
    if context.invoked_subcommand:
        return
    from specedit_lsp.cli.models_table import describe_models, models_table

    described = describe_models()
    if json_output:
        typer.echo(json.dumps(described, ensure_ascii=False))
        return
    console = Console()
    console.print(models_table(described))


@models.command()
def fetch(
    name: Annotated[str, typer.Argument(help="A name from the list, or owner/name on the hub.")],
) -> None:
    """Fetch a model from the hub, or go on where an earlier try stopped. All hashes are checked.

    Exit status: 0 it is here, 1 it is not, and the message says why.
    """
    _require_local()
    from specedit_lsp.catalogue.fetching import NotFetched, count_missing_bytes, fetch_model
    from specedit_lsp.catalogue.known_models import UnknownModel, find_known_model

    hub_name = name
    try:
        known = find_known_model(name)
        hub_name = known.hub
        if not hub_name:
            typer.echo(f"{name} is bundled: there is nothing to fetch.")
            return
        typer.echo(f"{hub_name}, licence {known.licence}. {known.note}".rstrip(". "), err=True)
    except UnknownModel as error:
        if "/" not in name:
            raise typer.BadParameter(str(error)) from None
        typer.echo(f"{name} is not in the list: read its licence yourself.", err=True)
    try:
        missing = count_missing_bytes(hub_name)
        typer.echo(f"{missing / 1e9:.2f} GB to fetch.", err=True)
        folder = fetch_model(hub_name)
    except NotFetched as fault:
        typer.echo(f"specedit: {fault}", err=True)
        raise typer.Exit(1) from None
    typer.echo(
        f"It is in {folder}, and all hashes are right. `specedit models use {name}` says how to use it."
    )


@models.command()
def check(
    model: Annotated[str, typer.Argument(metavar="FOLDER", help="A folder, or a name as in model.path.")],
) -> None:
    """Look at a model that is here: its kind, weights, hashes, tokenizer, and the memory it needs.

    Exit status: 0 it can be used, 1 it cannot, and the message says why.
    """
    _require_local()
    from specedit_lsp.cli.doctor import show_finding
    from specedit_lsp.doctor.device import check_device, check_memory
    from specedit_lsp.doctor.model_files import check_model
    from specedit_lsp.settings import ModelSettings

    findings, folder = check_model(model)
    device_finding, device = check_device(ModelSettings())
    findings.append(device_finding)
    if folder and device:
        findings.append(check_memory(folder, device, ModelSettings()))
    for finding in findings:
        show_finding(finding)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@models.command()
def use(
    name: Annotated[str, typer.Argument(help="A name from the list, a folder, or owner/name on the hub.")],
) -> None:
    """Say how each editor is told to use a model. Settings stay yours: nothing is written."""
    from specedit_lsp.catalogue.known_models import UnknownModel, find_known_model
    from specedit_lsp.cli.models_use import tell_settings

    draft = ""
    path = name
    try:
        known = find_known_model(name)
        path, draft = known.path, known.draft and find_known_model(known.draft).path
    except UnknownModel as error:
        if Path(name).expanduser().is_dir():
            path = str(Path(name).expanduser().resolve())
        elif "/" not in name:
            raise typer.BadParameter(str(error)) from None
    typer.echo(tell_settings(path, draft))


def _require_local() -> None:
    """Stop where only the language server is installed."""
    if not (find_spec("huggingface_hub") and find_spec("transformers")):
        from specedit_lsp.doctor.environment import INSTALL

        typer.echo(f"specedit: This machine has only the language server. {INSTALL}", err=True)
        raise typer.Exit(1)
