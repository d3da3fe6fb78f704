"""Time to the first hunk through the real language server, its worker, and a model of full size."""

from __future__ import annotations

import asyncio
import gc
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import IO

import torch

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.gpu.findings import FirstHunk
from specedit_lsp.evaluation.gpu.generated_edits import make_edited_files
from specedit_lsp.evaluation.gpu.scripted_model import find_chain, save_model, script_answer
from specedit_lsp.evaluation.gpu.shapes import draw_weights
from specedit_lsp.evaluation.gpu.workbench import Workbench
from specedit_lsp.evaluation.server_session import Json, ServerSession, running_server
from specedit_lsp.evaluation.task import build_task

_FILES = 5
_COLD_SECONDS = 180.0
_SELECTED = range(40, 60)
"""Lines of a file."""


def time_first_hunks(bench: Workbench) -> None:
    """Save a model of the part's shape in a temporary folder and have the real server rewrite with it.

    Its weights are random but for what makes it give a short answer, see
    :mod:`specedit_lsp.evaluation.gpu.scripted_model`.
    """
    with tempfile.TemporaryDirectory(prefix="specedit-model-") as name:
        folder = Path(name)
        model = draw_weights(replace(bench.part.shape, tied=False), bench.dtype, bench.device)
        case = EditCase("any", "python", "change it", "value", "value")
        script_answer(model, find_chain(bench.tokenizer, build_task(case, bench.tokenizer)[0].prompt[-1]))
        save_model(model, bench.tokenizer, folder)
        # The worker is another process and needs the room.
        del model
        gc.collect()
        if bench.device.type == "cuda":
            torch.cuda.empty_cache()
        with (folder / "server.log").open("w+b") as log:
            try:
                asyncio.run(_rewrite_files(bench, folder, log))
            except Exception as error:
                log.seek(0)
                error.add_note(f"The server's last words:\n{log.read().decode(errors='replace')[-4000:]}")
                raise


async def _rewrite_files(bench: Workbench, folder: Path, log: IO[bytes]) -> None:
    settings = {"model": {"path": str(folder), "device": str(bench.device), "dtype": bench.part.precision}}
    async with running_server(log=log) as session:
        await session.initialize(settings)
        for number, text in enumerate(_make_files()):
            if bench.is_over(f"first hunks from file {number} on"):
                return
            uri = f"file:///file_{number}.py"
            document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
            session.notify("textDocument/didOpen", {"textDocument": document})
            case = "new file" if number else "cold"
            for what, instruction in ((case, "sort the imports"), ("same file", "simplify this")):
                seconds, stats = await _rewrite(session, uri, instruction)
                bench.journal.add(
                    FirstHunk(bench.part.shape.name, what, seconds, stats["promptTokens"], stats["forwards"])
                )


async def _rewrite(session: ServerSession, uri: str, instruction: str) -> tuple[float, Json]:
    """Return the seconds until the first hunk and the stats.

    Raises:
        RuntimeError: the server refused, or sent no hunk.
    """
    arrivals: list[float] = []

    def listen(message: Json, at: float) -> None:
        value = message.get("params", {}).get("value")
        if message.get("method") == "$/progress" and isinstance(value, dict) and value.get("edits"):
            arrivals.append(at)

    session.listener = listen
    span = {
        "start": {"line": _SELECTED.start, "character": 0},
        "end": {"line": _SELECTED.stop, "character": 0},
    }
    params = {"textDocument": {"uri": uri}, "range": span, "instruction": instruction}
    began = perf_counter()
    answer = await session.request(
        "specedit/rewriteRange", {**params, "partialResultToken": "hunks"}, _COLD_SECONDS
    )
    if "error" in answer:
        raise RuntimeError(f"the server refused the rewrite: {answer['error']['message']}")
    if not arrivals:
        raise RuntimeError("the rewrite brought no hunk")
    return arrivals[0] - began, answer["result"]["stats"]


def _make_files() -> Iterator[str]:
    """Yield texts of about 150 lines, long enough for context on both sides of the selection."""
    dice = random.Random(0)
    for case in make_edited_files(_FILES, ratio=0.0, length=6000):
        # No two files begin alike: nothing of one prompt is of use to the next.
        yield f"SERIAL = {dice.randrange(10**9)}\n" + case.before
