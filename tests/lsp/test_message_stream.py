"""Messages out of bytes: any chunks, and any rubbish between them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.evaluation.server_session import encode, frame
from specedit_lsp.lsp.message_stream import Message, MessageParser, Unreadable

HELLO = encode({"hello": "wörld\n"})

PIECES = st.sampled_from(
    [
        b"Content-Length: 5",
        b"Content-Length: 5\r\n\r\n",
        b"Content-Length: 99999",
        b"Content-Length: 12\r\nContent-Type: x",
        b"content-length:1\n\n",
        b"Content-",
        b"\r\n",
        b"\r\n\r\n",
        b"12",
        b'"\xff"',
        b'{"a": 1}',
        b"x" * 9_000,
    ]
)
RUBBISH = st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=8).map(b"".join)


def parse(*chunks: bytes) -> list[Message | Unreadable]:
    parser = MessageParser()
    return [found for chunk in chunks for found in parser.feed(chunk)]


def values(found: Iterable[Message | Unreadable]) -> list[object]:
    return [one.value for one in found if isinstance(one, Message)]


@given(st.lists(st.dictionaries(st.text(), st.text())), st.data())
def test_chunks_do_not_matter(messages: list[object], data: st.DataObject) -> None:
    stream = b"".join(map(encode, messages))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=9)))
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert parse(*chunks) == [Message(message) for message in messages]


@given(st.lists(RUBBISH, min_size=1, max_size=3), st.data())
def test_every_message_is_found_whatever_stands_before_it(rubbish: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(piece + encode({"number": number}) for number, piece in enumerate(rubbish))
    cut = data.draw(st.integers(0, len(stream)))
    ours = [value for value in values(parse(stream[:cut], stream[cut:])) if isinstance(value, dict)]
    assert [value["number"] for value in ours if "number" in value] == [*range(len(rubbish))]


@pytest.mark.parametrize(
    "rubbish",
    [
        frame(b"{"),
        frame(b""),
        frame(b"NaN"),
        frame(b'"\xff"'),
        frame("{}".encode("utf-16")),
        frame(b"[" * 200_000),
        frame(b"1" * 5_000),
        b"{}",
        b"{}\n",
        b"Content-Type: text\r\n\r\n{}",
        b"Content-Length: x\r\n\r\n{}",
        b"Content-Length: -2\r\n\r\n{}",
        b"Content-Length: 1\r\n\r\n{}",
        b"Content-Length: 3\r\n\r\n{}",
        b"Content-Length: 3000\r\n\r\n{}",
        b"Content-Length: 99999999999\r\n\r\n{}",
        b"Content-Length: %s\r\n\r\n{}" % (b"9" * 3_000),
        b"\0" * 50_000,
    ],
)
def test_rubbish_is_reported_once_and_costs_nothing_else(rubbish: bytes) -> None:
    found = parse(HELLO + rubbish + HELLO + HELLO)
    assert [type(one) for one in found] == [Message, Unreadable, Message, Message]


@pytest.mark.parametrize("rubbish", [b"{}\r\n", b"Content-Length: x\r\n\r\n{}", frame(b"{")])
def test_rubbish_is_reported_at_once(rubbish: bytes) -> None:
    assert [type(one) for one in parse(rubbish)] == [Unreadable]


@pytest.mark.parametrize(
    "readable",
    [
        frame(b"\xef\xbb\xbf{}"),
        b"content-length: 2\r\n\r\n{}",
        b"Content-Length:2\n\n{}",
        b"Content-Type: application/json\r\nContent-Length: 2\r\nX-Other: 1\r\n\r\n{}",
        b"\r\n\r\n" + frame(b"{}"),
    ],
)
def test_what_can_be_read_is_read(readable: bytes) -> None:
    assert parse(readable) == [Message({})]


def test_a_document_that_quotes_headers_is_no_rubbish() -> None:
    text = "Content-Length: 5\r\n\r\nhello" * 3_000
    stream = encode({"text": text})
    chunks = [stream[start : start + 1_000] for start in range(0, len(stream), 1_000)]
    assert values(parse(*chunks)) == [{"text": text}]
