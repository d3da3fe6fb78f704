"""Other engines over their documented wire, by a real HTTP server that says what it is told to say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specedit_lsp.settings import Settings, WorkerSettings
from specedit_lsp.transport.connection import Connection
from specedit_lsp.transport.faults import Interrupted, RewriteFailed
from specedit_lsp.transport.messages import Alive, Done, Piece, Reason, RewriteOrder, WorkerState, digest
from specedit_lsp.transport.openai.client import CAVEAT
from specedit_lsp.transport.openai.wire import find_words
from specedit_lsp.transport.workers import Worker, find_worker
from tests.transport.peers import hanging_up

ORDER = RewriteOrder(
    instruction="rename a to b", selection="    a = 1\n", before="def f():\n", language="python"
)

MODELS = json.dumps({"object": "list", "data": [{"id": "tiny", "object": "model", "max_model_len": 900}]})
STREAM = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPECEDIT_TOKEN", raising=False)
    monkeypatch.setattr("specedit_lsp.transport.remote.tokens._find_keyring", lambda: None)


@dataclass
class Engine:
    """What a server answers to questions for its models and to each chat completion in turn."""

    answers: list[bytes]
    models: str = MODELS
    models_status: str = "200 OK"
    pieces: int = 1 << 20
    """Bytes sent at a time."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    hang: bool = False
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.tasks.append(task)
        async with hanging_up(writer):
            await self._answer(reader, writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        if head.startswith("GET /v1/models "):
            answer = plain(self.models_status, self.models)
        else:
            assert head.startswith("POST /v1/chat/completions "), head
            length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
            self.requests.append(json.loads(await reader.readexactly(length)))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        try:
            for at in range(0, len(answer), self.pieces):
                writer.write(answer[at : at + self.pieces])
                await writer.drain()
            if self.hang:
                await reader.read()
                self.hung_up.set()
        except OSError:
            pass


def plain(status: str, body: str, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"content-length: {len(body.encode())}", "connection: close", *headers]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def chunk(text: str | None = None, finish: str | None = None, **more: Any) -> str:
    delta = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return (
        f"data: {json.dumps({'id': 'x', 'object': 'chat.completion.chunk', 'choices': [choice], **more})}\n\n"
    )


def stream(*texts: str, finish: str | None = "stop", end: str = "data: [DONE]\n\n") -> bytes:
    events = [*map(chunk, texts), *([chunk(finish=finish)] if finish else [])]
    return (STREAM + "".join(events) + end).encode()


GOOD = stream("```python\n", "b", " = ", "1\n", "```")


@asynccontextmanager
async def serving(engine: Engine, model: str = "") -> AsyncIterator[Worker]:
    async with await asyncio.start_server(engine.handle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        settings = WorkerSettings(kind="openai", url=f"http://127.0.0.1:{port}/v1", model=model)
        yield find_worker(Settings(worker=settings))
        await asyncio.gather(*engine.tasks)


async def events_of(client: Connection, order: RewriteOrder = ORDER) -> list[Piece | Alive | Done]:
    return [event async for event in client.rewrite(order)]


async def rewrite(engine: Engine, order: RewriteOrder = ORDER, model: str = "") -> str:
    async with serving(engine, model) as worker, await worker.connect() as client:
        events = await events_of(client, order)
    pieces = [event for event in events if isinstance(event, Piece)]
    assert [piece.seq for piece in pieces] == [*range(len(pieces))]
    text = "".join(piece.text for piece in pieces)
    assert isinstance(events[-1], Done)
    assert events[-1].sha256 == digest(text)
    return text


async def failure(engine: Engine, model: str = "") -> RewriteFailed:
    with pytest.raises(RewriteFailed) as failed:
        await rewrite(engine, model=model)
    return failed.value


@pytest.mark.parametrize(
    "answer",
    [
        GOOD,
        stream("```\n", "b = 1\n```"),
        stream("b = 1"),
        stream("b = 1\n```"),
        stream("Here is the code:\n\n```python\nb = 1\n```\nI renamed it."),
        stream("Sure!\n```\nb = 1\n```\n"),
        stream("<think>\nhm\n</think>\n\n```py\nb = 1\n```"),
        stream("```python\nb = 1\n```", end=""),
        (STREAM + ": ping\n\nevent: x\nid: 1\nretry: 5\n\n" + chunk("b = 1") + chunk(finish="stop")).encode(),
        (STREAM + (chunk("b = 1") + chunk(finish="stop")).replace("\n", "\r\n")).encode(),
        (STREAM + (chunk("b = 1") + chunk(finish="stop")).replace("data: ", "data:")).encode(),
    ],
)
async def test_answers_as_models_and_servers_give_them(answer: bytes) -> None:
    assert await rewrite(Engine([answer])) == "    b = 1\n"


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 60))
def test_it_does_not_matter_where_the_stream_is_cut(pieces: int) -> None:
    answer = stream("```python\n", "b = 'é\U0001f600\u2028'\n", "```")
    assert asyncio.run(rewrite(Engine([answer], pieces=pieces))) == "    b = 'é\U0001f600\u2028'\n"


