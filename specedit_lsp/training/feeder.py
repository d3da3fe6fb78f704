"""A second process that makes the next group of batches while the first one trains."""

from __future__ import annotations

import multiprocessing
import pickle
from multiprocessing.connection import Connection
from pathlib import Path

import torch

from specedit_lsp.training.batches import Batch, BatchMaker

GROUP_BATCHES = 12


class Feeder:
    """Asks its process for groups of batches, one ahead."""

    def __init__(self, folder: Path, seed: int, batch_tokens: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, far_end = context.Pipe()
        arguments = (far_end, folder, seed, batch_tokens)
        self.process = context.Process(target=serve_groups, args=arguments, daemon=True)
        self.process.start()

    def request(self, group: int, longest: int) -> None:
        """Have group number `group` made, of sequences of at most `longest` tokens."""
        self.connection.send((group, longest))

    def receive(self) -> list[Batch]:
        """Wait for the group that was requested first."""
        batches: list[Batch] = pickle.loads(self.connection.recv_bytes())
        return batches

    def close(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.join()


def serve_groups(connection: Connection, folder: Path, seed: int, batch_tokens: int) -> None:
    """Make the groups that are asked for until the process is ended."""
    torch.set_num_threads(1)
    maker = BatchMaker(folder, seed)
    while True:
        group, longest = connection.recv()
        # Pickled here because a connection would pass tensors as shared memory, a file for each.
        connection.send_bytes(pickle.dumps(maker.make_group(group, longest, batch_tokens, GROUP_BATCHES)))
