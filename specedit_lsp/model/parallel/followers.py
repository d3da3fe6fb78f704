"""The other ranks of a model that is split over devices, as rank 0 sees them: started, led, ended."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import torch

from specedit_lsp.model.faults import FollowerLost, ModelFault
from specedit_lsp.model.parallel.ranks import (
    Seat,
    abort_collectives,
    has_joined,
    join_ranks,
    leave_ranks,
)
from specedit_lsp.model.shape import Shape
from specedit_lsp.settings import ModelSettings

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 300.0
"""For what is done together at a time, a long prompt read in many forwards included."""
_NOTICE_SECONDS = 2.0
"""In which the end of a process is noticed, when a collective has failed because of it."""
COMMAND = (sys.executable, "-P", "-m", "specedit_lsp.model.parallel.follower")
HERE = "here"
"""What a follower says when it is ready to join the others."""
LOADED = "loaded"
"""What it says when its share of the weights is in place."""


class Followers:
    """Processes that do what this one does, each on a device of its own, with its own share of all heads.

    They hear of it on their standard input, a line of JSON for each call, and end when that ends: with
    :meth:`end`, or with this process, however it ends. One that ends, or takes longer than ``patience``
    seconds for its part, is lost, and all others with it: ranks that are out of step cannot be brought
    together again.
    """

    def __init__(self, settings: ModelSettings, patience: float = PATIENCE_SECONDS) -> None:
        """Start them; ``settings`` name the model's folder and the kind of device.

        Raises:
            FollowerLost: one of them does not start.
            ModelFault: this process leads others already.
        """
        if has_joined():
            raise ModelFault("This process runs a split model already. Let go of that one first.")
        self.size = settings.tensor_parallel
        """Ranks, this one included."""
        self.patience = patience
        """Seconds for what is done together at a time."""
        self._numbers = count(1)
        self._pending: deque[tuple[object, ...]] = deque()
        """Told, but not sent yet."""
        self._deadline: float | None = None
        self._lost: BaseException | None = None
        self._heard: dict[str, int] = {}
        """How many have said what."""
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._folder = Path(tempfile.mkdtemp(prefix="specedit-ranks-"))
        threads = max(1, torch.get_num_threads() // self.size)
        seats = [
            Seat(rank=rank, size=self.size, folder=self._folder, threads=threads, settings=settings)
            for rank in range(self.size)
        ]
        self._processes = [_start_process(seat) for seat in seats[1:]]
        for rank, process in enumerate(self._processes, 1):
            threading.Thread(
                target=self._listen, args=(rank, process), name=f"rank {rank}", daemon=True
            ).start()
        threading.Thread(target=self._watch, name="ranks", daemon=True).start()
        try:
            # One that does not get as far as this would be waited for by all who have joined.
            self.wait_for(HERE)
            with self.lead():
                join_ranks(seats[0])
        except BaseException:
            self.end()
            raise

    @property
    def pids(self) -> list[int]:
        """Numbers of the processes, by rank."""
        return [process.pid for process in self._processes]

    def wait_for(self, word: str) -> None:
        """Return when all of them have said ``word``, however long that takes.

        Raises:
            FollowerLost: one never will.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._lost or self._heard.get(word, 0) == len(self._processes))
        self._check()

    def open_runner(self, runner: object, shape: Shape) -> int:
        """Have a runner like this one at every rank, as long as this one is there. Return its number."""
        number = next(self._numbers)
        self.tell("open", number, asdict(shape))
        weakref.finalize(runner, self.tell, "close", number).atexit = False
        return number

    def tell(self, *command: object) -> None:
        """Have the others do something by themselves, before they are led the next time."""
        # Nothing is sent here: this may run wherever a runner happens to be collected.
        self._pending.append(command)

    @contextmanager
    def lead(self, *command: object) -> Iterator[None]:
        """While all ranks run the model. ``command``, if there is one, tells the others what to do.

        Raises:
            FollowerLost: one of the ranks is gone, hangs, or has failed in the midst of it.
            torch.OutOfMemoryError: one of them had not enough memory; the others are lost by that.
        """
        if command:
            self.tell(*command)
        self._check()
        self._deadline = time.monotonic() + self.patience
        try:
            self._send()
            yield
        except (RuntimeError, OSError) as error:
            # The operation failed, perhaps because a process ended, which says more.
            with self._changed:
                self._changed.wait_for(lambda: self._lost, _NOTICE_SECONDS)
            self._lose(
                error if isinstance(error, torch.OutOfMemoryError) else FollowerLost(f"rank 0: {error}")
            )
        finally:
            self._deadline = None
        # Whatever came out of an operation that was broken off.
        self._check()

    def end(self) -> None:
        """Let them go, and be a process of its own again. Safe to call twice."""
        self._ended.set()
        for process in self._processes:
            assert process.stdin is not None
            with suppress(OSError):
                process.stdin.close()
        for process in self._processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        leave_ranks()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _send(self) -> None:
        lines = ""
        while self._pending:
            lines += f"{json.dumps(self._pending.popleft())}\n"
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(lines)
            process.stdin.flush()

    def _check(self) -> None:
        loss = self._lost
        if isinstance(loss, torch.OutOfMemoryError):
            # That is said once, to whom it happened: the next one needs other processes, not less memory.
            self._lost = FollowerLost(str(loss))
        if loss:
            raise loss

    def _lose(self, loss: BaseException) -> None:
        """All is over. The first reason counts; what follows comes of it."""
        with self._changed:
            if self._lost or self._ended.is_set():
                return
            self._lost = loss
            self._changed.notify_all()
        logger.error("the ranks are lost: %s", loss)
        for process in self._processes:
            process.kill()
        abort_collectives()

    def _listen(self, rank: int, process: subprocess.Popen[str]) -> None:
        """Hear what one has to say, until it ends."""
        assert process.stdout is not None
        with process.stdout as replies:
            for line in replies:
                self._hear(rank, json.loads(line))
        status = process.wait()
        self._lose(FollowerLost(f"rank {rank} of {self.size} ended with status {status}"))

    def _hear(self, rank: int, reply: dict[str, Any]) -> None:
        if fault := reply.get("fault"):
            message = f"rank {rank} of {self.size} failed: {fault}"
            kind = torch.OutOfMemoryError if reply.get("memory") else FollowerLost
            self._lose(kind(message))
            return
        with self._changed:
            word = reply["says"]
            self._heard[word] = self._heard.get(word, 0) + 1
            self._changed.notify_all()

    def _watch(self) -> None:
        """Give up those who hang."""
        while not self._ended.wait(min(1.0, self.patience / 4)) and not self._lost:
            if self._deadline and time.monotonic() > self._deadline:
                self._lose(FollowerLost(f"a rank of {self.size} hangs, for {self.patience:.0f} seconds"))


@contextmanager
def joined(
    settings: ModelSettings, folder: Path, device: torch.device, rank: int
) -> Iterator[Followers | None]:
    """While the model in ``folder`` is loaded, on devices of this kind: who follows, if this process leads.

    They stay when the block is left; if it fails, nobody follows any more.

    Raises:
        ModelFault: one of the others failed; the message says how.
    """
    followers = None
    try:
        if settings.tensor_parallel > 1 and rank == 0:
            chosen = {"path": str(folder.resolve()), "device": device.type}
            followers = Followers(settings.model_copy(update=chosen))
        yield followers
    except BaseException as error:
        if followers:
            followers.end()
        if isinstance(error, FollowerLost):
            raise ModelFault(f"The model cannot be split: {error}.") from error
        raise


def _start_process(seat: Seat) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.write(f"{seat.model_dump_json()}\n")
        process.stdin.flush()
    return process
