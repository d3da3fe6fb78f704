"""Processes that make the next groups of batches while others train."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections import deque
from multiprocessing.connection import Connection
from pathlib import Path

import torch

from specedit_lsp.training.batches import Batch, BatchMaker

GROUP_BATCHES = 12


class Feeder:
    """Asks its processes in turn for groups of batches; groups arrive in the order they were asked for."""

    def __init__(self, folder: Path, seed: int, batch_tokens: int, processes: int = 1) -> None:
        context = multiprocessing.get_context("spawn")
        self.waiting: deque[Connection] = deque()
        self.connections: deque[Connection] = deque()
        self.processes = []
        for _ in range(processes):
            connection, far_end = context.Pipe()
            arguments = (far_end, folder, seed, batch_tokens)
            process = context.Process(target=serve_groups, args=arguments, daemon=True)
            process.start()
            self.connections.append(connection)
            self.processes.append(process)

    @property
    def ahead(self) -> int:
        """Groups that were asked for and have not been received."""
        return len(self.waiting)

    def request(self, group: int, longest: int) -> None:
        """Have group number `group` made, of sequences of at most `longest` tokens."""
        self.connections[0].send((group, longest))
        self.waiting.append(self.connections[0])
        self.connections.rotate(-1)

    def receive(self) -> list[Batch]:
        """Wait for the group that was requested first."""
        batches: list[Batch] = pickle.loads(self.waiting.popleft().recv_bytes())
        return batches

    def close(self) -> None:
        """End the processes."""
        for process in self.processes:
            process.terminate()
            process.join()


def serve_groups(connection: Connection, folder: Path, seed: int, batch_tokens: int) -> None:
    """Make the groups that are asked for until the process is ended."""
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count() or 1))  # whoever started it may sit on one processor
    maker = BatchMaker(folder, seed)
    while True:
        group, longest = connection.recv()
        # Pickled here because a connection would pass tensors as shared memory, a file for each.
        connection.send_bytes(pickle.dumps(maker.make_group(group, longest, batch_tokens, GROUP_BATCHES)))
