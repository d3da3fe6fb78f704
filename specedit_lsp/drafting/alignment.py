"""Where in a known text an output has got to, while it copies, replaces, inserts, deletes and moves."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# What an alignment pays, about the binary logarithm of how unlikely it is: to begin an edit, to write a token
# that is not from the text, to go back in it. Skipping pays by the length skipped. A token that is frequent
# in the text is cheap to write anew: that a line end matches one says little.
_OPEN = 3
_NOVEL = 2
_MOST_NOVEL = 7
_BACK = 4

_SLACK = 8
"""Alignments that pay this much more than the best are given up."""
_ALIVE = 8
"""Alignments kept at most."""
_SURE = 5
"""Tokens in a row that agreed, after which an alignment needs no alternatives."""
_CLOSED = 2
"""Tokens in a row that agreed, after which an edit is believed to be over."""
_NEAREST = 3
"""Occurrences of a token, from the cursor on, where copying may go on."""
_HOME = 5
"""Tokens in a row that agreed, after which it is sure where the output was."""
_LOST = 2
"""Tokens of an edit after which where it ends is not worth a guess."""


class Place(NamedTuple):
    """Where the output may have got to."""

    column: int
    """Tokens of the text used up."""
    novel: int
    """Tokens written since then that are not from there: 0 while output and text agree."""


_Edit = tuple[int, int]
"""How many tokens were written, and how many of the text they stand for."""
_Path = tuple[int, int, int, int, int, _Edit | None]
"""An alignment: its cost, minus the tokens in a row that agreed up to its end, a number that settles ties,
the column and the novel tokens where it ends, and its last edit. They sort best first."""


class Alignment:
    """Keeps up an alignment of output and text with affine gaps (Gotoh, 1982), token by token, as a beam.

    The output copies along, opens an edit, and some tokens later goes on copying at a place where the text
    has the token that was verified. Alignments are compared by cost, so a chance match in new code does not
    move the place. While output and text agree, one alignment is all there is.
    """

    def __init__(self, tokens: Sequence[int], column: int = 0, run: int = 0) -> None:
        """``tokens`` is the text; the output begins at ``column``, after ``run`` tokens that agreed."""
        self._tokens = tokens
        self._columns: defaultdict[int, list[int]] | None = None
        self._paths: list[_Path] = [(0, -run, 0, column, 0, None)]
        """Best first, each with an end of its own."""
        self._edits: Counter[_Edit] = Counter()
        """Edits seen so far, by their shape."""
        self.home = column
        """The column up to which the output has surely copied."""
        self.away = 0
        """Tokens written since then."""

    @property
    def place(self) -> Place:
        """The likeliest place."""
        _, _, _, column, novel, _ = self._paths[0]
        return Place(column, novel)

    @property
    def run(self) -> int:
        """Tokens in a row that agreed, up to the likeliest place."""
        return -self._paths[0][1]

    def hear(self, verified: Sequence[int]) -> None:
        """Move on by the tokens verified since the last call."""
        heard, count = 0, len(verified)
        while heard < count:
            cost, left, number, column, novel, edit = self._paths[0]
            agreed = 0 if novel else self._count_agreed(verified, heard, column)
            run = agreed - left
            # While the best alignment agrees it stays the best, and soon there are no others.
            if agreed and ((left <= -_CLOSED and len(self._paths) == 1) or run >= _SURE):
                if edit and -left < _CLOSED <= run:
                    self._edits[edit] += 1
                self._paths = [(cost, -run, number, column + agreed, 0, edit)]
                heard += agreed
                self.away += agreed
            else:
                self._follow(verified[heard])
                heard += 1
                self.away += 1
            if self.run >= _HOME:
                self.home, self.away = self._paths[0][3], 0

    def _count_agreed(self, verified: Sequence[int], heard: int, column: int) -> int:
        """Return how many of the verified tokens from ``heard`` on stand in the text from ``column`` on."""
        known, count = self._tokens, min(len(verified) - heard, len(self._tokens) - column)
        for agreed in range(count):
            if known[column + agreed] != verified[heard + agreed]:
                return agreed
        return max(count, 0)

    def list_places(self) -> Iterator[tuple[Place, int]]:
        """Yield where the output may have got to, likeliest first, and the run of agreement up to there."""
        for _, left, _, column, novel, _ in self._paths:
            yield Place(column, novel), -left

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
            self._columns = defaultdict(list)
            for column, known in enumerate(self._tokens):
                self._columns[known].append(column)
        return self._columns.get(token, [])

    def _follow(self, token: int) -> None:
        """Extend the alignments by one verified token and keep the good ones, best first.

        Each goes on along the text, writes something new, or ends an edit where the text has the token.
        """
        tokens, columns = self._tokens, self._find_columns(token)
        end = len(tokens)
        rarity = (end // len(columns)).bit_length() if columns else _NOVEL
        novelty = min(rarity, _MOST_NOVEL)
        ends: list[_Path] = []
        worst = self._paths[-1][0] + _OPEN + _MOST_NOVEL + _SLACK  # what costs more would be given up
        for cost, left, _, column, novel, edit in self._paths:
            if novel == 0 and column < end and tokens[column] == token:
                ends.append((cost, left - 1, len(ends), column + 1, 0, edit))
                if cost + _SLACK < worst:
                    worst = cost + _SLACK
                continue  # had an edit begun here, its next token would tell
            opened = cost if novel else cost + _OPEN
            if opened > worst:
                continue
            ends.append((opened + novelty, 0, len(ends), column, novel + 1, edit))
            if opened + novelty + _SLACK < worst:
                worst = opened + novelty + _SLACK
            behind = bisect_left(columns, column)
            for target in columns[behind : behind + _NEAREST]:
                gap = target - column
                closed = opened + (abs(gap - novel).bit_length() if gap else 0)
                if closed <= worst:
                    ends.append((closed, -1, len(ends), target + 1, 0, (novel, gap)))
            if behind:
                gap = columns[behind - 1] - column
                back = opened + _BACK + gap.bit_length()
                if back <= worst:
                    ends.append((back, -1, len(ends), column + gap + 1, 0, (novel, gap)))
        ends.sort()
        least, left, _, _, _, edit = ends[0]
        if edit and left == -_CLOSED:
            self._edits[edit] += 1
        self._paths = []
        places: set[tuple[int, int]] = set()
        for path in ends[: 1 if left <= -_SURE else None]:
            if path[0] > least + _SLACK or len(places) == _ALIVE:
                break
            place = path[3], path[4]
            if place not in places:
                places.add(place)
                self._paths.append(path)
