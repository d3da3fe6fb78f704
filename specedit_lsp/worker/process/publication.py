"""A worker's place in the runtime folder: taken, announced, given up."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass

from filelock import FileLock

from specedit_lsp.transport.local.listening import Listening
from specedit_lsp.transport.local.worker_record import (
    WorkerFiles,
    WorkerRecord,
    read_record,
    remove_record,
    write_record,
)

TAKE_SECONDS = 10.0
"""A worker that has given up its place does so at once; another one keeps it."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The one worker of its name, for all to find until :meth:`withdraw`."""

    files: WorkerFiles
    bound: socket.socket
    record: WorkerRecord
    _life: FileLock

    @classmethod
    def take(cls, files: WorkerFiles, listening: Listening) -> Publication:
        """Take the place, listen, and leave a record with a new token.

        Raises:
            filelock.Timeout: another worker has the place.
            OSError: there is no listening, or no record can be left.
        """
        life = FileLock(files.life)
        life.acquire(timeout=TAKE_SECONDS)
        bound = listening.bind(files.socket)
        record = WorkerRecord.of(listening.address(bound, secrets.token_urlsafe(32)))
        write_record(files.record, record)
        return cls(files, bound, record, life)

    @property
    def is_standing(self) -> bool:
        """Whether others still find this worker; someone may have cleared the folder."""
        is_there = self.record.socket is None or self.record.socket.exists()
        return is_there and read_record(self.files.record) == self.record

    def withdraw(self) -> None:
        """Give the place up, for another worker to take. Safe to call twice."""
        if self._life.is_locked:
            remove_record(self.files, self.record)
            self._life.release()
