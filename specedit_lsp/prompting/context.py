"""Cutting the text around a selection to what the model may read.

The nearest lines come first. Where they do not reach up to the start of the text, the headers that the
selection stands under and the imports of the file are kept nevertheless, from a share of the budget, with a
comment where lines are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from specedit_lsp.prompting.import_statements import find_imports
from specedit_lsp.text.comment_syntax import comment_syntax_of
from specedit_lsp.text.headers import find_headers, indentation_of
from specedit_lsp.transport.messages import RewriteOrder

CHARACTERS_PER_TOKEN = 8
"""Characters looked at for each token of the budget. Code has fewer; a huge document must cost nothing."""
OUTLINE_CHARACTERS = 400_000
"""Characters in front of the selection that are searched for its headers and imports."""
OUTLINE_SHARE = 3
"""Headers and imports that are far away may take one part in this many of the budget."""

Count = Callable[[str], int]


def cut_context(order: RewriteOrder, budget: int, count: Count) -> tuple[str, str]:
    """Return what the model is shown of the text in front of the selection, and of that behind it.

    Both are whole lines, together of ``budget`` tokens at most; ``count`` tells how many a line has.
    """
    reach = budget * CHARACTERS_PER_TOKEN
    if reach <= 0:
        return "", ""
    above = _split_lines(_last_characters(order.before, max(reach, OUTLINE_CHARACTERS)))
    below = _split_lines(_first_characters(order.after, reach))
    nearest = _keep_nearest(above, below, budget, reach, count)
    if nearest.above == len(above):
        return "".join(above), "".join(below[: nearest.below])
    gap = _gap_line(order.language)
    share = budget // OUTLINE_SHARE
    far = len(above) - _keep_nearest(above, below, budget - share, reach, count).above
    outline = _keep_outline(above, far, order, share, gap, count)
    nearest = _keep_nearest(above, below, budget - outline.cost, reach, count)
    near = set(range(len(above) - nearest.above, len(above)))
    shown = sorted(near.union(outline.headers, outline.imports))
    return "".join(_join(above, shown, gap, outline.imports)), "".join(below[: nearest.below])


def cut_rules(rules: str, budget: int, count: Count) -> str:
    """Return the first whole lines of a project's rules, of ``budget`` tokens at most."""
    lines = _split_lines(_first_characters(rules, budget * CHARACTERS_PER_TOKEN))
    return "".join(lines[: len(_affordable(map(count, lines), budget))])


class _Nearest(NamedTuple):
    """How many lines are kept next to the selection."""

    above: int
    below: int


def _keep_nearest(above: list[str], below: list[str], budget: int, reach: int, count: Count) -> _Nearest:
    """Two thirds are for the lines above, a third for those below; what one side leaves goes to the other."""

    def costs(lines: Iterable[str]) -> Iterator[int]:
        left = reach
        for line in lines:
            left -= len(line)
            if left < 0:
                return
            yield count(line)

    upper = _affordable(costs(reversed(above)), budget)
    lower = _affordable(costs(below), max(budget // 3, budget - sum(upper)))
    upper = _affordable(upper, budget - sum(lower))
    return _Nearest(len(upper), len(lower))


def _affordable(costs: Iterable[int], budget: int) -> list[int]:
    """Return the first of the costs, as many as the budget pays for."""
    paid: list[int] = []
    for cost in costs:
        if cost > budget:
            break
        budget -= cost
        paid.append(cost)
    return paid


class _Outline(NamedTuple):
    """Lines that are kept for what they say of all below them."""

    headers: set[int]
    imports: set[int]
    cost: int
    """Tokens, with those of the comments where lines are left out."""


def _keep_outline(
    lines: list[str], far: int, order: RewriteOrder, budget: int, gap: str, count: Count
) -> _Outline:
    """Keep what ``budget`` pays for of the outline's part in the first ``far`` lines."""
    own = lines[-1] if lines and not lines[-1].endswith("\n") else ""
    headers = find_headers(lines, indentation_of(own + order.selection.lstrip("\n")))
    imports = find_imports(lines, order.language, order.selection)
    left = budget - count(gap)

    def afford(blocks: Iterable[range], ending: str) -> set[int]:
        nonlocal left
        kept: set[int] = set()
        for block in blocks:
            if block.stop > far:
                continue
            text = "".join(lines[block.start : block.stop]) + ending
            if len(text) <= left * CHARACTERS_PER_TOKEN and (cost := count(text)) <= left:
                left -= cost
                kept.update(block)
        return kept

    kept = afford(headers, gap), afford(imports, "")
    return _Outline(*kept, cost=budget - left if any(kept) else 0)


def _join(lines: list[str], shown: list[int], gap: str, imports: set[int]) -> Iterator[str]:
    """Yield the lines that are shown, with ``gap`` where some are left out, but not among imports."""
    for index, following in pairwise([*shown, len(lines)]):
        yield lines[index]
        if following > index + 1 and not (index in imports and following in imports):
            yield gap


def _gap_line(language: str) -> str:
    """The line that stands for lines left out: a comment, where it is known how these are written."""
    syntax = comment_syntax_of(language)
    if syntax is None:
        return "...\n"
    if syntax.line:
        return f"{syntax.line[0].rstrip()} ...\n"
    begin, end = syntax.block[0]
    return f"{begin} ... {end}\n"


def _last_characters(text: str, reach: int) -> str:
    return text if len(text) <= reach else text[-reach:].partition("\n")[2]


def _first_characters(text: str, reach: int) -> str:
    if len(text) <= reach:
        return text
    head, newline, _ = text[:reach].rpartition("\n")
    return head + newline


def _split_lines(text: str) -> list[str]:
    # Not str.splitlines: a form feed or a line separator inside a line ends no line for an editor.
    lines = text.split("\n")
    ended = [line + "\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended
