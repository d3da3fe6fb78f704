"""What a fuzzer says to a language server: sense, sense with a flaw, and bytes."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from specedit_lsp.evaluation.server_session import encode, frame

URIS = ("file:///a.py", "file:///b%20c.py", "untitled:1", "")
TEXTS = ("", "a = 1\nb = 2\n", "é🙂\r\n\fx\u2028\r", "def f(x):\n    return x\n" * 5)


@dataclass(frozen=True, slots=True)
class Utterance:
    """Bytes to send, and the id of the request that they certainly are."""

    data: bytes
    msg_id: int | str | None = None


def utter(chance: random.Random, name: str) -> Utterance:
    """Something to say; ``name`` tells its id from all others of the session."""
    match chance.random():
        case kind if kind < 0.40:
            return _speak(_message(chance), chance, name)
        case kind if kind < 0.75:
            message = _message(chance)
            message["params"] = _spoil(chance, message["params"])
            return _speak(message, chance, name)
        case kind if kind < 0.88:
            return Utterance(encode(_bad_envelope(chance)))
        case _:
            return Utterance(_bad_bytes(chance))


def _speak(message: dict[str, Any], chance: random.Random, name: str) -> Utterance:
    """With an id where the method is a request's."""
    if not message.pop("asks"):
        return Utterance(encode({"jsonrpc": "2.0", **message}))
    msg_id = chance.choice((name, 10_000_000 + int(name), 2**70 + int(name), f"é\ud83d {name}"))
    # Sometimes the client changes its mind at once.
    cancel = encode({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": msg_id}})
    data = encode({"jsonrpc": "2.0", "id": msg_id, **message})
    return Utterance(data + cancel if chance.random() < 0.1 else data, _as_sent(msg_id))


def _as_sent(msg_id: int | str) -> int | str:
    value: int | str = json.loads(encode(msg_id).partition(b"\r\n\r\n")[2])
    return value


def _message(chance: random.Random) -> dict[str, Any]:
    asks, method, params = chance.choice(_MESSAGES)
    return {"asks": asks, "method": method, "params": params(chance)}


def _position(chance: random.Random) -> dict[str, int]:
    return {"line": chance.choice((0, 0, 1, 2, 9, 10**6)), "character": chance.choice((0, 1, 3, 99))}


def _range(chance: random.Random) -> dict[str, Any]:
    return {"start": _position(chance), "end": _position(chance)}


def _document(chance: random.Random) -> dict[str, Any]:
    return {"uri": chance.choice(URIS), "version": chance.choice((0, 1, 2))}


def _rewrite(chance: random.Random) -> dict[str, Any]:
    params = {
        "textDocument": {"uri": chance.choice(URIS)},
        "range": _range(chance),
        "instruction": chance.choice(("rename a to b", "pause 3 ms", "")),
        "partialResultToken": chance.choice((None, 1, "p")),
        "workDoneToken": chance.choice((None, 2, "w")),
        "expectedText": chance.choice((None, None, "x")),
    }
    return {key: value for key, value in params.items() if value is not None}


_MESSAGES: tuple[tuple[bool, str, Callable[[random.Random], Any]], ...] = (
    *(
        (
            False,
            "textDocument/didOpen",
            lambda chance: {
                "textDocument": {
                    **_document(chance),
                    "languageId": chance.choice(("python", "", "x" * 300)),
                    "text": chance.choice(TEXTS),
                }
            },
        ),
    )
    * 3,
    (
        False,
        "textDocument/didChange",
        lambda chance: {
            "textDocument": _document(chance),
            "contentChanges": [
                {"range": _range(chance), "text": chance.choice(TEXTS)},
                {"text": chance.choice(TEXTS)},
            ],
        },
    ),
    (False, "textDocument/didClose", lambda chance: {"textDocument": _document(chance)}),
    (False, "textDocument/didSave", lambda chance: {"textDocument": _document(chance), "text": "x"}),
    (
        True,
        "textDocument/codeAction",
        lambda chance: {
            "textDocument": _document(chance),
            "range": _range(chance),
            "context": {"diagnostics": [], "only": chance.choice((["refactor"], [""], []))},
        },
    ),
    (True, "specedit/rewriteRange", _rewrite),
    (True, "specedit/rewriteRange", _rewrite),
    (
        True,
        "workspace/executeCommand",
        lambda chance: {
            "command": chance.choice(("specedit.rewriteRange", "specedit.rewriteByComment", "rm")),
            "arguments": [_rewrite(chance)],
        },
    ),
    (True, "specedit/stats", lambda chance: {"jobId": "rewrite-1"}),
    (True, "specedit/provenance", lambda chance: {}),
    (True, "specedit/history", lambda chance: {}),
    (True, "specedit/showPrompt", _rewrite),
    (
        False,
        "specedit/warm",
        lambda chance: {"textDocument": {"uri": chance.choice(URIS)}, "range": _range(chance)},
    ),
    (True, "textDocument/hover", lambda chance: {"textDocument": _document(chance), "position": {}}),
    (True, "initialize", lambda chance: {"processId": None, "rootUri": None, "capabilities": {}}),
    (
        False,
        "workspace/didChangeConfiguration",
        lambda chance: {"settings": {"specedit": {"stream": {"mode": chance.choice(("atomic", "hunk", 3))}}}},
    ),
    (
        False,
        "workspace/didChangeWorkspaceFolders",
        lambda chance: {"event": {"added": [{"uri": "file:///w", "name": "w"}], "removed": []}},
    ),
    (False, "window/workDoneProgress/cancel", lambda chance: {"token": chance.choice((2, "w", "x"))}),
    (False, "$/cancelRequest", lambda chance: {"id": f"none-{chance.randrange(10)}"}),
    (False, "$/setTrace", lambda chance: {"value": chance.choice(("off", "verbose"))}),
    (False, "initialized", lambda chance: {}),
)
"""Whether it asks for an answer, the method, its parameters."""

_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, 2**64, -(10**30), "", "0", "x" * 5_000, "\ud800", "\0", [], {},
    {"": None}, [None] * 50, {"jsonrpc": "2.0", "id": 1, "method": "no/such"},
)  # fmt: skip


def _spoil(chance: random.Random, params: Any) -> Any:
    """``params`` with one to three things in them replaced, removed, added or nested."""
    spoilt = [copy.deepcopy(params)]
    for _ in range(chance.randint(1, 3)):
        _spoil_one(chance, spoilt)
    return spoilt[0]


def _spoil_one(chance: random.Random, root: list[Any]) -> None:
    places: list[tuple[Any, Any]] = []
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        for key in node if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                waiting.append(node[key])
    node, key = chance.choice(places)
    match chance.randrange(6):
        case 0 if isinstance(node, dict):
            del node[key]
        case 1 if isinstance(node, dict):
            node[chance.choice(("", "range", "jsonrpc", "id", "class", "_1"))] = copy.deepcopy(
                chance.choice(_VALUES)
            )
        case 2:
            node[key] = [node[key]]
        case 3:
            for _ in range(chance.choice((3, 100, 250))):
                node[key] = {"a": node[key]}
        case _:
            node[key] = copy.deepcopy(chance.choice(_VALUES))


def _bad_envelope(chance: random.Random) -> Any:
    message = {"jsonrpc": "2.0", "id": f"bad-{chance.random()}", **_message(chance)}
    del message["asks"]
    match chance.randrange(7):
        case 0:
            message["id"] = chance.choice((None, True, 1.5, [], {}, [1], ""))
        case 1:
            message["jsonrpc"] = chance.choice(("1.0", 2, None, "", []))
        case 2:
            message["method"] = chance.choice(
                (None, 1, [], {}, "", "no/such", "$/no/such", "\ud800", "__init__")
            )
        case 3:
            del message[chance.choice(("jsonrpc", "id", "method", "params"))]
        case 4:
            return [message] * chance.randrange(3)
        case 5:
            return copy.deepcopy(chance.choice(_VALUES))
        case _:
            answer = chance.choice(({"result": 1}, {"error": {"code": 1, "message": "x"}}, {"error": 1}, {}))
            return {"jsonrpc": "2.0", "id": chance.choice((1, "none", None, [], "session-1")), **answer}
    return message


def _bad_bytes(chance: random.Random) -> bytes:
    """Bytes after which the next message can still be told where it starts."""
    message = _message(chance)
    del message["asks"]
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    length = len(body)
    match chance.randrange(12):
        case 0:
            return b"Content-Length: %d\r\n\r\n%s" % (
                chance.choice((0, length - 1, length // 2, length + 7)),
                body,
            )
        case 1:
            return b"Content-Length: %d\r\n\r\n%s" % (
                chance.choice((10**5, 10**9, 10**12, 10**5000 % 10**4000)),
                body,
            )
        case 2:
            return chance.choice((body, body + b"\n", b"\r\n\r\n", b"\n", b"\0" * 100, b"x" * 10_000))
        case 3:
            header = chance.choice(
                (b"Content-Length: -5", b"Content-Length: x", b"Content-Length", b"Length: 5", b":")
            )
            return header + b"\r\n\r\n" + body
        case 4:
            return b"content-length:%d\n\n%s" % (length, body)
        case 5:
            return b"Content-Type: application/json; charset=utf-16\r\n" + frame(body)
        case 6:
            return frame(b"\xef\xbb\xbf" + body)
        case 7:
            return frame(body.decode().encode("utf-16"))
        case 8:
            return frame(bytes(chance.randrange(256) for _ in range(chance.randrange(1, 200))))
        case 9:
            depth = chance.choice((100, 990, 5_000, 100_000))
            return frame(chance.choice((b"[" * depth, b'{"a":' * depth, b"[" * depth + b"]" * depth)))
        case 10:
            return frame(
                chance.choice((b"NaN", b"1e999", b"-", b'"\xff"', b"9" * 5_000, b"", b'{"a":1,"a":2}'))
            )
        case _:
            spoilt = bytearray(frame(body))
            for _ in range(chance.randint(1, 5)):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            return bytes(spoilt[: chance.randrange(len(spoilt)) or None])
