"""``python -m specedit_lsp.evaluation.faults.lone_editor JSON``: an editor whose end is to be violent.

JSON is the server's command and its settings. The server's process id is printed once text arrives.
"""

from __future__ import annotations

import asyncio
import json
import sys

from specedit_lsp.evaluation.faults.buffer import Json
from specedit_lsp.evaluation.faults.cases import choose_cases
from specedit_lsp.evaluation.faults.window import open_window


async def main(command: list[str], settings: Json) -> None:
    """Rewrite several documents at once, for as long as it may."""
    async with open_window(command, sys.stderr.buffer, settings) as window:
        rewrites = [asyncio.create_task(window.rewrite(case)) for case in choose_cases(6, seed=0)]
        await window.text_arrived.wait()
        sys.stdout.write(f"{window.session.pid}\n")
        sys.stdout.flush()
        await asyncio.wait(rewrites)


if __name__ == "__main__":
    asyncio.run(main(*json.loads(sys.argv[1])))
