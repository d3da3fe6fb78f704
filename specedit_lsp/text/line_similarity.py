"""How much a line says, and how alike two lines are: cheap measures for aligning them."""

import re
from collections import Counter
from dataclasses import dataclass

# Words are split at capitals, underscores and digits, so that a renamed part of a long name stays one token.
_TOKEN = re.compile(r"[^\W\d_][^\W\d_A-Z]*|\d+|[^\w\s]")
_WORD_CHARACTER = re.compile(r"\w")
_MEASURED_CHARACTERS = 400


def weigh_line(line: str) -> float:
    """How much a line says about where one is: 0.1 for a blank one or `}`, 1.0 from nine letters on."""
    beginning = line[:_MEASURED_CHARACTERS]
    return min(1.0, 0.1 + 0.1 * len(_WORD_CHARACTER.findall(beginning)))


@dataclass(frozen=True, slots=True)
class LineTokens:
    """The words and signs of a line, without order."""

    counts: Counter[str]
    total: int

    @classmethod
    def of(cls, line: str) -> "LineTokens":
        """The tokens of the first 400 characters of `line`."""
        tokens = _TOKEN.findall(line[:_MEASURED_CHARACTERS])
        return cls(Counter(tokens), len(tokens))


def compare_tokens(one: LineTokens, other: LineTokens) -> float:
    """The Dice coefficient of two lines: 0.0 nothing shared, 1.0 the same tokens; 0.0 where none are left.

    Lines whose lengths alone forbid more than 0.5 are not looked at and count as 0.0.
    """
    total = one.total + other.total
    if 4 * min(one.total, other.total) <= total:
        return 0.0
    fewer, more = (one, other) if len(one.counts) <= len(other.counts) else (other, one)
    shared = sum(min(count, more.counts.get(token, 0)) for token, count in fewer.counts.items())
    return 2 * shared / total
