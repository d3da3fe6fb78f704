"""What a worker leaves in the runtime folder, so that others of its user find it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.local.processes import KnownProcess
from specedit_lsp.transport.logs import log_folder
from specedit_lsp.transport.messages import Message
from specedit_lsp.version import VERSION


class WorkerRecord(Message):
    """Where a worker answers and who it is. It holds the token, so only the user may read it."""

    process: KnownProcess
    version: str
    url: str
    socket: Path | None
    token: str

    @classmethod
    def of(cls, endpoint: Endpoint) -> Self:
        """The record of this process, which answers there."""
        return cls(
            process=KnownProcess.this(),
            version=VERSION,
            url=endpoint.url,
            socket=endpoint.socket,
            token=endpoint.token,
        )

    def __repr__(self) -> str:
        return f"WorkerRecord(pid={self.process.pid}, version={self.version!r}, address={self.address!r})"

    __str__ = __repr__

    @property
    def endpoint(self) -> Endpoint:
        """Where to ask it."""
        return Endpoint(self.url, self.token, self.socket)

    @property
    def address(self) -> str:
        """The same for people."""
        return str(self.socket or self.url)


@dataclass(frozen=True, slots=True)
class WorkerFiles:
    """The files of the worker of one name."""

    folder: Path
    name: str

    @property
    def record(self) -> Path:
        """Its record; there while it takes orders, and after a crash."""
        return self.folder / f"{self.name}.json"

    @property
    def socket(self) -> Path:
        """Its socket, if it has one."""
        return self.folder / f"{self.name}.sock"

    @property
    def life(self) -> Path:
        """The lock that it holds while it takes orders."""
        return self.folder / f"{self.name}.lock"

    @property
    def start(self) -> Path:
        """The lock of whoever starts it."""
        return self.folder / f"{self.name}.start"

    @property
    def crashes(self) -> Path:
        """When it crashed."""
        return self.folder / f"{self.name}.crashes"

    def remove(self) -> None:
        """Remove what a worker left that is not coming back, but its log."""
        for path in (self.record, self.socket, self.life, self.start, self.crashes):
            path.unlink(missing_ok=True)

    @property
    def log(self) -> Path:
        """What it says; it outlives the worker."""
        return log_folder() / f"worker-{self.name}.log"


def list_workers(folder: Path) -> Iterator[WorkerFiles]:
    """The files of all workers that have a record in a runtime folder."""
    for path in sorted(folder.glob("*.json")):
        yield WorkerFiles(folder, path.stem)


def read_record(path: Path) -> WorkerRecord | None:
    """Return a record; None if there is none, or one that cannot be read."""
    try:
        return WorkerRecord.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def write_record(path: Path, record: WorkerRecord) -> None:
    """Write a record, which is there as a whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".record-")  # readable by the user alone
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(record.to_json())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def remove_record(files: WorkerFiles, record: WorkerRecord) -> None:
    """Remove the record and the socket of a worker, unless another one has taken its place."""
    if read_record(files.record) == record:
        files.record.unlink(missing_ok=True)
        files.socket.unlink(missing_ok=True)
