"""Where in a known text an output has got to, while it copies, replaces, inserts, deletes and moves."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# What an alignment pays, about the binary logarithm of how unlikely it is: to begin an edit, to write a token
# that is not from the text, to go back in it. Skipping pays by the length skipped. A token that is frequent
# in the text is cheap to write anew: that a line end matches one says little.
_OPEN = 3
_NOVEL = 2
_MOST_NOVEL = 7
_BACK = 4

_SLACK = 10
"""Alignments that pay this much more than the best are given up."""
_ALIVE = 8
"""Alignments kept at most."""
_SURE = 8
"""Tokens in a row that agreed, after which an alignment needs no alternatives."""
_CLOSED = 2
"""Tokens in a row that agreed, after which an edit is believed to be over."""
_NEAREST = 4
"""Occurrences of a token, from the cursor on, where copying may go on."""
_LOST = 2
"""Tokens of an edit after which where it ends is not worth a guess."""


class Place(NamedTuple):
    """Where the output may have got to."""

    column: int
    """Tokens of the text used up."""
    novel: int
    """Tokens written since then that are not from there: 0 while output and text agree."""


class _Path(NamedTuple):
    """An alignment that ends at some place."""

    cost: int
    run: int
    """Tokens in a row that agreed, up to here."""
    edit: tuple[int, int] | None
    """Its last edit: how many tokens were written, and how many of the text they stand for."""


class Alignment:
    """Keeps up an alignment of output and text with affine gaps (Gotoh, 1982), token by token, as a beam.

    The output copies along, opens an edit, and some tokens later goes on copying at a place where the text
    has the token that was verified. Alignments are compared by cost, so a chance match in new code does not
    move the place. While output and text agree, one alignment is all there is.
    """

    def __init__(self, tokens: Sequence[int], column: int = 0, run: int = 0) -> None:
        """``tokens`` is the text; the output begins at ``column``, after ``run`` tokens that agreed."""
        self._tokens = tokens
        self._columns: dict[int, list[int]] | None = None
        self._paths = {Place(column, 0): _Path(0, run, None)}
        """Alignments by where they end, best first."""
        self._edits: Counter[tuple[int, int]] = Counter()
        """Edits seen so far, by their shape."""

    @property
    def place(self) -> Place:
        """The likeliest place."""
        return next(iter(self._paths))

    @property
    def run(self) -> int:
        """Tokens in a row that agreed, up to the likeliest place."""
        return next(iter(self._paths.values())).run

    def hear(self, verified: Sequence[int]) -> None:
        """Move on by the tokens verified since the last call."""
        tokens = self._tokens
        heard, count = 0, len(verified)
        while heard < count:
            (column, novel), path = next(iter(self._paths.items()))
            if path.run >= _SURE and novel == 0:
                # One alignment is left: walk along it while it agrees.
                start = heard
                while heard < count and column < len(tokens) and tokens[column] == verified[heard]:
                    heard += 1
                    column += 1
                if heard > start:
                    self._paths = {Place(column, 0): path._replace(run=path.run + heard - start)}
                    continue
            self._follow(verified[heard])
            heard += 1

    def list_places(self) -> Iterator[tuple[Place, int]]:
        """Yield where the output may have got to, likeliest first, and the run of agreement up to there."""
        for place, path in self._paths.items():
            yield place, path.run

    def list_resumptions(self, place: Place) -> Sequence[int]:
        """Return columns where copying may go on from ``place``, the likeliest first.

        None are worth a guess once many tokens were new.
        """
        column, novel = place
        if novel == 0:
            return (column,)
        if novel > _LOST:
            return ()
        # As many replaced as written; else none (an insertion); else one or two. Known shapes go first.
        gaps = sorted(dict.fromkeys((novel, 0, 1, 2)), key=lambda gap: -self._edits[novel, gap])
        return [column + gap for gap in gaps]

    def _find_columns(self, token: int) -> list[int]:
        """Return where the token occurs in the text, in order."""
        if self._columns is None:
            self._columns = {}
            for column, known in enumerate(self._tokens):
                self._columns.setdefault(known, []).append(column)
        return self._columns.get(token, [])

    def _follow(self, token: int) -> None:
        """Extend the alignments by one verified token and keep the good ones, best first.

        Each goes on along the text, writes something new, or ends an edit where the text has the token.
        """
        tokens, columns = self._tokens, self._find_columns(token)
        rarity = (len(tokens) // len(columns)).bit_length() if columns else _NOVEL
        novelty = min(rarity, _MOST_NOVEL)
        best_cost = min(path.cost for path in self._paths.values())
        reached: dict[tuple[int, int], tuple[int, int, tuple[int, int] | None]] = {}

        def reach(place: tuple[int, int], cost: int, run: int, edit: tuple[int, int] | None) -> None:
            known = reached.get(place)
            if known is None or (cost, -run) < (known[0], -known[1]):
                reached[place] = cost, run, edit

        for (column, novel), (cost, run, edit) in self._paths.items():
            if novel == 0 and column < len(tokens) and tokens[column] == token:
                reach((column + 1, 0), cost, run + 1, edit)
                if cost > best_cost:
                    continue
            opened = cost if novel else cost + _OPEN
            reach((column, novel + 1), opened + novelty, 0, edit)
            behind = bisect_left(columns, column)
            for target in columns[behind : behind + _NEAREST]:
                gap = target - column
                reach(
                    (target + 1, 0), opened + (abs(gap - novel).bit_length() if gap else 0), 1, (novel, gap)
                )
            if behind:
                target = columns[behind - 1]
                back = _BACK + (column - target).bit_length()
                reach((target + 1, 0), opened + back, 1, (novel, target - column))
        ranked = sorted(reached.items(), key=lambda item: (item[1][0], -item[1][1]))
        cost, run, edit = ranked[0][1]
        if edit and run == _CLOSED:
            self._edits[edit] += 1
        self._paths = {
            Place(*place): _Path(other - cost, length, shape)
            for place, (other, length, shape) in ranked[: 1 if run >= _SURE else _ALIVE]
            if other - cost <= _SLACK
        }
