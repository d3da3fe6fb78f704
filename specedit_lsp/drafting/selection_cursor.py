"""Draft source "selection": the selection itself, from where the output has got to."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from specedit_lsp.drafting.draft import Draft, EditContext

# What an alignment pays, about the binary logarithm of how unlikely it is: to begin an edit, to write a token
# that is not from the selection, to go back in it. Skipping pays by the length skipped.
_OPEN = 3
_NOVEL = 2
_BACK = 4

_SLACK = 12
"""Alignments that pay this much more than the best are given up."""
_ALIVE = 12
"""Alignments kept at most."""
_SURE = 12
"""Tokens in a row that agreed, after which an alignment needs no alternatives."""
_CLOSED = 2
"""Tokens in a row that agreed, after which an edit is believed to be over."""
_NEAREST = 4
"""Occurrences of a token, from the cursor on, where copying may go on."""
_LOST = 2
"""Tokens of an edit after which where it ends is not worth a guess."""
_GUESSES = 3


class _Place(NamedTuple):
    """Where the output may have got to."""

    column: int
    """Tokens of the selection used up."""
    novel: int
    """Tokens written since then that are not from there: 0 while output and selection agree."""


class _Path(NamedTuple):
    """An alignment that ends at some place."""

    cost: int
    run: int
    """Tokens in a row that agreed, up to here."""
    edit: tuple[int, int] | None
    """Its last edit: how many tokens were written, and how many of the selection they stand for."""


class SelectionCursor:
    """Keeps its place in the selection while the output copies, replaces, inserts, deletes and moves.

    An alignment of output and selection with affine gaps (Gotoh, 1982), kept up token by token as a beam: the
    output copies along, opens an edit, and some tokens later goes on copying at a place where the selection
    has the token that was verified. Alignments are compared by cost, so a chance match in new code does not
    move the cursor. While output and selection agree, one alignment is all there is.
    """

    name = "selection"

    def __init__(self, context: EditContext) -> None:
        self._selection = context.selection
        self._columns: dict[int, list[int]] = {}
        """Where each token occurs in the selection, in order."""
        for column, token in enumerate(context.selection):
            self._columns.setdefault(token, []).append(column)
        self._paths = {_Place(0, 0): _Path(0, 0, None)}
        """Alignments by where they end, best first."""
        self._edits: Counter[tuple[int, int]] = Counter()
        """Edits seen so far, by their shape."""

    def hear(self, verified: Sequence[int]) -> None:
        """Move on by the tokens verified since the last call."""
        for token in verified:
            self._follow(token)

    def propose(self, width: int) -> Sequence[Draft]:
        """Return the rest of the selection, from the likeliest places first.

        The evidence is the run of agreement that led to a place: 0 for a guess where an edit will end.
        """
        starts: dict[int, int] = {}
        for place, path in self._paths.items():
            for column in self._continue(place):
                starts.setdefault(column, path.run)
        drafts: list[Draft] = []
        for column, run in starts.items():
            rest = self._selection[column : column + width]
            if rest and len(drafts) < _GUESSES:
                drafts.append(Draft(self.name, rest, run))
        return drafts

    def _continue(self, place: _Place) -> list[int]:
        """Columns where copying may go on, the likeliest first."""
        column, novel = place
        if novel == 0:
            return [column]
        if novel > _LOST:
            return []
        # As many replaced as written; else none (an insertion); else one or two. Known shapes go first.
        gaps = sorted(dict.fromkeys((novel, 0, 1, 2)), key=lambda gap: -self._edits[novel, gap])
        return [column + gap for gap in gaps]

    def _follow(self, token: int) -> None:
        """Extend the alignments by one verified token and keep the good ones, best first."""
        (column, novel), path = next(iter(self._paths.items()))
        if path.run >= _SURE and self._selection[column : column + 1] == (token,):
            self._paths = {_Place(column + 1, novel): path._replace(run=path.run + 1)}
            return
        reached: dict[_Place, _Path] = {}
        for place, path in self._paths.items():
            for ahead, longer in self._extend(place, path, token):
                if ahead not in reached or _rank(longer) < _rank(reached[ahead]):
                    reached[ahead] = longer
        ranked = sorted(reached.items(), key=lambda item: _rank(item[1]))
        best = ranked[0][1]
        if best.edit and best.run == _CLOSED:
            self._edits[best.edit] += 1
        alive = ranked[: 1 if best.run >= _SURE else _ALIVE]
        self._paths = {
            place: path._replace(cost=path.cost - best.cost)
            for place, path in alive
            if path.cost - best.cost <= _SLACK
        }

    def _extend(self, place: _Place, path: _Path, token: int) -> Iterator[tuple[_Place, _Path]]:
        """All ways to go on with ``token``: along the selection, as something new, or after an edit."""
        column, novel = place
        if novel == 0 and self._selection[column : column + 1] == (token,):
            yield _Place(column + 1, 0), path._replace(run=path.run + 1)
        cost = path.cost if novel else path.cost + _OPEN
        yield _Place(column, novel + 1), _Path(cost + _NOVEL, 0, path.edit)
        columns = self._columns.get(token, [])
        behind = bisect_left(columns, column)
        for target in columns[behind : behind + _NEAREST]:
            gap = target - column
            skipped = abs(gap - novel).bit_length() if gap else 0
            yield _Place(target + 1, 0), _Path(cost + skipped, 1, (novel, gap))
        if behind:
            target = columns[behind - 1]
            back = _BACK + (column - target).bit_length()
            yield _Place(target + 1, 0), _Path(cost + back, 1, (novel, target - column))


def _rank(path: _Path) -> tuple[int, int]:
    return path.cost, -path.run
