"""Lines however they are cut, and streams that never end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.transport.lines import StreamTooLong, read_lines


async def arriving(chunks: Sequence[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def lines_of(*chunks: bytes, most_line: int = 100, most: int | None = 1000) -> list[bytes]:
    return [line async for line in read_lines(arriving(chunks), most_line, most)]


@given(text=st.binary(max_size=60), cuts=st.lists(st.integers(0, 60), max_size=8))
async def test_it_does_not_matter_where_a_stream_is_cut(text: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 60]
    chunks = [text[begin:end] for begin, end in pairwise(edges)]
    assert await lines_of(*chunks) == text.split(b"\n")[:-1]


async def test_only_a_line_feed_ends_a_line() -> None:
    line = '{"text": "a\u2028b\u0085c\x0cd\re"}'.encode()
    assert await lines_of(line + b"\n") == [line]


async def test_what_was_cut_off_is_no_line() -> None:
    assert await lines_of(b"whole\nhal") == [b"whole"]


@pytest.mark.parametrize("chunks", [[b"x" * 101 + b"\n"], [b"x" * 60, b"x" * 60]])
async def test_a_line_without_end_is_not_collected(chunks: list[bytes]) -> None:
    with pytest.raises(StreamTooLong):
        await lines_of(*chunks)


async def test_a_stream_without_end_is_given_up() -> None:
    assert len(await lines_of(*[b"x\n"] * 500)) == 500
    with pytest.raises(StreamTooLong):
        await lines_of(*[b"x\n"] * 501)
    assert len(await lines_of(*[b"x\n"] * 1000, most=None)) == 1000
