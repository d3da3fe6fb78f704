"""What is right of how a rewrite ended, and what is not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from specedit_lsp.evaluation.faults.cases import Case

SERVER_GONE = "The language server ended: start it again."
"""What the editor itself has to say where no server is left to say it."""
_INTERNAL = re.compile(r"Traceback|Errno|\bNone\b|Exception\b|object at 0x")
"""What is no language for users."""
_ADVICE = re.compile(r"\b(try|tries|run|set|select|make|see|check|start|starts)\b", re.IGNORECASE)
_LEAST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Ending:
    """How one rewrite ended, as the editor saw it."""

    outcome: str
    """``done``, ``unchanged``, ``refused``; ``hung`` if there was no end to it."""
    text: str
    """The whole document afterwards."""
    message: str = ""
    """What the user was told, if it was refused."""
    seconds: float = 0.0
    """From the request to its end."""
    fault: str = ""
    """What the editor could not do that it was asked to."""


class Verdict(Enum):
    """What an ending is worth."""

    EXACT = "done exact"
    RESTORED = "restored"
    WRONG = "WRONG"
    HUNG = "hung"


def judge(case: Case, expected: str, ending: Ending) -> Verdict:
    """Return the verdict on a rewrite whose document reads ``expected`` where nothing is at fault."""
    if ending.outcome == "hung":
        return Verdict.HUNG
    if ending.fault:
        return Verdict.WRONG
    if ending.outcome in ("done", "unchanged"):
        says_unchanged = ending.outcome == "unchanged"
        is_right = ending.text == expected and says_unchanged == (expected == case.document)
        return Verdict.EXACT if is_right else Verdict.WRONG
    is_restored = ending.outcome == "refused" and ending.text == case.document
    return Verdict.RESTORED if is_restored and is_clear(ending.message) else Verdict.WRONG


def is_clear(message: str) -> bool:
    """Whether a message is a sentence for people that says what to do, as far as a program can tell."""
    return (
        len(message.split()) >= _LEAST_WORDS
        and message[0].isupper() | message.startswith(("http", "/"))
        and message.endswith((".", "?", "`"))
        and _ADVICE.search(message) is not None
        and not _INTERNAL.search(message)
    )
