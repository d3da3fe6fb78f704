"""How a rewrite is refused on the wire.

::

    RequestRefused           any LSP error code, with data.reason from a closed list
      InvalidRequest         -32602  emptyInstruction, invalidParams, rangeOutOfBounds
      ContentModified        -32801  versionMismatch, expectedTextMismatch, userEditInRange
      ServerCancelled        -32802  documentClosed
      RequestFailed          -32803  documentNotOpen, overlappingRewrite, editNotApplied, the worker's reasons
    RequestCancelled         -32800  the user's wish
"""

from __future__ import annotations

import textwrap
from enum import StrEnum
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from specedit_lsp.rewriting.registry import RegionBusy
from specedit_lsp.text.lines import Lines
from specedit_lsp.transport.client import RewriteFailed
from specedit_lsp.transport.messages import Reason

_TITLE = 50
"""Characters of an instruction in a title or a message."""


class RefusalReason(StrEnum):
    """What ``data.reason`` may hold besides the worker's :class:`~specedit_lsp.transport.messages.Reason`."""

    INVALID_PARAMS = "invalidParams"
    RANGE_OUT_OF_BOUNDS = "rangeOutOfBounds"
    VERSION_MISMATCH = "versionMismatch"
    EXPECTED_TEXT_MISMATCH = "expectedTextMismatch"
    USER_EDIT_IN_RANGE = "userEditInRange"
    DOCUMENT_CLOSED = "documentClosed"
    DOCUMENT_NOT_OPEN = "documentNotOpen"
    OVERLAPPING_REWRITE = "overlappingRewrite"
    EDIT_NOT_APPLIED = "editNotApplied"


class RequestRefused(JsonRpcException):
    """An error response with a reason that programs can switch on and a message for people."""

    CODE: int = types.LSPErrorCodes.RequestFailed

    def __init__(self, reason: RefusalReason | Reason, message: str, **data: Any) -> None:
        super().__init__(message, code=self.CODE, data={"reason": reason.value, **data})
        self.reason = reason


class InvalidRequest(RequestRefused):
    """The request could never be carried out."""

    CODE = types.ErrorCodes.InvalidParams


class ContentModified(RequestRefused):
    """The document is not, or no longer, what the request was made for."""

    CODE = types.LSPErrorCodes.ContentModified


class ServerCancelled(RequestRefused):
    """The server gave up for a reason of its own."""

    CODE = types.LSPErrorCodes.ServerCancelled


class RequestFailed(RequestRefused):
    """The request was sound but could not be carried out."""


class RequestCancelled(JsonRpcException):
    """The user cancelled."""

    def __init__(self) -> None:
        super().__init__("The rewrite was cancelled.", code=types.LSPErrorCodes.RequestCancelled)


def refusal_of(error: RewriteFailed) -> RequestRefused:
    """The wire form of what the worker failed with."""
    if error.reason is Reason.EMPTY_INSTRUCTION:
        return InvalidRequest(error.reason, str(error))
    return RequestFailed(error.reason, str(error))


def overlap_refusal(error: RegionBusy, lines: Lines) -> RequestRefused:
    """The wire form of an overlap, in a document with these lines: it names the other rewrite."""
    other, span = error.other, error.region.span
    # What ends at the start of a line has nothing of that line.
    ends = span.start, max(span.start, span.end - 1)
    first, last = (lines.number_at(offset) + 1 for offset in ends)
    return RequestFailed(
        RefusalReason.OVERLAPPING_REWRITE,
        f"Rewrite {other.job_id} is still working on lines {first} to {last} "
        f"({shorten(other.instruction)}). Wait for it, or cancel it.",
        jobId=other.job_id,
    )


def shorten(instruction: str) -> str:
    """An instruction in a few words, for a title or a message."""
    words = " ".join(instruction.split())
    short = textwrap.shorten(words, _TITLE, placeholder=" …")
    # Long names, and languages that write no blanks, would leave little or nothing.
    return short if short == words or len(short) > _TITLE // 2 else f"{words[: _TITLE - 2].rstrip()} …"
