"""What the report finds, piece by piece, and the file that keeps it whatever comes after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import get_args


@dataclass(frozen=True, slots=True)
class Card:
    """The device and the software on it."""

    name: str
    memory_bytes: int
    driver: str
    torch: str
    transformers: str
    python: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the card's own tool said once a part was through: clocks, power and temperature."""

    part: str
    reading: str


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that this device was seen to do."""

    what: str
    """``copy``, in bytes read and written; else the precision of a matrix product, in operations."""
    per_second: float


@dataclass(frozen=True, slots=True)
class RowDependence:
    """Outcome of the row-permutation gate."""

    model: str
    precision: str
    rows: int
    branches: int
    """That the rows were dealt to."""
    bucket: int
    worst: float
    """By how much logits moved with the company of their row; 0.0 is bitwise equal."""


@dataclass(frozen=True, slots=True)
class ForwardTime:
    """One forward in canonical shape, argmax included."""

    model: str
    precision: str
    how: str
    """``eager``, ``recorded`` as a CUDA graph, or ``recorded, compiled layers``."""
    rows: int
    branches: int
    """That the rows are dealt to."""
    bucket: int
    milliseconds: float
    """Median, by the device's own clock."""
    p95_milliseconds: float
    synchronised_milliseconds: float
    """Median as the decoding loop sees it: from ids on the host to choices on the host."""
    bytes: float
    """The fewest that must be read: weights once, keys and values of a full bucket."""
    operations: float
    """The fewest that must be done: two per weight and row, and attention over a full bucket."""


@dataclass(frozen=True, slots=True)
class ReplayRun:
    """One edit by one method, the answer forced upon the model."""

    model: str
    precision: str
    edits: str
    """The set that the edit is from."""
    edit: str
    method: str
    disagreement: float
    """Part of the answer's tokens that were exchanged for others."""
    prompt_tokens: int
    tokens: int
    """Of the answer, with the one that ends it."""
    characters: int
    forwards: int
    """Those that only read a part of the prompt included."""
    seconds: float
    """From the prompt in tokens to the last token, building of the drafter included."""
    first_seconds: float
    """Of these, until the first token."""


@dataclass(frozen=True, slots=True)
class Exactness:
    """The model's own greedy output without drafts and with bad ones."""

    model: str
    precision: str
    drafts: str
    texts: int
    tokens: int
    differing: int
    """Texts that differ anywhere."""
    first_difference: str
    """Where the first of them does, or nothing."""


@dataclass(frozen=True, slots=True)
class FirstHunk:
    """One rewrite through the real language server."""

    model: str
    case: str
    """``cold`` starts the worker and loads the model, ``new file``, or ``same file`` as the one before."""
    seconds: float
    """From the request leaving the editor to the first hunk there."""
    prompt_tokens: int
    forwards: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A step that failed. What else there is of its part counts."""

    part: str
    step: str
    account: str
    """The traceback, or what was logged."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not run."""

    part: str
    what: str
    reason: str


Finding = (
    Card
    | Clocks
    | Ceiling
    | RowDependence
    | ForwardTime
    | ReplayRun
    | Exactness
    | FirstHunk
    | Fault
    | LeftOut
)

_KINDS: dict[str, type[Finding]] = {kind.__name__: kind for kind in get_args(Finding)}


class Journal:
    """Findings in a file, one JSON object a line: a process that dies takes none of them along."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, finding: Finding) -> None:
        """Write one down."""
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(to_row(finding), ensure_ascii=False) + "\n")

    def read(self) -> list[Finding]:
        """Return all that was written down; of a line that was broken off, nothing."""
        if not self._path.exists():
            return []
        return list(_parse(self._path.read_text(encoding="utf-8").split("\n")[:-1]))


def to_row(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON has it."""
    return {"kind": type(finding).__name__, **asdict(finding)}


def _parse(lines: Iterable[str]) -> Iterator[Finding]:
    for line in lines:
        row = json.loads(line)
        yield _KINDS[row.pop("kind")](**row)
