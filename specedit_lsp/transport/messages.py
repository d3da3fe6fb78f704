"""What the language server and the worker say to each other.

An order goes out as the JSON body of ``POST /v1/rewrite``; the answer is a stream of lines, one JSON event
each. A stream that ends without :class:`Done` or :class:`Failed` was cut off, and its text must not be kept.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from specedit_lsp.settings import DraftSettings, SourceName

PROTOCOL_VERSION = 1


class Message(BaseModel):
    """A frozen value that crosses a process boundary: camelCase on the wire, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    def to_json(self) -> str:
        """This message as one line of JSON."""
        return self.model_dump_json(by_alias=True)


class DraftOptions(Message):
    """What a window may choose of how its rewrites are drafted: it changes their cost, never their text."""

    sources: tuple[SourceName, ...] = Field(max_length=64)
    """Draft sources in use."""
    width: int = Field(ge=1, le=4096)
    """Most draft tokens one forward checks."""
    branches: int = Field(ge=1, le=64)
    """Most drafts one forward checks."""

    @classmethod
    def of(cls, settings: DraftSettings) -> Self:
        """What these settings choose."""
        return cls(sources=settings.sources, width=settings.width, branches=settings.branches)


class RewriteOrder(Message):
    """One selection to rewrite, with everything the worker may know about it."""

    instruction: str
    """What should change, in the user's words."""
    selection: str
    """The text to rewrite; line ends are ``\\n`` only."""
    before: str = ""
    """Text in front of the selection, nearest last; the worker cuts it to its token budget."""
    after: str = ""
    """Text behind the selection."""
    language: str = "plaintext"
    """LSP language identifier."""
    workspace: str = ""
    """What tells one workspace from another, for what earlier rewrites in it were like; empty for none."""
    rules: str = ""
    """The project's own rules, in its words; the worker cuts them to their token budget."""
    context_tokens: int = Field(default=1024, ge=0)
    """Most tokens of the text around the selection."""
    rules_tokens: int = Field(default=1024, ge=0)
    """Most tokens of the rules."""
    drafting: DraftOptions | None = None
    """How it is drafted; None leaves that to the worker."""
    likely: str = ""
    """What the selection may read afterwards, if the client can tell: a draft, never trusted."""
    verified: str = ""
    """Text that an earlier try of the same order brought before it broke off: a draft of what the answer
    begins with, never trusted."""


class Reason(StrEnum):
    """Why a rewrite was refused or broke off. A closed list: clients may switch on it."""

    EMPTY_INSTRUCTION = "emptyInstruction"
    EMPTY_SELECTION = "emptySelection"
    EMPTY_OUTPUT = "emptyOutput"
    OUTPUT_CUT_OFF = "outputCutOff"
    OUTPUT_DIFFERS = "outputDiffers"
    RANGE_TOO_LONG = "rangeTooLong"
    INVALID_ORDER = "invalidOrder"
    ORDER_TOO_LARGE = "orderTooLarge"
    QUEUE_FULL = "queueFull"
    TOO_MANY_REQUESTS = "tooManyRequests"
    READER_TOO_SLOW = "readerTooSlow"
    TIME_LIMIT = "timeLimit"
    NOT_AUTHORISED = "notAuthorised"
    NO_SUCH_ROUTE = "noSuchRoute"
    WORKER_RETIRING = "workerRetiring"
    MODEL_UNUSABLE = "modelUnusable"
    OUT_OF_MEMORY = "outOfMemory"
    WORKER_CRASHED = "workerCrashed"
    WORKER_UNREACHABLE = "workerUnreachable"
    INTERNAL_ERROR = "internalError"


class SourceCount(Message):
    """How one draft source fared."""

    proposed: int = 0
    accepted: int = 0


class RewriteStats(Message):
    """What one rewrite cost."""

    prompt_tokens: int
    output_tokens: int
    forwards: int
    """Runs of the target model, prefill included."""
    seconds: float
    """From the start of the prefill to the last verified token."""
    first_text_seconds: float
    """From the start of the prefill to the first verified text."""
    plain_seconds: float | None = None
    """What one forward for each token would have taken here, by what forwards cost; None if unknown."""
    reused_tokens: int = 0
    """Prompt tokens that an earlier rewrite or a warm prefill had left in the cache."""
    sources: dict[str, SourceCount]
    """Draft tokens proposed and accepted, by source."""

    @property
    def tokens_per_forward(self) -> float:
        """Verified tokens that one forward brought, on average."""
        return self.output_tokens / max(self.forwards, 1)


TARGET = "target"
"""Stands among the draft sources for what the target model wrote by itself."""


class Origin(Message):
    """Where a run of characters comes from."""

    length: int
    """Characters."""
    source: str
    """The draft source whose tokens these were, or ``TARGET``."""
    forward: int
    """Number of the forward that verified them; the prefill is 1."""


class Piece(Message):
    """Verified text that continues all pieces before it."""

    kind: Literal["piece"] = "piece"
    seq: int
    text: str
    origins: tuple[Origin, ...] = ()
    """Of all of ``text``, in order."""


class Alive(Message):
    """Nothing new, but the worker is there: ``ahead`` rewrites must end before this one begins."""

    kind: Literal["alive"] = "alive"
    ahead: int = 0


class Done(Message):
    """The stream is complete. ``sha256`` is that of all pieces together, as UTF-8."""

    kind: Literal["done"] = "done"
    sha256: str
    stats: RewriteStats


MOST_WORDS = 10_000
"""Characters of a text for people."""


def _make_harmless(text: str) -> str:
    """Leave out what a terminal would obey, and what is too long to be read."""
    return "".join(each if each.isprintable() or each == "\n" else " " for each in text[:MOST_WORDS])


Words = Annotated[str, AfterValidator(_make_harmless)]
"""A text for people, which may come from a worker that is not ours."""


class Failed(Message):
    """The rewrite broke off; nothing of it may be kept."""

    kind: Literal["failed"] = "failed"
    reason: Reason
    message: Words


Event = Piece | Alive | Done | Failed
EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


class PromptShown(Message):
    """What the model would read for an order: the answer of ``POST /v1/prompt``."""

    prompt: str
    tokens: int
    model: str


class WorkerState(StrEnum):
    """Where the worker stands."""

    STARTING = "starting"
    LOADING = "loading"
    READY = "ready"
    BUSY = "busy"
    FAILED = "failed"
    ENDED = "ended"
    """It ended as it should, told to or unused. The next rewrite starts it again."""


class WorkerStatus(Message):
    """What ``GET /v1/status`` tells, once for every change."""

    state: WorkerState
    message: Words = ""
    percent: int | None = None
    """How much of the model is loaded, 0 to 100, while loading."""
    model: Words = ""
    device: Words = ""
    queued: int = 0
    tokens_per_second: float | None = None
    """Of the last rewrite that was finished."""
    version: Words = ""
    """Of the package that the worker runs."""
    pid: int = 0
    clients: int = 0
    """Windows and commands that follow the status or have rewrites here."""
    idle_seconds: float = 0.0
    """For how long there have been none, when asked."""
    protocol: int = PROTOCOL_VERSION


def digest(text: str) -> str:
    """The hash that a stream's closing line carries."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
