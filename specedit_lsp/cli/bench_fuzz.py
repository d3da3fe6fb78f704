"""`specedit bench fuzz`: whether the language server stands whatever a client may say."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from functools import partial

import typer

from specedit_lsp.cli.progress_bar import progress_bar
from specedit_lsp.evaluation.server_fuzz import ServerFailed, fuzz_server
from specedit_lsp.evaluation.server_worker import server_with_this_worker


@dataclass(frozen=True, kw_only=True)
class FuzzCommand:
    """The options of one call."""

    messages: int
    seed: int | None

    def run(self) -> int:
        """Carry the call out; return its exit status."""
        seed = secrets.randbelow(1_000_000) if self.seed is None else self.seed
        began = time.perf_counter()
        try:
            with server_with_this_worker() as command, progress_bar() as progress:
                advance = partial(progress.advance, progress.add_task("messages", total=self.messages))
                tally = asyncio.run(fuzz_server(command, self.messages, seed, advance))
        except ServerFailed as error:
            typer.echo(f"The server failed with seed {seed}. {error}", err=True)
            return 1
        seconds = time.perf_counter() - began
        typer.echo(f"seed {seed}: {tally.describe()}; {seconds:.0f} s; the server answers still")
        return 0
