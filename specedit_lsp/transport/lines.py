"""Lines of a stream of bytes, none of them longer than it may be."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable

MOST_LINE_BYTES = 8 << 20
"""One line: a whole answer in one piece fits, with where each character is from."""
MOST_STREAM_BYTES = 256 << 20
"""All lines of one answer."""


class StreamTooLong(Exception):
    """More came than any answer has: what sends it is no worker, or means harm."""


async def read_lines(
    chunks: AsyncIterable[bytes], most_line: int = MOST_LINE_BYTES, most: int | None = MOST_STREAM_BYTES
) -> AsyncGenerator[bytes, None]:
    """Yield the lines that end with a line feed, without it, however they were cut into ``chunks``.

    Only a line feed ends a line: JSON may hold U+2028 and others as they are. What stands behind the last
    one was cut off and is not yielded.

    Raises:
        StreamTooLong: a line has more than ``most_line`` bytes, or all together more than ``most``.
    """
    held = bytearray()
    total = 0
    async for chunk in chunks:
        total += len(chunk)
        if most is not None and total > most:
            raise StreamTooLong
        searched = len(held)
        held += chunk
        begin = 0
        while (end := held.find(b"\n", max(begin, searched))) >= 0:
            if end - begin > most_line:
                raise StreamTooLong
            yield bytes(held[begin:end])
            begin = end + 1
        del held[:begin]
        if len(held) > most_line:
            raise StreamTooLong
