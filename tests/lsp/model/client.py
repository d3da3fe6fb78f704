"""A model of an editor: it keeps its own buffer and does what the server asks, and what its user does."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from specedit_lsp.text.line_edits import TextChange
from specedit_lsp.text.lines import Lines
from specedit_lsp.text.positions import Position, offset_at, position_at
from specedit_lsp.text.spans import trim_change
from tests.lsp.model.session import Session


@dataclass(frozen=True)
class Habits:
    """How an editor goes about the protocol."""

    latency: float = 0.0
    """Seconds before it gets round to a message of the server's."""
    debounce: float = 0.0
    """Seconds without a change before it reports any. Its answers do not wait for that, its requests do."""
    reports: Literal["exact", "diff", "full"] = "exact"
    """Whether it tells what was changed, what differs, or all of the text."""
    lies_when_stale: bool = False
    """Whether it says that it applied an edit for another version, as Neovim does."""
    fails_when_stale: bool = False
    """Whether it answers an edit for another version with an error, as eglot does."""
    refuses: frozenset[int] = frozenset()
    """Edits, by number, that it refuses for no reason."""
    ignores: frozenset[int] = frozenset()
    """Edits, by number, that it says it applied and did not."""


@dataclass
class Truth:
    """A region as the editor knows it, whatever the server believes."""

    label: str
    start: int
    end: int
    original: str
    left: str
    """What it read when the server last touched it."""
    touched: bool = False
    """Whether the user changed it."""
    edits: int = 0
    """How many edits of the server's it has seen."""


