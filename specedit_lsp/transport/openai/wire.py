"""What an OpenAI-compatible server says: its models, its stream of chunks, its errors.

Servers add fields of their own and leave out others, so that unlike our own wire this one is read leniently.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from typing import Any

from pydantic import BaseModel, ValidationError

from specedit_lsp.transport.lines import read_lines

MOST_WORDS = 300
"""Characters of a server's own words that are quoted to the user."""


class Delta(BaseModel):
    """What a chunk adds to the answer."""

    content: str | None = None
    tool_calls: list[Any] | None = None


class Choice(BaseModel):
    """One answer; there is never more than one."""

    delta: Delta = Delta()
    finish_reason: str | None = None


class PredictionUsage(BaseModel):
    """What became of a prediction."""

    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None


class Usage(BaseModel):
    """What an answer cost, in tokens."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    completion_tokens_details: PredictionUsage | None = None


class Chunk(BaseModel):
    """One event of a streamed answer."""

    choices: list[Choice] = []
    usage: Usage | None = None
    error: Any = None


class ServedModel(BaseModel):
    """A model that a server has."""

    id: str
    max_model_len: int | None = None
    """What it reads and writes together, in tokens; vLLM and SGLang tell."""


class ModelList(BaseModel):
    """The answer of ``GET /v1/models``."""

    data: list[ServedModel] = []


class _Explanation(BaseModel):
    message: Any = None
    error: Any = None
    detail: Any = None


async def read_chunks(chunks: AsyncIterable[bytes]) -> AsyncGenerator[Chunk, None]:
    """Yield the chunks of a stream of server-sent events, up to ``[DONE]`` or its end.

    Comments and fields other than ``data`` are skipped, as the HTML standard has it. Each chunk is one line:
    no server of this API splits them.

    Raises:
        StreamTooLong: more comes than any answer has.
        pydantic.ValidationError: an event is no chunk.
    """
    async with aclosing(read_lines(chunks)) as lines:
        async for line in lines:
            field, _, value = line.rstrip(b"\r").partition(b":")
            if field != b"data":
                continue
            data = value.removeprefix(b" ")
            if data.strip() == b"[DONE]":
                return
            if data:
                yield Chunk.model_validate_json(data)


def read_explanation(content: bytes) -> str:
    """Return a server's own words about an error, in one line; empty if it has none."""
    try:
        return find_words(_Explanation.model_validate_json(content).model_dump())
    except ValidationError:
        return find_words(content.decode("utf-8", "replace"))


def find_words(error: Any) -> str:
    """Return the words of an error, in whichever of the usual shapes it has, in one line."""
    if isinstance(error, dict):
        inner = (error.get(key) for key in ("error", "message", "detail", "msg"))
        return next((words for value in inner if (words := find_words(value))), "")
    if isinstance(error, list):
        return find_words(error[0]) if error else ""
    if not isinstance(error, str):
        return ""
    words = "".join(character if character.isprintable() else " " for character in error)
    return " ".join(words.split())[:MOST_WORDS]
