"""Rewrites by another engine: the same surface as of a specedit worker, without its promise."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import anyio
import httpx
from pydantic import ValidationError

from specedit_lsp.prompting.chat_request import ChatRequest, build_chat_request
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.faults import RewriteFailed, check_answer, told_apart
from specedit_lsp.transport.messages import (
    Alive,
    Done,
    Piece,
    PromptShown,
    Reason,
    RewriteOrder,
    WorkerState,
    WorkerStatus,
)
from specedit_lsp.transport.openai.answer import Answer
from specedit_lsp.transport.openai.refusals import read_refusal
from specedit_lsp.transport.openai.wire import Chunk, ModelList, ServedModel, read_chunks
from specedit_lsp.transport.remote.http_client import open_http

CAVEAT = "Another engine: outside the exactness contract, and without specedit's drafting."
SILENCE_SECONDS = 300.0
"""These servers send nothing while an answer waits for its turn or its prompt is read."""
ASK_SECONDS = 60.0
"""How often an open window asks whether the server is still there."""
OPTIONAL = ("prediction", "stream_options", "chat_template_kwargs")
"""Fields of a request that some servers refuse; it says as much without them."""


@dataclass(slots=True)
class Knowledge:
    """What one server turned out to be, for as long as it is used."""

    model: ServedModel | None = None
    refused: set[str] = field(default_factory=set)
    """Fields that it does not take."""


class OpenAIClient:
    """A connection to one OpenAI-compatible server. An async context manager."""

    def __init__(self, endpoint: Endpoint, model: str, knowledge: Knowledge) -> None:
        """``model`` is empty for the only one there is; what is learnt is left in ``knowledge``."""
        self._endpoint = endpoint
        self._model = model
        self._knowledge = knowledge
        self._http = open_http(endpoint, SILENCE_SECONDS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def rewrite(self, order: RewriteOrder) -> AsyncGenerator[Piece | Alive | Done, None]:
        """Ask for the rewrite of ``order`` and yield what comes, up to and including :class:`Done`.

        Closing the generator closes the connection, at which these engines stop.

        Raises:
            Interrupted: the server broke off, fell silent, vanished or has no time; it may be asked again.
            RewriteFailed: the server refused, or its answer is of no use.
        """
        _check_order(order)
        request = build_chat_request(order)
        answer = Answer(request.new_filter(), await self._most_tokens(request))
        async with aclosing(self._chunks(request, answer.most_tokens)) as chunks:
            async for chunk in chunks:
                if piece := answer.take(chunk):
                    yield piece
                if answer.is_complete:
                    break
        if piece := answer.finish():
            yield piece
        yield answer.close()

    async def status(self) -> WorkerStatus:
        """Where the server stands, and what it does not promise.

        Raises:
            RewriteFailed: it cannot be reached, or does not say which model it has.
        """
        model = await self._find_model(anew=True)
        host = httpx.URL(self._endpoint.url).netloc.decode()
        place = f"engine at {host}"
        return WorkerStatus(state=WorkerState.READY, message=CAVEAT, model=model.id, device=place)

    async def follow_status(self) -> AsyncGenerator[WorkerStatus, None]:
        """Yield where the server stands, now and after every change, until it goes away.

        Raises:
            RewriteFailed: it cannot be reached any more.
        """
        told: WorkerStatus | None = None
        while True:
            status = await self.status()
            if status != told:
                yield status
            told = status
            await anyio.sleep(ASK_SECONDS)

    async def warm(self, order: RewriteOrder) -> None:
        """Nothing: this API knows no way to have a prompt read without an answer."""

    async def show_prompt(self, order: RewriteOrder) -> PromptShown:
        """What the model is told for ``order``; the number of tokens is an estimate.

        Raises:
            RewriteFailed: the order cannot be carried out, or the server cannot be reached.
        """
        _check_order(order)
        request = build_chat_request(order)
        model = await self._find_model()
        prompt = f"{request.system}\n\n{request.user}"
        return PromptShown(prompt=prompt, tokens=request.prompt_tokens, model=model.id)

    async def _most_tokens(self, request: ChatRequest) -> int:
        length = (await self._find_model()).max_model_len
        room = request.most_tokens if length is None else length - request.prompt_tokens
        # Where the estimate leaves none, the server counts better.
        return min(request.most_tokens, room) if room > 0 else request.most_tokens

    async def _find_model(self, anew: bool = False) -> ServedModel:
        """Return the model to ask for.

        Raises:
            RewriteFailed: the server cannot be reached, or has several and none was chosen.
        """
        if self._knowledge.model is None or anew:
            async with self._asking():
                answer = await self._http.get("/v1/models")
                if answer.status_code not in _UNLISTED or not self._model:
                    answer.raise_for_status()
                listed = ModelList.model_validate_json(answer.content) if answer.is_success else ModelList()
            self._knowledge.model = _choose_model(listed.data, self._model, self._endpoint)
        return self._knowledge.model

    async def _chunks(self, request: ChatRequest, most_tokens: int) -> AsyncGenerator[Chunk, None]:
        body = _write_body(request, await self._find_model(), most_tokens)
        while True:
            wanted = {name: value for name, value in body.items() if name not in self._knowledge.refused}
            try:
                async with (
                    self._asking(spares=True),
                    self._http.stream("POST", "/v1/chat/completions", json=wanted) as answer,
                ):
                    await check_answer(answer)
                    async with aclosing(read_chunks(answer.aiter_bytes())) as chunks:
                        async for chunk in chunks:
                            yield chunk
                return
            except _FieldRefused as refusal:
                named = refusal.fields.intersection(wanted)
                if not named:
                    raise refusal.failure from None
                self._knowledge.refused |= named

    @asynccontextmanager
    async def _asking(self, spares: bool = False) -> AsyncIterator[None]:
        """Turn what goes wrong into RewriteFailed; into _FieldRefused if a request ``spares`` its fields."""
        with told_apart(self._endpoint, SILENCE_SECONDS):
            try:
                yield
            except httpx.HTTPStatusError as error:
                failure = read_refusal(self._endpoint, error.response)
                if spares and error.response.status_code in (400, 422):
                    text = error.response.text
                    raise _FieldRefused({name for name in OPTIONAL if name in text}, failure) from error
                raise failure from error
            except ValidationError as error:
                message = (
                    f"What answers at {self._endpoint.url} does not speak OpenAI's API: check worker.kind."
                )
                raise RewriteFailed(Reason.WORKER_UNREACHABLE, message) from error


_UNLISTED = frozenset({404, 405, 500, 501})
"""What servers answer that do not list their models: no matter, if one was named."""


class _FieldRefused(Exception):
    """A server does not take a request, perhaps for fields that it can be spared."""

    def __init__(self, fields: set[str], failure: RewriteFailed) -> None:
        super().__init__(str(failure))
        self.fields = fields
        self.failure = failure


def _check_order(order: RewriteOrder) -> None:
    if not order.instruction.strip():
        raise RewriteFailed(Reason.EMPTY_INSTRUCTION, "The instruction is empty: say what should change.")
    if not order.selection.strip():
        raise RewriteFailed(Reason.EMPTY_SELECTION, "The selection is empty: select the code to change.")


def _choose_model(models: list[ServedModel], wanted: str, endpoint: Endpoint) -> ServedModel:
    if wanted:
        # Some servers list other names than those they answer to; they say so themselves.
        return next((model for model in models if model.id == wanted), ServedModel(id=wanted))
    if len(models) == 1:
        return models[0]
    names = ", ".join(model.id for model in models[:5]) or "none"
    message = f"Choose a model by worker.model; {endpoint.url} has: {names}."
    raise RewriteFailed(Reason.MODEL_UNUSABLE, message)


def _write_body(request: ChatRequest, model: ServedModel, most_tokens: int) -> dict[str, Any]:
    return {
        "model": model.id,
        "messages": [
            {"role": "system", "content": request.system},
            {"role": "user", "content": request.user},
        ],
        "stream": True,
        "temperature": 0,
        "max_tokens": most_tokens,
        "stream_options": {"include_usage": True},
        "prediction": {"type": "content", "content": request.prediction},
        "chat_template_kwargs": {"enable_thinking": False},
    }