@dataclass
class ModelClient:
    """An editor with one document."""

    session: Session
    uri: str
    text: str
    habits: Habits = Habits()
    language: str = "python"
    version: int = 1
    is_open: bool = True
    truths: dict[str, Truth] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """What the server did that it must never do."""
    messages: list[str] = field(default_factory=list)
    begun: dict[str | int, str] = field(default_factory=dict)
    """Progress that is shown: its token and title."""
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    reports: list[str] = field(default_factory=list)
    """What progress said meanwhile."""
    undos: list[tuple[str, TextChange]] = field(default_factory=list)
    """Who made each change, and what takes it back."""
    on_partial: Callable[[str | int, dict[str, Any]], None] = lambda token, value: None

    def __post_init__(self) -> None:
        self._ids = itertools.count(1)
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._unreported: list[dict[str, Any]] = []
        self._asked = 0
        self._due: asyncio.TimerHandle | None = None
        self.session.listener = self._receive
        self.notify("didOpen", languageId=self.language, text=self.text)

    async def run(self) -> None:
        """Handle what the server sends, in order, for ever."""
        while True:
            message = await self._inbox.get()
            if self.habits.latency:
                await asyncio.sleep(self.habits.latency)
            self._handle(message)

    # What the user does.

    def type(self, change: TextChange) -> None:
        """Change the buffer."""
        self._change(change, "user")

    def undo(self) -> None:
        """Take the last change back, whoever made it."""
        if self.undos:
            self._change(self.undos.pop()[1], "user", is_undo=True)

    def cancel(self) -> None:
        """Press the cancel button of all that is going on."""
        for token in self.begun:
            self.session.send(method="window/workDoneProgress/cancel", params={"token": token})

    def close(self) -> None:
        """Close the document."""
        self.report()
        self.is_open = False
        self.session.send(method="textDocument/didClose", params={"textDocument": {"uri": self.uri}})

    def save(self) -> None:
        """Save the document."""
        self.report()
        self.session.send(method="textDocument/didSave", params={"textDocument": {"uri": self.uri}})

    def rewrite(self, label: str, start: int, end: int) -> int:
        """Have a region rewritten by the command of plain clients; the label is the instruction."""
        argument = {
            "textDocument": {"uri": self.uri, "version": self.version},
            "range": self.range_of(start, end),
            "instruction": label,
        }
        self.expect(label, start, end)
        return self.request("workspace/executeCommand", command="specedit.rewriteRange", arguments=[argument])

    # What the editor does.

    def expect(self, label: str, start: int, end: int) -> Truth:
        """Watch over a region from now on."""
        text = self.text[start:end]
        self.truths[label] = Truth(label, start, end, text, text)
        return self.truths[label]

    def request(self, method: str, **params: Any) -> int:
        """Send a request and return its id."""
        self.report()
        number = next(self._ids)
        self.session.send(id=number, method=method, params=params)
        return number

    def notify(self, event: str, **document: Any) -> None:
        """Send a notification about the document."""
        identity = {"uri": self.uri, "version": self.version, **document}
        self.session.send(method=f"textDocument/{event}", params={"textDocument": identity})

    def report(self) -> None:
        """Tell the server what changed since it was last told."""
        changes = self.take_changes()
        if changes and self.is_open:
            identity = {"uri": self.uri, "version": self.version}
            params = {"textDocument": identity, "contentChanges": changes}
            self.session.send(method="textDocument/didChange", params=params)

    def take_changes(self) -> list[dict[str, Any]]:
        """What the server was not told yet, as it is to be told."""
        changes, self._unreported = self._unreported, []
        return changes

    def range_of(self, start: int, end: int) -> dict[str, Any]:
        """A range of the buffer in the protocol's terms."""
        lines = Lines(self.text)
        places = (position_at(lines, offset, self.session.encoding) for offset in (start, end))
        first, last = ({"line": place.line, "character": place.character} for place in places)
        return {"start": first, "end": last}

    def read(self, truth: Truth) -> str:
        """What a region reads."""
        return self.text[truth.start : truth.end]

    def offset(self, position: dict[str, int]) -> int:
        """The place in the buffer of one of the protocol's positions."""
        place = Position(position["line"], position["character"])
        return offset_at(Lines(self.text), place, self.session.encoding)

    def change_by_server(self, change: TextChange, label: str) -> None:
        """Do what the server wants, and look whether it may."""
        truth = self.truths[label]
        if not truth.start <= change.start <= change.end <= truth.end:
            self.faults.append(f"{label}: {change} is outside {truth.start}..{truth.end}")
        self._change(change, label)

    def _change(self, change: TextChange, author: str, *, is_undo: bool = False) -> None:
        if not is_undo:
            old = self.text[change.start : change.end]
            self.undos.append((author, TextChange(change.start, change.start + len(change.text), old)))
        self._unreported.append(self._describe(change))
        growth = len(change.text) - (change.end - change.start)
        for truth in self.truths.values():
            is_ours = truth.label == author
            if not is_ours and _is_before(change, truth):
                truth.start, truth.end = truth.start + growth, truth.end + growth
            elif is_ours or not _is_behind(change, truth):
                truth.touched = truth.touched or not is_ours
                truth.start = min(truth.start, change.start)
                truth.end = max(truth.end, change.end) + growth
        self.text = self.text[: change.start] + change.text + self.text[change.end :]
        self.version += 1
        if self._due:
            self._due.cancel()
        if self.habits.debounce:
            self._due = asyncio.get_running_loop().call_later(self.habits.debounce, self.report)
        else:
            self.report()

    def _describe(self, change: TextChange) -> dict[str, Any]:
        if self.habits.reports == "full":
            return {"text": self.text[: change.start] + change.text + self.text[change.end :]}
        if self.habits.reports == "diff":
            whole = self.text[: change.start] + change.text + self.text[change.end :]
            change = trim_change(self.text, TextChange(0, len(self.text), whole))
        change = _keep_line_ends_whole(self.text, change)
        return {"range": self.range_of(change.start, change.end), "text": change.text}

    def _receive(self, message: dict[str, Any]) -> None:
        if message.get("method") == "workspace/applyEdit" and not self.is_open:
            self.faults.append("an edit was asked for of a document that is closed")
        self._inbox.put_nowait(message)

    def _handle(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self.answers[message["id"]] = message
        elif method == "workspace/applyEdit":
            self.session.send(id=message["id"], **self._apply(message["params"]))
        elif method == "window/workDoneProgress/create":
            self.session.send(id=message["id"], result=None)
        elif method == "window/showMessage":
            self.messages.append(message["params"]["message"])
        elif method == "$/progress":
            self._show_progress(**message["params"])

    def _show_progress(self, token: str | int, value: dict[str, Any]) -> None:
        match value.get("kind"):
            case "begin":
                self.begun[token] = value["title"]
            case "report":
                self.reports.append(value["message"])
            case "end":
                del self.begun[token]
            case None:
                self.on_partial(token, value)

    def _apply(self, params: dict[str, Any]) -> dict[str, Any]:
        number, self._asked = self._asked, self._asked + 1
        edit = params["edit"]
        if "documentChanges" in edit:
            [document] = edit["documentChanges"]
        else:
            document = {"textDocument": {"version": self.version}, "edits": edit["changes"][self.uri]}
        if number in self.habits.refuses:
            return {"result": {"applied": False, "failureReason": "not in the mood"}}
        if number in self.habits.ignores:
            return {"result": {"applied": True}}
        if document["textDocument"]["version"] != self.version or not self.is_open:
            if self.habits.fails_when_stale:
                return {"error": {"code": -32603, "message": f"you have version {self.version}"}}
            return {"result": {"applied": self.habits.lies_when_stale}}
        truth = self.truths[params["label"]]
        if self.read(truth) != truth.left:
            self.faults.append(
                f"{truth.label}: edited {self.read(truth)!r}, which is not {truth.left!r} any more"
            )
        changes = [
            TextChange(
                self.offset(each["range"]["start"]), self.offset(each["range"]["end"]), each["newText"]
            )
            for each in document["edits"]
        ]
        for change in reversed(changes):
            self.change_by_server(change, truth.label)
        truth.left = self.read(truth)
        truth.edits += 1
        return {"result": {"applied": True}}


def _is_before(change: TextChange, truth: Truth) -> bool:
    return change.end < truth.start or (change.end == truth.start and change.start < change.end)


def _is_behind(change: TextChange, truth: Truth) -> bool:
    return change.start > truth.end or (change.start == truth.end and change.start < change.end)


def _keep_line_ends_whole(text: str, change: TextChange) -> TextChange:
    """The same change with edges where the protocol has positions."""
    start, end, new = change.start, change.end, change.text
    if text.startswith("\r\n", max(start - 1, 0)) and start:
        start, new = start - 1, "\r" + new
    if text.startswith("\r\n", max(end - 1, 0)) and end:
        end, new = end + 1, new + "\n"
    return TextChange(start, end, new)