async def test_what_the_model_is_told() -> None:
    engine = Engine([GOOD])
    await rewrite(engine, ORDER.model_copy(update={"rules": "Write tests.\n"}))
    request = engine.requests[0]
    system, user = request["messages"]
    assert system["role"] == "system"
    assert "```python\na = 1\n```" in user["content"]
    assert "def f():" in user["content"]
    assert "Write tests." in user["content"]
    assert user["content"].endswith("Instruction: rename a to b")
    assert request["prediction"] == {"type": "content", "content": "```python\na = 1\n```"}
    assert (request["model"], request["temperature"], request["stream"]) == ("tiny", 0, True)
    assert 0 < request["max_tokens"] < 900


async def test_the_fence_is_longer_than_any_in_the_selection() -> None:
    engine = Engine([stream("````markdown\n```\ny\n```\n````")])
    order = RewriteOrder(instruction="x", selection="```\nx\n```\n", language="markdown")
    assert await rewrite(engine, order) == "```\ny\n```\n"


async def test_a_server_that_refuses_a_field_is_asked_without_it_from_then_on() -> None:
    refused = plain("400 Bad Request", '{"error": {"message": "Unknown parameter: prediction"}}')
    engine = Engine([refused, GOOD])
    async with serving(engine) as worker:
        for _ in range(2):
            async with await worker.connect() as client:
                await events_of(client)
    assert ["prediction" in request for request in engine.requests] == [True, False, False]
    assert all("stream_options" in request for request in engine.requests)


async def test_what_it_cost_as_far_as_the_server_tells() -> None:
    details = {"accepted_prediction_tokens": 7, "rejected_prediction_tokens": 2}
    usage = {"prompt_tokens": 31, "completion_tokens": 11, "completion_tokens_details": details}
    tail = f"data: {json.dumps({'choices': [], 'usage': usage})}\n\n"
    engine = Engine([stream("```\nb = 1\n", "```\n", finish="stop", end=tail)])
    engine.answers = [(STREAM + chunk("b = 1") + chunk(finish="stop") + tail).encode()]
    async with serving(engine) as worker, await worker.connect() as client:
        done = (await events_of(client))[-1]
    assert isinstance(done, Done)
    assert (done.stats.prompt_tokens, done.stats.output_tokens, done.stats.forwards) == (31, 11, 0)
    assert done.stats.sources["prediction"].accepted == 7
    assert done.stats.seconds >= done.stats.first_text_seconds > 0


async def test_closing_the_rewrite_hangs_up() -> None:
    engine = Engine([(STREAM + chunk("b = 1\nc = 2\n")).encode()], hang=True)
    async with serving(engine) as worker, await worker.connect() as client:
        events = client.rewrite(ORDER)
        await anext(events)
        await events.aclose()
        async with asyncio.timeout(5):
            await engine.hung_up.wait()


async def test_the_status_says_what_is_not_promised() -> None:
    async with serving(Engine([GOOD])) as worker, await worker.connect() as client:
        status = await client.status()
        assert (status.state, status.message, status.model) == (WorkerState.READY, CAVEAT, "tiny")
        assert await anext(client.follow_status()) == status
        shown = await client.show_prompt(ORDER)
        assert shown.model == "tiny"
        assert shown.prompt.endswith("Instruction: rename a to b")
        await client.warm(ORDER)


async def test_a_token_is_sent_if_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for token, expected in (("", False), ("secret", True)):
        monkeypatch.setenv("SPECEDIT_TOKEN", token)
        engine = Engine([GOOD])
        await rewrite(engine)
        assert all(("authorization: bearer secret" in head.lower()) is expected for head in engine.heads)


async def test_one_of_several_models_must_be_chosen() -> None:
    several = json.dumps({"data": [{"id": "one"}, {"id": "two"}]})
    failed = await failure(Engine([GOOD], models=several))
    assert failed.reason is Reason.MODEL_UNUSABLE
    assert "worker.model" in str(failed)
    assert "one, two" in str(failed)
    engine = Engine([GOOD], models=several)
    await rewrite(engine, model="two")
    assert engine.requests[0]["model"] == "two"


