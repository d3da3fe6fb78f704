"""`specedit bench server`: what the language server's own process costs, beside one that does nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass

import anyio
import typer
from rich.console import Console

from specedit_lsp.evaluation.server_latency import measure_idle_server, measure_server
from specedit_lsp.evaluation.server_report import TABLE_WIDTH, describe_machine, to_json, to_table


@dataclass(frozen=True, kw_only=True)
class ServerCommand:
    """The options of one call."""

    rate: int
    json: bool

    def run(self) -> int:
        """Carry the call out; return its exit status."""
        machine = describe_machine()
        servers = anyio.run(measure_server, self.rate), anyio.run(measure_idle_server, self.rate)
        if self.json:
            typer.echo(json.dumps(to_json(servers, machine), ensure_ascii=False))
            return 0
        # A pipe has no width; the table has one.
        Console(width=max(Console().width, TABLE_WIDTH)).print(to_table(servers, machine))
        return 0
