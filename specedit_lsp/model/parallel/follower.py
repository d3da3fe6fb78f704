"""A process that follows: a share of the model on a device of its own, and whatever rank 0 does with it.

It reads on standard input what it is to do and ends when that ends. Its standard output has a line of JSON
for what rank 0 must know; libraries that print are sent to standard error.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from specedit_lsp.model.parallel.ranks import Seat, join_ranks

if TYPE_CHECKING:
    from specedit_lsp.model.loading import LoadedModel
    from specedit_lsp.model.runner import ModelRunner


class Share:
    """One rank's part of the model, with runners like those of rank 0."""

    def __init__(self, loaded: LoadedModel) -> None:
        self._loaded = loaded
        self._runners: dict[int, ModelRunner] = {}

    def do(self, name: str, *arguments: Any) -> None:
        """Do what rank 0 did, or is about to do."""
        from specedit_lsp.model.gate import find_row_dependence
        from specedit_lsp.model.runner import ModelRunner
        from specedit_lsp.model.shape import Shape

        match name, *arguments:
            case "open", number, shape:
                self._runners[number] = ModelRunner(self._loaded, Shape(**shape))
            case "close", number:
                del self._runners[number]
            case "prove", shape, bucket, branches:
                find_row_dependence(self._loaded, Shape(**shape), bucket, branches)
            case "continue_from", number, [other, length], _:
                self._runners[number].continue_from(self._runners[other], length)
            case _, number, given, named:
                getattr(self._runners[number], name)(*given, **named)


def main() -> None:
    """Follow until rank 0 is gone."""
    replies = _take_standard_output()
    # A terminal and a service manager send these to all processes; rank 0 finishes first what it accepted.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    seat = Seat.model_validate_json(sys.stdin.readline() or sys.exit())
    commands: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()
    # In a thread, so that nothing that this process is in the midst of keeps it from ending.
    listener = threading.Thread(target=_listen, args=(commands, seat.folder), daemon=True)
    listener.start()
    try:
        _follow(seat, commands, replies)
    except Exception as error:
        with suppress(OSError):
            _say(replies, fault=f"{type(error).__name__}: {error}", memory=_is_out_of_memory(error))
        # Rank 0 ends this process when it hears that, or has ended itself.
        listener.join()


def _follow(seat: Seat, commands: queue.SimpleQueue[list[Any]], replies: TextIO) -> None:
    from specedit_lsp.model.faults import ModelFault
    from specedit_lsp.model.loading import load_model
    from specedit_lsp.model.parallel.followers import HERE, LOADED

    def tell_when_loaded(percent: int) -> None:
        if percent == 100:
            _say(replies, says=LOADED)

    _say(replies, says=HERE)
    join_ranks(seat)
    share = Share(load_model(seat.settings, tell_when_loaded, seat.rank))
    while True:
        # These were raised at rank 0 as well, which knows what to do about them.
        with suppress(ModelFault, ValueError):
            share.do(*commands.get())


def _listen(commands: queue.SimpleQueue[list[Any]], folder: Path) -> None:
    for line in sys.stdin:
        commands.put(json.loads(line))
    # Rank 0 may have had no time for it.
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _say(replies: TextIO, **words: object) -> None:
    replies.write(f"{json.dumps(words)}\n")
    replies.flush()


def _take_standard_output() -> TextIO:
    """Keep it for what is said here, whoever else prints."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return replies


def _is_out_of_memory(error: Exception) -> bool:
    # By name: what failed may be the import of PyTorch.
    return type(error).__name__ == "OutOfMemoryError" or "not enough memory" in str(error)


if __name__ == "__main__":
    main()
