"""What JSON-RPC and the lifecycle of LSP ask of a message, whatever it is about.

pygls answers none of the requests that break these rules, and breaks itself on some.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams, JsonRpcInvalidRequest

VERSION = "2.0"


def check_envelope(value: object) -> dict[str, Any]:
    """The message, if it is a call or a reply.

    Raises:
        JsonRpcInvalidRequest: it is neither.
        JsonRpcInvalidParams: its parameters are no object and no array.
    """
    if not isinstance(value, dict):
        raise JsonRpcInvalidRequest("A message is one JSON object; there are no batches in this protocol.")
    if value.get("jsonrpc") != VERSION:
        raise JsonRpcInvalidRequest(f'The member "jsonrpc" must be "{VERSION}".')
    if "method" not in value:
        if not is_reply(value):
            raise JsonRpcInvalidRequest("A message has a method, a result or an error.")
        return value
    if not isinstance(value["method"], str):
        raise JsonRpcInvalidRequest("A method is a string.")
    if "id" in value and not is_id(value["id"]):
        raise JsonRpcInvalidRequest("The id of a request is an integer or a string.")
    if is_request(value) and _is_notification(value["method"]):
        raise JsonRpcInvalidRequest(f"{value['method']} is a notification: send it without an id.")
    if not isinstance(value.get("params"), dict | list | None):
        raise JsonRpcInvalidParams("Parameters are an object or an array.")
    return value


def is_id(value: object) -> TypeGuard[int | str]:
    """Whether a request may be known by this. To Python, but not to JSON, a truth value is an integer."""
    return isinstance(value, int | str) and not isinstance(value, bool)


def is_request(message: dict[str, Any]) -> bool:
    """Whether a call waits for an answer."""
    return "method" in message and "id" in message


def is_reply(message: dict[str, Any]) -> bool:
    """Whether this answers a request of ours."""
    return "method" not in message and "id" in message and ("result" in message or "error" in message)


def wants_answer(value: object) -> bool:
    """Whether somebody may be waiting for an answer to what was refused."""
    return not isinstance(value, dict) or ("id" in value and not is_reply(value))


def answer_id(value: object) -> int | str | None:
    """The id for the answer to what was refused; None is JSON-RPC's word for a request without one."""
    msg_id = value.get("id") if isinstance(value, dict) else None
    return msg_id if is_id(msg_id) else None


def root_cause(error: BaseException) -> BaseException:
    """The first thing that went wrong, out of what was wrapped around it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return root_cause(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _is_notification(method: str) -> bool:
    known = types.METHOD_TO_TYPES.get(method)
    return known is not None and known[1] is None
