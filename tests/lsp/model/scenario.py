"""Stories to be played: a document, rewrites of it, and what user, editor and worker do meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

from specedit_lsp.text.lines import normalise_line_ends
from specedit_lsp.text.spans import splits_line_end
from tests.lsp.model.client import Habits
from tests.lsp.model.scripted_worker import Script

Where = Literal["above", "below", "inside", "start", "end", "anywhere"]


Doing = Literal["type", "delete", "undo", "cancel", "close", "save"]


@dataclass(frozen=True)
class Deed:
    """Something the user does."""

    at: float
    what: Doing
    where: Where = "anywhere"
    """Seen from the first rewrite's region."""
    along: float = 0.0
    """How far along there, from 0 to 1."""
    text: str = ""
    size: int = 0


@dataclass(frozen=True)
class Wish:
    """A rewrite that the user asks for."""

    at: float
    start: int
    end: int
    script: Script


@dataclass(frozen=True)
class Scenario:
    """All of it."""

    text: str
    wishes: tuple[Wish, ...]
    deeds: tuple[Deed, ...]
    habits: Habits
    has_plugin: bool
    mode: str
    on_cancel: str


LINES = st.sampled_from(["a", "b", "b", "  x = 1", "é🙂", "", "}", "\u2028 \f"])
ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r\n", "\r", "mixed"])
TIMES = st.sampled_from([0.0, 0.01, 0.04, 0.1, 0.15, 0.25, 0.4, 0.8, 1.5, 3.0])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Documents of a few lines, many of them alike, with each kind of line ends."""
    contents = draw(st.lists(LINES, min_size=2, max_size=10))
    end = draw(ENDS)
    ends = st.sampled_from(["\n", "\r\n", "\r"]) if end == "mixed" else st.just(end)
    text = "".join(content + draw(ends) for content in contents)
    return text + draw(st.sampled_from(["", "last", "🙂"]))


@st.composite
def new_texts(draw: st.DrawFn, selection: str) -> str:
    """What a model might make of a selection."""
    lines: list[str] = []
    for line in normalise_line_ends(selection).split("\n"):
        match draw(st.sampled_from("kkkcdi")):
            case "k":
                lines.append(line)
            case "c":
                lines.append(line + draw(st.sampled_from(["1", "🙂", " b"])))
            case "i":
                lines += [draw(LINES), line]
    text = "\n".join(lines)
    return text if text.strip() else text + "new"


@st.composite
def wishes(draw: st.DrawFn, text: str, start: int, end: int) -> Wish | None:
    """A rewrite of something between two places."""
    one, other = sorted(draw(st.tuples(*[st.integers(start, end)] * 2)))
    if draw(st.booleans()):  # whole lines, most of the time
        one = max(start, text.rfind("\n", 0, one) + 1)
        behind = text.find("\n", other)
        other = end if behind < 0 else min(behind + 1, end)
    one, other = (offset - 1 if splits_line_end(text, offset) else offset for offset in (one, other))
    if not text[one:other].strip():
        one, other = start, end
    if not text[one:other].strip():
        return None
    script = Script(
        text=draw(new_texts(text[one:other])),
        sizes=draw(st.sampled_from([(1,), (3,), (5, 40), (1000,)])),
        pauses=draw(st.sampled_from([(0.0,), (0.02,), (0.3, 0.01), (0.1,), (0.0, 1.0, 0.0)])),
        breaks_after=draw(st.sampled_from([None] * 9 + [0, 1, 3])),
        ahead=draw(st.sampled_from([0, 0, 2])),
    )
    return Wish(draw(st.sampled_from([0.0, 0.0, 0.05, 0.5])), one, other, script)


@st.composite
def deeds(draw: st.DrawFn, *, roughly: bool) -> Deed:
    """What a user might do; only where it does not matter that the editor tells it ``roughly``."""
    whats: list[Doing] = ["type", "type", "type", "cancel", "save"]
    if not roughly:
        whats += ["delete", "delete", "undo", "close"]
    wheres: list[Where] = ["above", "below", "inside"]
    if not roughly:
        wheres += ["start", "end", "anywhere"]
    return Deed(
        at=draw(TIMES),
        what=draw(st.sampled_from(whats)),
        where=draw(st.sampled_from(wheres)),
        along=draw(st.sampled_from([0.0, 0.3, 0.7, 1.0])),
        text=draw(st.sampled_from(["Z", "Z\n"] if roughly else ["Z", "new\n", "🙂🙂", "\r\n", "\n\n"])),
        size=draw(st.integers(1, 4)),
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Stories of one or two rewrites and up to four deeds."""
    text = draw(texts())
    middle = draw(st.sampled_from([len(text), len(text) // 2]))
    if splits_line_end(text, middle):
        middle -= 1
    found = [draw(wishes(text, 0, middle))]
    if middle + 1 < len(text) and not splits_line_end(text, middle + 1):
        found.append(draw(wishes(text, middle + 1, len(text))))
    reports = draw(st.sampled_from(["exact", "exact", "exact", "diff", "full"]))
    has_plugin = draw(st.integers(0, 3)) == 0
    habits = Habits(
        latency=draw(st.sampled_from([0.0, 0.0, 0.003, 0.1])),
        debounce=0.0 if reports != "exact" else draw(st.sampled_from([0.0, 0.0, 0.05, 0.15, 3.0])),
        reports=reports,  # type: ignore[arg-type]
        lies_when_stale=draw(st.booleans()),
        fails_when_stale=draw(st.booleans()),
        refuses=draw(st.sampled_from([frozenset[int]()] * 6 + [frozenset({0}), frozenset({2})])),
        ignores=draw(st.sampled_from([frozenset[int]()] * 6 + [frozenset({1})])),
    )
    return Scenario(
        text=text,
        wishes=tuple(wish for wish in found if wish),
        deeds=tuple(
            sorted(draw(st.lists(deeds(roughly=reports != "exact"), max_size=4)), key=lambda deed: deed.at)
        ),
        habits=habits,
        has_plugin=has_plugin,
        mode=draw(st.sampled_from(["line", "hunk", "hunk", "atomic"])),
        on_cancel=draw(st.sampled_from(["revert", "revert", "keep"])),
    )
