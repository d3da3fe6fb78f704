"""Takes the base protocol's bytes apart into messages, and finds the next message after rubbish.

pygls loses step for ever at one wrong ``Content-Length``. Here whatever cannot be read costs itself alone:
JSON holds no header between raw line ends, so where one shows up, a message starts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

MAX_BYTES = 1 << 30
"""The longest message that is waited for."""

_NAME = b"Content-Length"
_OTHER = rb"(?:(?!Content-Length)[A-Za-z0-9-])+:(?:(?!Content-Length)[^\r\n])*\r?\n"
_HEADER = re.compile(rb"Content-Length[ \t]*:[ \t]*(\d+)[ \t]*\r?\n(?:%b)*\r?\n" % _OTHER, re.IGNORECASE)
_OTHER_HEADERS = re.compile(rb"(?:\r?\n)*(?:%b)*" % _OTHER, re.IGNORECASE)
_END_OF_HEADER = re.compile(rb"[^\r\n]\r?\n\r?\n")
_LONGEST_HEADER = 4096


@dataclass(frozen=True, slots=True)
class Message:
    """One JSON value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are no message, and why."""

    why: str


class MessageParser:
    """Takes bytes as they come and gives back what they complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None
        """Of the body at the start of the buffer, once its header was read."""
        self._searched = 0
        """How much of a body that is still to be completed holds no header."""
        self._in_step = True
        """Whether rubbish in front of the next header is news, not the rest of what was reported."""

    def feed(self, data: bytes) -> Iterator[Message | Unreadable]:
        """Take in ``data`` and yield, in order, the messages that are complete now and what is none."""
        self._buffer += data
        while (found := self._next()) is not None:
            yield found

    def _next(self) -> Message | Unreadable | None:
        if self._length is None:
            header = _HEADER.search(self._buffer)
            if header is None:
                return self._skip_rubbish()
            if self._in_step and not _OTHER_HEADERS.fullmatch(self._buffer, 0, header.start()):
                del self._buffer[: header.start()]
                return self._lose_step("it is not preceded by a header")
            length = header[1][:20]
            del self._buffer[: header.end()]
            self._in_step = True
            if int(length) > MAX_BYTES:
                return self._lose_step(f"a message of {length.decode()} bytes is too long")
            self._length, self._searched = int(length), 0
        return self._read_body(self._length)

    def _read_body(self, length: int) -> Message | Unreadable | None:
        if len(self._buffer) < length:
            return self._find_intruder()
        self._length = None
        try:
            value = _parse(bytes(self._buffer[:length]))
        except (ValueError, RecursionError) as error:
            # The body stays: with a wrong length it may hold the start of the next message.
            return self._lose_step(f"it is no JSON in UTF-8 ({error})")
        del self._buffer[:length]
        return Message(value)

    def _find_intruder(self) -> Unreadable | None:
        """Give up on an incomplete body in which the next message starts, instead of waiting for more."""
        at = self._searched
        while (at := self._buffer.find(_NAME, at)) >= 0:
            if _HEADER.match(self._buffer, at):
                self._length = None
                del self._buffer[:at]
                return self._lose_step("it is shorter than its Content-Length")
            at += 1
        self._searched = max(0, len(self._buffer) - _LONGEST_HEADER)
        return None

    def _skip_rubbish(self) -> Unreadable | None:
        """Drop what cannot belong to a header that is still to be completed."""
        end = self._buffer.rfind(b"\n") + 1
        lines = bytes(self._buffer[:end])
        if finished := _END_OF_HEADER.search(lines):
            end = finished.end()
        elif len(self._buffer) > 2 * _LONGEST_HEADER:
            end = len(self._buffer) - _LONGEST_HEADER
        elif _OTHER_HEADERS.fullmatch(lines) or _NAME.lower() in lines.lower():
            return None
        del self._buffer[:end]
        return self._lose_step("it has no Content-Length") if self._in_step else None

    def _lose_step(self, why: str) -> Unreadable:
        self._in_step = False
        return Unreadable(f"The message was dropped: {why}.")


def _parse(body: bytes) -> Any:
    return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no {constant}")
