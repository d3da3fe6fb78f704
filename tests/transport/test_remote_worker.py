"""A worker at an address: through tunnels that break, behind certificates, with a token that stays home."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from specedit_lsp.settings import Settings, WorkerSettings
from specedit_lsp.transport import resuming
from specedit_lsp.transport.client import Interrupted, RewriteFailed, WorkerClient
from specedit_lsp.transport.endpoint import Endpoint
from specedit_lsp.transport.messages import Alive, Done, Piece, Reason, RewriteOrder
from specedit_lsp.transport.remote.remote_worker import RemoteWorker
from specedit_lsp.transport.resuming import Interruption, ResumingRewriter
from specedit_lsp.transport.workers import find_worker
from tests.transport.peers import hanging_up
from tests.transport.tunnel import Tunnel
from tests.worker.conftest import TOKEN, RunningWorker, ScriptedEngine, serve

WORDS = " ".join(f"word{number}" for number in range(60))
TEXT = WORDS.replace(" ", "")
ORDER = RewriteOrder(instruction=WORDS, selection="b")


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY", "no_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SPECEDIT_TOKEN", TOKEN)
    monkeypatch.setattr(resuming, "BACK_OFF_SECONDS", (0.0, 0.01, 0.01, 0.01))
    monkeypatch.setattr(random, "uniform", lambda low, high: 1.0)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def tunnel_to(worker: RunningWorker, tls: ssl.SSLContext | None = None) -> AsyncIterator[Tunnel]:
    async with Tunnel(worker.socket, tls) as tunnel:
        yield tunnel


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[RunningWorker]:
    async with serve(tmp_path, ScriptedEngine()) as running:
        yield running


def remote(url: str, allow_plain_http: bool = False) -> RemoteWorker:
    settings = WorkerSettings(url=url, allow_plain_http=allow_plain_http)
    found = find_worker(Settings(worker=settings))
    assert isinstance(found, RemoteWorker)
    return found


async def events_of(worker: RemoteWorker) -> list[Piece | Alive | Interruption | Done]:
    return [event async for event in ResumingRewriter(worker.connect).rewrite(ORDER)]


async def collect(events: AsyncGenerator[Piece | Alive | Done, None]) -> list[Piece | Alive | Done]:
    return [event async for event in events]


def text_of(events: list[Piece | Alive | Interruption | Done]) -> str:
    return "".join(event.text for event in events if isinstance(event, Piece))


async def failure(worker: RemoteWorker) -> RewriteFailed:
    with pytest.raises(RewriteFailed) as failed:
        async with await worker.connect() as client:
            await client.status()
    return failed.value


async def test_a_tunnel_leads_to_the_worker(worker: RunningWorker) -> None:
    async with tunnel_to(worker) as tunnel:
        assert text_of(await events_of(remote(f"http://127.0.0.1:{tunnel.port}"))) == TEXT


async def test_a_tunnel_that_breaks_again_and_again_loses_nothing(worker: RunningWorker) -> None:
    async with tunnel_to(worker) as tunnel:
        tunnel.cuts = [0, 10, 700, 1500, 1500, 2900, 3333]
        events = await events_of(remote(f"http://localhost:{tunnel.port}"))
    assert text_of(events) == TEXT
    assert isinstance(events[-1], Done)
    assert tunnel.connections == 8
    assert len([event for event in events if isinstance(event, Interruption)]) == 7


async def test_the_worker_behind_a_broken_tunnel_stops(tmp_path: Path) -> None:
    engine = ScriptedEngine(pause=0.02)
    async with serve(tmp_path, engine) as worker, tunnel_to(worker) as tunnel:
        async with await remote(f"http://127.0.0.1:{tunnel.port}").connect() as client:
            events = client.rewrite(ORDER)
            await anext(events)
            tunnel.cut()
            with pytest.raises(Interrupted):
                await collect(events)
        await worker.until_idle()
        assert len(engine.written) < 30


async def test_a_worker_that_comes_back_finishes_the_rewrite(tmp_path: Path) -> None:
    async with serve(tmp_path, ScriptedEngine()) as worker, tunnel_to(worker) as tunnel:
        rewriter = ResumingRewriter(remote(f"http://127.0.0.1:{tunnel.port}").connect)
        heard = []
        async for event in rewriter.rewrite(ORDER):
            heard.append(event)
            if len(heard) == 5:
                (tmp_path / "worker.sock").rename(tmp_path / "away")
                tunnel.cut()
            if isinstance(event, Interruption) and (tmp_path / "away").exists():
                (tmp_path / "away").rename(tmp_path / "worker.sock")
    assert text_of(heard) == TEXT


async def test_a_certificate_of_the_teams_own_is_trusted_where_it_is_named(
    worker: RunningWorker, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "team.pem")
    async with tunnel_to(worker, tls_of(authority, "localhost")) as tunnel:
        url = f"https://localhost:{tunnel.port}"
        failed = await failure(remote(url))
        assert failed.reason is Reason.WORKER_UNREACHABLE
        assert not isinstance(failed, Interrupted)
        assert "$SSL_CERT_FILE" in str(failed)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "team.pem"))
        assert text_of(await events_of(remote(url))) == TEXT


async def test_a_certificate_for_another_host_is_not_trusted(
    worker: RunningWorker, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "team.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "team.pem"))
    async with tunnel_to(worker, tls_of(authority, "other.example")) as tunnel:
        failed = await failure(remote(f"https://127.0.0.1:{tunnel.port}"))
    assert "not trusted" in str(failed)
    assert "127.0.0.1" in str(failed)


async def test_https_to_a_port_of_http_is_told(worker: RunningWorker) -> None:
    async with tunnel_to(worker) as tunnel:
        assert "is it http instead?" in str(await failure(remote(f"https://127.0.0.1:{tunnel.port}")))


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_certificates_that_cannot_be_read_are_told(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "team.pem"
    if content:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    assert "PEM" in str(await failure(remote("https://team.invalid")))


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "nonsense://proxy"])
async def test_a_proxy_that_cannot_be_used_is_told(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    assert "$NO_PROXY" in str(await failure(remote("https://team.invalid")))


async def test_nobody_there_is_told() -> None:
    failed = await failure(remote("http://127.0.0.1:1"))
    assert isinstance(failed, Interrupted)
    assert "Nothing answers at http://127.0.0.1:1" in str(failed)


async def test_a_wrong_token_is_told_with_what_to_do(
    worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECEDIT_TOKEN", "guessed")
    async with tunnel_to(worker) as tunnel:
        failed = await failure(remote(f"http://127.0.0.1:{tunnel.port}"))
    assert failed.reason is Reason.NOT_AUTHORISED
    assert "specedit worker login" in str(failed)
    assert "guessed" not in str(failed)


async def listen(answer: bytes, heard: list[bytes]) -> asyncio.Server:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with hanging_up(writer):
            heard.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)

    return await asyncio.start_server(handle, "127.0.0.1", 0)


def port_of(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


async def test_a_redirect_is_not_followed_and_takes_no_token_along() -> None:
    elsewhere: list[bytes] = []
    heard: list[bytes] = []
    async with await listen(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", elsewhere) as other:
        target = f"http://127.0.0.1:{port_of(other)}/"
        moved = f"HTTP/1.1 307 Moved\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n"
        async with await listen(moved.encode(), heard) as server:
            failed = await failure(remote(f"http://127.0.0.1:{port_of(server)}"))
    assert target in str(failed)
    assert len(heard) == 1
    assert elsewhere == []


async def test_a_proxy_of_the_environment_sees_a_tunnel_and_no_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[bytes] = []
    async with await listen(b"HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n", heard) as proxy:
        for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port_of(proxy)}")
        assert "proxy" in str(await failure(remote("https://team.invalid")))
        assert len(heard) == 1
        assert heard[0].startswith(b"CONNECT team.invalid:443")
        assert TOKEN.encode() not in heard[0]
        # Neither this machine nor plain http is reached through it.
        await failure(remote("http://127.0.0.1:1"))
        await failure(remote("http://team.invalid", allow_plain_http=True))
        assert len(heard) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://team.example", "plain http"),
        ("http://10.0.0.1:9258", "plain http"),
        ("http://localhost.example", "plain http"),
        ("http://127.0.0.1.example", "plain http"),
        ("ftp://team.example", "no address"),
        ("team.example:9258", "no address"),
        ("/run/worker.sock", "no address"),
        ("https://", "no address"),
        ("https://user:secret@team.example", "name or a password"),
        ("https://team.example/?token=secret", "behind its path"),
        ("https://[::1", "no address"),
    ],
)
async def test_addresses_that_nobody_should_send_code_to(url: str, words: str) -> None:
    failed = await failure(remote(url))
    assert words in str(failed)
    assert "secret" not in str(failed)
    assert failed.reason is Reason.WORKER_UNREACHABLE


async def test_a_user_may_allow_plain_http() -> None:
    async with await remote("http://team.example/specedit/", allow_plain_http=True).connect() as client:
        assert isinstance(client, WorkerClient)


async def test_without_a_token_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPECEDIT_TOKEN")
    monkeypatch.setattr("specedit_lsp.transport.remote.tokens._find_keyring", lambda: None)
    failed = await failure(remote("http://127.0.0.1:1"))
    assert failed.reason is Reason.NOT_AUTHORISED
    assert "$SPECEDIT_TOKEN" in str(failed)


def test_an_endpoint_does_not_show_its_token() -> None:
    assert "secret" not in repr(Endpoint("https://team.example", "secret"))


def tls_of(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context
