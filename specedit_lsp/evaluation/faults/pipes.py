"""Pipes that nobody empties."""

from __future__ import annotations

import asyncio
import random

from specedit_lsp.evaluation.faults.processes import DRAWER, moment
from specedit_lsp.evaluation.faults.stage import Stage

QUESTIONS = 400
"""Whose answers are more than a pipe and what reads it can hold."""


async def stop_reading(stage: Stage, dice: random.Random) -> None:
    """Have an editor ask much and read nothing for a while."""
    await moment(dice)
    session = stage.windows[DRAWER].session
    text = "value = 1\n" * 50
    document = {"uri": "file:///faults/asked", "languageId": "python", "version": 0, "text": text}
    session.notify("textDocument/didOpen", {"textDocument": document})
    session.pause_reading()
    try:
        span = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        params = {"textDocument": {"uri": document["uri"]}, "range": span, "context": {"diagnostics": []}}
        answers = [
            asyncio.create_task(session.request("textDocument/codeAction", params, 60))
            for _ in range(QUESTIONS)
        ]
        await asyncio.sleep(dice.uniform(1.0, 5.0))
    finally:
        session.resume_reading()
    await asyncio.gather(*answers)
    session.notify("textDocument/didClose", {"textDocument": {"uri": document["uri"]}})
