"""Cutting the text around a selection to what the model may read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

CHARACTERS_PER_TOKEN = 8
"""Characters looked at for each token of the budget. Code has fewer; a huge document must cost nothing."""


def cut_context(before: str, after: str, budget: int, count: Callable[[str], int]) -> tuple[str, str]:
    """Return the end of ``before`` and the start of ``after``: whole lines of ``budget`` tokens at most.

    Two thirds are for the text before, a third for the text after; what one side leaves goes to the other.
    ``count`` tells how many tokens a line has.
    """
    reach = budget * CHARACTERS_PER_TOKEN
    if not reach:
        return "", ""
    above = _keep(((line, count(line)) for line in reversed(_last_lines(before, reach))), budget)
    share = max(budget // 3, budget - _cost(above))
    below = _keep(((line, count(line)) for line in _first_lines(after, reach)), share)
    above = _keep(above, budget - _cost(below))
    return "".join(line for line, _ in reversed(above)), "".join(line for line, _ in below)


def _last_lines(text: str, reach: int) -> list[str]:
    if len(text) > reach:
        text = text[-reach:].partition("\n")[2]
    return _split_lines(text)


def _first_lines(text: str, reach: int) -> list[str]:
    if len(text) > reach:
        head, newline, _ = text[:reach].rpartition("\n")
        text = head + newline
    return _split_lines(text)


def _split_lines(text: str) -> list[str]:
    # Not str.splitlines: a form feed or a line separator inside a line ends no line for an editor.
    lines = text.split("\n")
    ended = [line + "\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


def _keep(lines: Iterable[tuple[str, int]], budget: int) -> list[tuple[str, int]]:
    """Return the first of the lines with their costs, as many as the budget pays for."""
    kept: list[tuple[str, int]] = []
    for line, cost in lines:
        if cost > budget:
            break
        budget -= cost
        kept.append((line, cost))
    return kept


def _cost(lines: list[tuple[str, int]]) -> int:
    return sum(cost for _, cost in lines)
