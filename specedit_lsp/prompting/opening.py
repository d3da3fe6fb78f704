"""Finding where the replacement starts in an answer.

We write the opening fence ourselves, so most answers start with the replacement itself. What else
happens, and what is done about it, is decided by rules that look only at the text so far, so that it does
not matter in which pieces it comes:

- A ``<think>`` block at the very start goes.
- A fence line at the very start goes if it is at least as long as ours and has a language behind it, or
  is made of tildes: the model opened the block once more. A bare line of backticks closes an empty
  answer.
- Up to three lines that begin the way models talk ("Here is the code:") go if such a fence line follows.
  A bare one will do if the talk ends with a colon and text comes behind the fence.

Our fence is longer than any in what the model was shown, so a fence of that length is never the user's. Talk
without a fence stays: it may be meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

THINK, END_OF_THINK = "<think>", "</think>"
TALK = (
    "absolutely",
    "below is",
    "certainly",
    "here are",
    "here is",
    "here you go",
    "here's",
    "here’s",
    "i have ",
    "i've ",
    "of course",
    "okay",
    "sure",
    "the following",
    "the rewritten",
    "the updated",
)
"""How the lines begin that models put in front of an answer, in lower case."""
MOST_TALK_LINES = 3
LONGEST_TALK_LINE = 200
"""Characters."""

_FENCE_LINE = re.compile(r"(?P<run>`{3,}|~{3,})[ \t]*(?P<tag>[^`\n]*?)[ \t\r]*\n?")
_RUN = re.compile(r"`+|~+")


@dataclass(frozen=True, slots=True)
class Opening:
    """Where the replacement starts in an answer, and the shortest fence that closes it."""

    start: int
    fence: str


class OpeningFinder:
    """Knows what may stand in front of the replacement of ``selection`` in a block opened with ``fence``.

    What the selection itself starts with is text, not talk and not thinking.
    """

    def __init__(self, fence: str, selection: str, is_opened: bool = True) -> None:
        """Unless the block ``is_opened``, the model opens it: a bare fence at the start does not close it."""
        self._fence = fence
        self._is_opened = is_opened
        self._may_think = not selection.lstrip().startswith(THINK)
        self._may_talk = not selection.lower().startswith(TALK)

    def find(self, answer: str, ended: bool) -> Opening | None:
        """Return where the replacement starts, or None if more of the answer may tell otherwise."""
        start = self._skip_thinking(answer, ended)
        return None if start is None else self._find_behind_talk(answer, start, ended)

    def _skip_thinking(self, answer: str, ended: bool) -> int | None:
        head = answer.lstrip()[: len(THINK)]
        if not self._may_think or not THINK.startswith(head):
            return 0
        if head != THINK:
            return 0 if ended else None
        end = answer.find(END_OF_THINK)
        if end < 0:
            return len(answer) if ended else None
        end += len(END_OF_THINK)
        behind = answer[end:].lstrip()
        if not behind:
            return len(answer) if ended else None
        # The first line keeps its indentation.
        blank = answer[end : len(answer) - len(behind)]
        return end + blank.rfind("\n") + 1

    def _find_behind_talk(self, answer: str, start: int, ended: bool) -> Opening | None:
        plain = Opening(start, self._fence)
        talk: list[str] = []
        position = start
        while position < len(answer):
            newline = answer.find("\n", position)
            line = answer[position : newline + 1] if newline >= 0 else answer[position:]
            if newline < 0 and not ended:
                return None if not line.strip() or self._may_become(line, len(talk)) else plain
            position += len(line)
            if not line.strip():
                continue
            fence = _FENCE_LINE.fullmatch(line)
            if fence and len(fence["run"]) >= len(self._fence):
                inside = Opening(position, fence["run"])
                if fence["tag"] or fence["run"][0] != self._fence[0] or not self._is_opened:
                    return inside
                if not talk or not talk[-1].endswith(":"):
                    return plain
                if answer[position:].strip():
                    return inside
                return plain if ended else None
            if not self._is_talk(line, len(talk)):
                return plain
            talk.append(line.rstrip())
        return plain if ended else None

    def _is_talk(self, line: str, lines_before: int) -> bool:
        is_next = self._may_talk and lines_before < MOST_TALK_LINES
        return is_next and len(line) <= LONGEST_TALK_LINE and line.lower().startswith(TALK)

    def _may_become(self, line: str, lines_before: int) -> bool:
        """Whether the line, which has not ended yet, may still become a fence or talk."""
        run = _RUN.match(line)
        if run:
            tag = line[run.end() :]
            return not tag or (len(run[0]) >= len(self._fence) and "`" not in tag)
        begins_talk = any(phrase.startswith(line.lower()) for phrase in TALK)
        return self._is_talk(line, lines_before) or (
            begins_talk and self._may_talk and lines_before < MOST_TALK_LINES
        )
