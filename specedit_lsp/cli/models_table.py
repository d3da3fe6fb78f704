"""The list of known models, with what they need and would do on this device."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from specedit_lsp.catalogue.here import find_here
from specedit_lsp.catalogue.in_use import find_models_in_use
from specedit_lsp.catalogue.known_models import KnownModel, list_known_models

TOKENS = 8192
"""Prompt and output together, for which memory is told."""


def describe_models() -> dict[str, Any]:
    """The device, and all models on it."""
    device: dict[str, Any] | None = None
    if find_spec("torch"):
        from specedit_lsp.catalogue.device import describe_device, measure_bandwidth

        found = describe_device("auto")
        device = {
            "name": found.name,
            "dtype": found.dtype,
            "freeBytes": found.free_bytes,
            "bytesPerSecond": measure_bandwidth(found),
        }
    in_use = find_models_in_use()
    return {
        "device": device,
        "models": [_describe(model, device, in_use) for model in list_known_models()],
        "inUse": sorted(in_use),
    }


def models_table(described: dict[str, Any]) -> Group:
    """The same for people."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("model", "size", "licence", "memory", "tokens/s", "here"):
        right = heading in ("size", "memory", "tokens/s")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for model in described["models"]:
        size = model["parameters"] / 1e9
        table.add_row(
            model["name"] + (" *" if model["inUse"] else ""),
            f"{size:.1f}B" if size >= 0.1 else f"{size * 1000:.0f}M",
            Text(model["licence"], "" if model["commercial"] else "yellow"),
            Text(f"{model['neededBytes'] / 1e9:.1f} GB", "red" if model["fits"] is False else ""),
            f"{model['plainTokensPerSecond']:.1f}" if model["plainTokensPerSecond"] else "–",
            model["here"] or "–",
        )
    notes = [f"{model['name']}: {note}" for model in described["models"] if (note := _note(model))]
    return Group(table, Text("\n" + "\n".join(notes)), Text(_footnotes(described), "dim"))


def _note(model: dict[str, Any]) -> str:
    unchecked = "" if model["checked"] else "Not all of its figures were checked"
    return ". ".join(filter(None, (model["note"], unchecked)))


def _describe(model: KnownModel, device: dict[str, Any] | None, in_use: set[str]) -> dict[str, Any]:
    dtype = device["dtype"] if device else "bfloat16"
    needed = model.shape.needed_bytes(TOKENS, dtype)
    read_bytes = model.shape.active_parameters * model.shape.weight_bytes(dtype) / model.shape.parameters
    return {
        "name": model.name,
        "path": model.path,
        "licence": model.licence,
        "commercial": model.licence in ("Apache-2.0", "MIT"),
        "parameters": model.shape.parameters,
        "context": model.shape.context,
        "dtype": dtype,
        "neededBytes": needed,
        "fits": needed <= device["freeBytes"] if device else None,
        "plainTokensPerSecond": device["bytesPerSecond"] / read_bytes if device else None,
        "here": find_here(model),
        "inUse": model.path in in_use,
        "draft": model.draft,
        "checked": model.checked,
        "note": model.note,
    }


def _footnotes(described: dict[str, Any]) -> str:
    device = described["device"]
    if device:
        notes = [
            f"Memory: for {TOKENS // 1024}k tokens in {device['dtype']}. Free are "
            f"{device['freeBytes'] / 1e9:.1f} GB on {device['name']}; what does not fit is red.",
            "tokens/s: an estimate without drafts, from the "
            f"{device['bytesPerSecond'] / 1e9:.0f} GB/s measured just now. With drafts it is more.",
        ]
    else:
        notes = [
            f"Memory: for {TOKENS // 1024}k tokens in bfloat16.",
            "tokens/s: not known, since torch is not installed here.",
        ]
    notes += [
        f"* in use by a worker that runs now: {', '.join(described['inUse']) or 'none'}.",
        "`specedit models fetch NAME` gets one, `specedit models use NAME` says how to use it.",
    ]
    return "\n" + "\n".join(notes)