async def test_a_server_that_does_not_list_its_models_says_why() -> None:
    refusal = '{"error": {"message": "API key not valid"}}'
    failed = await failure(Engine([GOOD], models=refusal, models_status="400 Bad"))
    assert "API key not valid" in str(failed)


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (stream("b = ", finish="length"), Reason.OUTPUT_CUT_OFF, "no end within"),
        (stream("", finish="stop"), Reason.EMPTY_OUTPUT, "wrote nothing"),
        (stream("```\n```", finish="stop"), Reason.EMPTY_OUTPUT, "wrote nothing"),
        (stream("b", finish="content_filter"), Reason.EMPTY_OUTPUT, "filter"),
        (stream("b", finish="tool_calls"), Reason.MODEL_UNUSABLE, "called a tool"),
        (
            (STREAM + 'data: {"choices": [{"delta": {"tool_calls": [{}]}}]}\n\n').encode(),
            Reason.MODEL_UNUSABLE,
            "called a tool",
        ),
        (
            (STREAM + 'data: {"error": "out of\\nmemory"}\n\n').encode(),
            Reason.INTERNAL_ERROR,
            "out of memory",
        ),
        ((STREAM + "data: {]\n\n").encode(), Reason.WORKER_UNREACHABLE, "worker.kind"),
        (STREAM.encode() + b"data: \xff\xfe\n\n", Reason.WORKER_UNREACHABLE, "worker.kind"),
        (
            (STREAM + 'data: {"choices": [{"delta": {"content": "\\ud800"}}]}\n\n').encode(),
            Reason.WORKER_UNREACHABLE,
            "worker.kind",
        ),
        (plain("401 Unauthorized", '{"error": {"message": "bad key"}}'), Reason.NOT_AUTHORISED, "bad key"),
        (plain("404 Not Found", '{"detail": "no such model"}'), Reason.MODEL_UNUSABLE, "no such model"),
        (
            plain("400 Bad", '{"error": {"message": "This model\'s maximum context length is 512 tokens"}}'),
            Reason.RANGE_TOO_LONG,
            "select less",
        ),
        (plain("400 Bad", '{"object": "error", "message": "no"}'), Reason.MODEL_UNUSABLE, "It said: no"),
        (plain("500 Oh", "<html>"), Reason.INTERNAL_ERROR, "500"),
    ],
)
async def test_what_is_no_answer_is_a_failure(answer: bytes, reason: Reason, words: str) -> None:
    failed = await failure(Engine([answer]))
    assert not isinstance(failed, Interrupted)
    assert failed.reason is reason
    assert words in str(failed)


@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [
        (plain("429 Slow", "{}", "retry-after: 3"), 3),
        (plain("503 Loading", '{"error": {"message": "Loading model", "code": 503}}'), 1),
        (plain("502 Bad Gateway", ""), None),
        (stream("b = 1", finish=None, end=""), None),
        (stream("b = 1", finish="abort"), None),
        ((STREAM + chunk("b = 1")[:-9]).encode(), None),
    ],
)
async def test_what_passes_may_be_asked_again(answer: bytes, retry_after: float | None) -> None:
    failed = await failure(Engine([answer]))
    assert isinstance(failed, Interrupted)
    assert failed.retry_after == retry_after


async def test_an_answer_without_end_is_given_up() -> None:
    engine = Engine([(STREAM + "data: " + "x" * (9 << 20)).encode()])
    assert "sends without end" in str(await failure(engine))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"error": {"message": "a\x1b[31m\n b"}}, "a [31m b"),
        ({"detail": [{"loc": ["body"], "msg": "missing"}]}, "missing"),
        ({"error": "text"}, "text"),
        ([], ""),
        (5, ""),
        ("x" * 1000, "x" * 300),
    ],
)
def test_a_servers_words_are_one_short_line(error: object, words: str) -> None:
    assert find_words(error) == words


@pytest.mark.parametrize(("instruction", "selection"), [(" ", "a"), ("a", " \n")])
async def test_an_order_without_content_is_refused(instruction: str, selection: str) -> None:
    engine = Engine([GOOD])
    order = RewriteOrder(instruction=instruction, selection=selection)
    async with serving(engine) as worker, await worker.connect() as client:
        with pytest.raises(RewriteFailed, match="is empty"):
            await events_of(client, order)
    assert engine.requests == []
