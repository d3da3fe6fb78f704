"""One rewrite, for scripts that are not asynchronous."""

from __future__ import annotations

from pathlib import Path

import anyio

from specedit_lsp.client.connection import connect
from specedit_lsp.settings import Settings


def rewrite_text(
    source: Path | str,
    instruction: str,
    *,
    lines: tuple[int, int] | None = None,
    span: tuple[int, int] | None = None,
    language: str = "",
    settings: Settings | None = None,
) -> str:
    """Return the whole text with part of it rewritten. Nothing is written.

    Arguments and exceptions are those of :meth:`specedit_lsp.client.Client.rewrite`.

    Raises:
        RewriteFailed: the rewrite broke off.
    """

    async def run() -> str:
        async with connect(settings) as client:
            rewrite = client.rewrite(source, instruction, lines=lines, span=span, language=language)
            await rewrite.finish()
            return rewrite.text

    return anyio.run(run)
