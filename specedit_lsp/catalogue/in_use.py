"""Which models the workers of this user have loaded now."""

from __future__ import annotations

import anyio

from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.local.found_worker import find_all
from specedit_lsp.transport.local.runtime_folder import open_runtime_folder

_STATUS_SECONDS = 2.0


def find_models_in_use() -> set[str]:
    """Return what ``model.path`` is for each worker that runs now and answers."""
    return anyio.run(_find)


async def _find() -> set[str]:
    used: set[str] = set()
    try:
        workers = list(find_all(open_runtime_folder()))
    except RewriteFailed:
        return used  # a folder that is not to be trusted is the doctor's to tell of
    for worker in workers:
        with anyio.move_on_after(_STATUS_SECONDS):
            if client := await worker.reach():
                async with client:
                    used.add((await client.status()).model)
    return used - {""}
