"""Every setting, once. What editors show and what the documentation lists is generated from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

SourceName = Literal[
    "rewrite", "selection", "induced", "indented", "memory", "lookup", "rules", "common", "model"
]
"""The draft sources there are."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who may set a setting, or all of a group: written beside its type."""

    name: str


MACHINE = Scope("machine")
"""The user of this machine, never a workspace: it decides what is loaded, run or written to the disk."""


class SettingsGroup(BaseModel):
    """A frozen group of settings: camelCase on the wire, unknown keys refused by name."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )


class ModelSettings(SettingsGroup):
    """The target model."""

    path: str = "specedit-mini"
    """A folder with a model in safetensors format, a name on the hub that is already in its cache, or
    `specedit-mini`, the bundled model."""
    device: str = "auto"
    """`auto`, `cpu`, `cuda` or `cuda:N`. Auto takes the first GPU if there is one."""
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """Precision of the weights in memory. Auto is the checkpoint's own on a GPU; on a CPU it is float32, or
    bfloat16 if the checkpoint is and the CPU has instructions for it."""
    quantization: Literal["none", "int8", "int4"] = "none"
    """Weights of fewer bits, by torchao: less memory, another model. `int4` needs a GPU."""
    tensor_parallel: int = Field(default=1, ge=1, le=64)
    """GPUs that the model is split over, for one that is too large for any of them: the first so many that
    are visible. With `model.device` at `cpu` processes of this machine, to try it out."""


class DraftSettings(SettingsGroup):
    """Drafting: where guesses come from and how long they may be."""

    sources: tuple[SourceName, ...] = get_args(SourceName)
    """Draft sources in use. Empty switches drafting off: slower, same output."""
    width: int = Field(default=512, ge=1, le=4096)
    """Most draft tokens one forward checks. How many it does follows from what they cost on this machine."""
    branches: int = Field(default=8, ge=1, le=64)
    """Most drafts one forward checks, as a tree; 1 is the best one alone."""
    model: Annotated[str, MACHINE] = ""
    """A small model that drafts where there is nothing to copy: a folder or a name, as `model.path`; best
    with the same tokenizer, as `specedit-nano` for the bundled model. Empty for none."""
    micro_draft_tokens: int = Field(default=80, ge=1, le=512)
    """Most tokens that prompt lookup proposes to the draft model at a time."""
    max_num_run: int = Field(default=4, ge=1, le=16)
    """Most forwards of the draft model for one draft."""
    max_ngram: int = Field(default=10, ge=1, le=64)
    """Longest match that prompt lookup looks for on behalf of the draft model."""


class ContextSettings(SettingsGroup):
    """What the model sees besides the selection."""

    max_tokens: int = Field(default=1024, ge=0, le=1_000_000)
    """Token budget for text around the selection: the nearest lines, the headers above it, the imports."""
    rules: tuple[str, ...] = (".specedit/rules.md", "AGENTS.md")
    """Files below the workspace's root that may tell the model the project's rules; the first that is there
    counts. One that git ignores or that looks like a secret is never read."""
    rules_tokens: int = Field(default=1024, ge=0, le=1_000_000)
    """Token budget for the project's rules."""


class StreamSettings(SettingsGroup):
    """How hunks travel to the editor."""

    mode: Literal["line", "hunk", "atomic"] = "hunk"
    """`line` sends each changed line as soon as it is verified; `hunk` sends together what is verified within
    `stream.coalesceMilliseconds`; `atomic` sends one edit at the end."""
    coalesce_milliseconds: int = Field(default=30, ge=0, le=2000)
    """Hunks that are verified within this time of each other are sent together."""
    on_cancel: Literal["revert", "keep"] = "revert"
    """What becomes of hunks already shown when you cancel: `revert` takes them back, `keep` keeps them."""


class WorkerSettings(SettingsGroup):
    """The process that owns the model."""

    url: str = ""
    """A worker on another machine: `https://host:port`. Empty for one of this machine, which is started when
    it is needed. `specedit worker login URL` keeps its token, or `$SPECEDIT_TOKEN` holds it."""
    kind: Literal["specedit", "openai"] = "specedit"
    """What answers at `worker.url`: a specedit worker, or another engine behind OpenAI's API (vLLM, SGLang,
    llama.cpp), which drafts in its own way or not at all."""
    model: str = ""
    """The model to ask for where `worker.kind` is `openai`; empty for the only one that is there."""
    allow_plain_http: bool = False
    """Whether `worker.url` may be `http` to another machine: whoever is between then reads code and token."""
    max_queued: int = Field(default=32, ge=1, le=10_000)
    """Rewrites that may wait besides those under way; further ones are refused. One window may have half of
    all."""
    concurrent: int = Field(default=4, ge=1, le=64)
    """Rewrites that take turns on the model; further ones wait. Windows take turns forward by forward,
    however many rewrites each has, and the last place is kept for a window that has none under way."""
    cache_megabytes: int = Field(default=2048, ge=0)
    """Memory for what was read of earlier prompts, which the next rewrite need not read again."""
    threads: int = Field(default=0, ge=0)
    """CPU threads of the model; 0 takes all cores but one, which the editor keeps."""
    idle_minutes: float = Field(default=10, ge=0, le=10_080)
    """A worker that no window and no command uses any more ends after so many minutes; with 0 at once."""


class LogSettings(SettingsGroup):
    """The log files in the user's log folder."""

    level: Literal["error", "warning", "info", "debug"] = "info"
    """How much is written. Only `debug` may write text of documents and instructions."""


class TraceSettings(SettingsGroup):
    """Rewrites kept on this machine, in the user's state folder, to look at later."""

    keep: Literal["none", "last", "all"] = "none"
    """`last` keeps the newest 50 rewrites with their text and prompts, `all` every one, for `specedit trace`
    and `specedit audit --last`."""


class Settings(SettingsGroup):
    """All settings. A value: changed settings are another object."""

    model: Annotated[ModelSettings, MACHINE] = ModelSettings()
    draft: DraftSettings = DraftSettings()
    context: ContextSettings = ContextSettings()
    stream: StreamSettings = StreamSettings()
    worker: Annotated[WorkerSettings, MACHINE] = WorkerSettings()
    log: Annotated[LogSettings, MACHINE] = LogSettings()
    trace: Annotated[TraceSettings, MACHINE] = TraceSettings()
    presets: dict[str, str] = {
        "Add a docstring": "add a docstring",
        "Add type hints": "add type hints",
        "Simplify": "simplify this code without changing what it does",
    }
    """Instructions offered as code actions: title and instruction."""


def read_settings(raw: object) -> tuple[Settings, list[str]]:
    """Settings as an editor sends them, and what was wrong with them.

    Each unknown or bad setting is named in a sentence of its own and left at its default; the others count.
    """
    problems: list[str] = []
    while True:
        try:
            return Settings.model_validate(raw), problems
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
        where = [str(part) for part in problem["loc"]]
        problems.append(f"Setting {'.'.join(where) or 'specedit'} is left at its default: {problem['msg']}.")
        raw = _without(raw, where)


def _without(raw: object, where: list[str]) -> object:
    if not (where and isinstance(raw, dict) and where[0] in raw):
        return {}
    rest = {key: value for key, value in raw.items() if key != where[0]}
    inner = raw[where[0]]
    if len(where) > 1 and isinstance(inner, dict):
        rest[where[0]] = _without(inner, where[1:])
    return rest
