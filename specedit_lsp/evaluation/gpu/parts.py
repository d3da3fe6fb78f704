"""The parts of the report, the most valuable first, and what each is given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from specedit_lsp.evaluation.gpu.shapes import LARGE, MEDIUM, SMALL, TINY, ModelShape


class Step(StrEnum):
    """What a part may consist of. Each goes on alone: what fails takes nothing else along."""

    CEILINGS = "ceilings"
    GATE = "row-permutation gate"
    FORWARDS = "forward times"
    EXACTNESS = "exactness"
    REPLAYS = "replayed edits"
    FIRST_HUNK = "time to first hunk"
    COMPILED = "compiled layers"


class EditSet(StrEnum):
    """What is replayed."""

    STYLE = "style renames"
    """One name of a function from snake_case to camelCase, as in VANTAGE's style set."""
    REGIONS = "regions of 2,000 tokens, at most 5 % of lines changed"
    FILES_10 = "files of 5,000 characters, 10 % edited"
    FILES_20 = "files of 5,000 characters, 20 % edited"
    FILES_50 = "files of 5,000 characters, 50 % edited"
    FILES_90 = "files of 5,000 characters, 90 % edited"
    OWN = "edits of the given file"


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """How a set of edits is replayed."""

    edits: EditSet
    count: int
    repeats: int
    plain: int
    """So many of the edits without drafts as well: these take as many forwards as there are tokens."""
    sweep: bool = False
    """Whether the model also disagrees with the answer here and there; and plain decoding with all rows."""


@dataclass(frozen=True, slots=True)
class Part:
    """One process with one model."""

    name: str
    seconds: float
    """To be done by; what is not begun by then is left out and named."""
    steps: tuple[Step, ...]
    shape: ModelShape = TINY
    precision: str = "bfloat16"
    quantization: str = "none"
    rows: tuple[int, ...] = ()
    buckets: tuple[int, ...] = ()
    gate_buckets: tuple[int, ...] = ()
    replays: tuple[ReplayPlan, ...] = ()
    texts: int = 4
    """To check exactness on."""
    text_tokens: int = 192
    copy_bytes: int = 4 * 2**30
    product_size: int = 8192


_ROWS = (128, 32, 16, 64, 256)
_BUCKETS = (1024, 4096, 16384, 2048, 8192)

FULL: tuple[Part, ...] = (
    Part("card", 60, (Step.CEILINGS,)),
    Part(
        "7B bfloat16",
        220,
        (Step.GATE, Step.FORWARDS, Step.EXACTNESS, Step.REPLAYS, Step.COMPILED),
        MEDIUM,
        rows=_ROWS,
        buckets=_BUCKETS,
        gate_buckets=(1024, 4096, 16384),
        replays=(
            ReplayPlan(EditSet.STYLE, 10, repeats=5, plain=10, sweep=True),
            ReplayPlan(EditSet.REGIONS, 4, repeats=3, plain=1),
            ReplayPlan(EditSet.FILES_20, 3, repeats=2, plain=1),
            ReplayPlan(EditSet.FILES_10, 2, repeats=1, plain=0),
            ReplayPlan(EditSet.FILES_50, 2, repeats=1, plain=0),
            ReplayPlan(EditSet.FILES_90, 1, repeats=1, plain=0),
            ReplayPlan(EditSet.OWN, 24, repeats=1, plain=8),
        ),
    ),
    Part(
        "32B bfloat16",
        115,
        (Step.GATE, Step.FORWARDS, Step.REPLAYS, Step.EXACTNESS),
        LARGE,
        rows=(128, 32, 16, 256),
        buckets=(1024, 4096, 16384),
        gate_buckets=(4096,),
        texts=1,
        text_tokens=128,
        replays=(
            ReplayPlan(EditSet.FILES_20, 4, repeats=1, plain=0),
            ReplayPlan(EditSet.STYLE, 4, repeats=1, plain=1),
        ),
    ),
    Part("server", 70, (Step.FIRST_HUNK,), SMALL),
    Part(
        "1.5B bfloat16",
        35,
        (Step.GATE, Step.FORWARDS, Step.EXACTNESS),
        SMALL,
        rows=_ROWS,
        buckets=_BUCKETS,
        gate_buckets=(1024, 4096),
    ),
    Part(
        "7B float32",
        55,
        (Step.GATE, Step.FORWARDS, Step.EXACTNESS),
        MEDIUM,
        "float32",
        rows=(32, 16, 128),
        buckets=(1024, 4096),
        gate_buckets=(1024,),
        texts=2,
        text_tokens=128,
    ),
    Part(
        "7B int8",
        35,
        (Step.FORWARDS, Step.GATE, Step.EXACTNESS),
        MEDIUM,
        quantization="int8",
        rows=(128, 16),
        buckets=(4096,),
        gate_buckets=(1024,),
        texts=1,
    ),
    Part(
        "7B int4",
        35,
        (Step.FORWARDS, Step.GATE, Step.EXACTNESS),
        MEDIUM,
        quantization="int4",
        rows=(128, 16),
        buckets=(4096,),
        gate_buckets=(1024,),
        texts=1,
    ),
    Part(
        "1.5B float32",
        30,
        (Step.GATE, Step.FORWARDS, Step.EXACTNESS),
        SMALL,
        "float32",
        rows=(32, 16, 128),
        buckets=(1024, 4096),
        gate_buckets=(1024,),
        texts=2,
    ),
)
"""For a card with 80 GB and more. For the last ones there may be no time left; then they are left out."""

TRIAL: tuple[Part, ...] = (
    Part("tiny card", 120, (Step.CEILINGS,), copy_bytes=2**20, product_size=64),
    Part(
        "tiny bfloat16",
        180,
        (Step.GATE, Step.FORWARDS, Step.EXACTNESS, Step.REPLAYS),
        rows=(16,),
        buckets=(1024,),
        gate_buckets=(1024,),
        texts=1,
        text_tokens=24,
        replays=(ReplayPlan(EditSet.STYLE, 1, repeats=1, plain=1),),
    ),
    Part("tiny server", 240, (Step.FIRST_HUNK,)),
)
"""The same with a tiny model, anywhere: whether the report works."""
