"""Aligning a stream of lines with the lines of an original, deciding each as soon as it is safe to.

The idea is that of streaming diffs in editors (Zed's `streaming_diff`): keep the costs of every way in which
the output so far could have come from a prefix of the original, the rest of the original being free, and
commit what the best of them agree on. There it is a dense row over characters, committed at the best column.
Here it is over lines and sparse: only the few columns that can still win are kept, as paths, and a line is
committed once all paths agree on it, which is how online Viterbi decoders bound their delay.

What a path pays: a new line its weight (`weigh_line`); lines left out about one, however many, so that a
deleted block is recognised by the few lines after it; a changed line less than leaving out and adding, the
more the two are alike. A kept line is free. Each line costs O(paths x reach), both constants, whatever the
length of the original; building the index costs one pass over it.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log2
from typing import NamedTuple

from specedit_lsp.text.line_similarity import LineTokens, compare_tokens, weigh_line

_LONGEST_WAIT = 8  # lines an undecided line may be held back
_MOST_PATHS = 8
_CHANGE_REACH = 8  # lines ahead among which a changed line is looked for
_LEAST_SIMILARITY = 0.5
_ROUNDING = 1e-9


class Step(NamedTuple):
    """What became of one output line."""

    line: str
    column: int
    """How many of the original's lines are dealt with after it; those passed over are deleted."""

    kept: bool
    """Whether it is the original's line `column - 1`, unchanged."""


@dataclass(frozen=True, slots=True)
class _Path:
    """One way in which the lines not yet committed may have come about."""

    cost: float
    column: int
    steps: tuple[Step, ...]

    def extend(self, cost: float, step: Step) -> "_Path":
        return _Path(self.cost + cost, step.column, (*self.steps, step))


class LineAligner:
    """Hears output lines one by one and answers with the steps that have become certain."""

    def __init__(self, original: Sequence[str]) -> None:
        self._original = original
        self._weight_before = list(accumulate(map(weigh_line, original), initial=0.0))
        self._places: dict[str, list[int]] = {}
        for index, line in enumerate(original):
            self._places.setdefault(line, []).append(index)
        self._tokens: dict[int, LineTokens] = {}
        self._paths = [_Path(0.0, 0, ())]

    def add(self, line: str) -> list[Step]:
        """Take the next output line; returns the steps now certain, for the oldest undecided lines first."""
        best: dict[int, _Path] = {}
        for path in self._continue_paths(line):
            rival = best.get(path.column)
            if rival is None or path.cost < rival.cost:
                best[path.column] = path
        self._paths = self._drop_hopeless(sorted(best.values(), key=lambda path: path.cost))
        return self._settle()

    def finish(self) -> list[Step]:
        """No more lines: decide for all that are open, lines that were never reached counting as deleted."""
        end = len(self._original)
        self._paths = [min(self._paths, key=lambda path: path.cost + _price_gap(end - path.column))]
        return self._settle()

    def _continue_paths(self, line: str) -> Iterator[_Path]:
        weight = weigh_line(line)
        places = self._places.get(line, [])
        similarities: dict[int, float] = {}
        tokens = LineTokens.of(line) if any(self._mismatches(path, line) for path in self._paths) else None
        for path in self._paths:
            if tokens is None or not self._mismatches(path, line):
                yield path.extend(0.0, Step(line, path.column + 1, kept=True))
                continue
            yield path.extend(weight, Step(line, path.column, kept=False))
            nearest = bisect_left(places, path.column)
            if nearest < len(places):
                yield self._jump(path, places[nearest])
            for place in range(path.column, min(path.column + _CHANGE_REACH, len(self._original))):
                if place not in similarities:
                    similarities[place] = compare_tokens(tokens, self._tokens_at(place))
                if similarities[place] > _LEAST_SIMILARITY:
                    price = _price_gap(place - path.column) + _price_change(similarities[place])
                    yield path.extend(price, Step(line, place + 1, kept=False))

    def _jump(self, path: _Path, place: int) -> _Path:
        """The path on which the line at `place` is kept, with those new lines that equal the ones before it.

        The latter recur nearer by, or say too little, to have made the jump themselves.
        """
        jumped = path.extend(
            _price_gap(place - path.column), Step(self._original[place], place + 1, kept=True)
        )
        steps = list(jumped.steps)
        for index in range(len(path.steps) - 1, -1, -1):
            line, column, is_kept = steps[index]
            place -= 1
            if is_kept or place < column or self._original[place] != line:
                break
            steps[index] = Step(line, place + 1, kept=True)
        return _Path(jumped.cost, jumped.column, tuple(steps))

    def _mismatches(self, path: _Path, line: str) -> bool:
        return path.column == len(self._original) or self._original[path.column] != line

    def _tokens_at(self, place: int) -> LineTokens:
        if place not in self._tokens:
            self._tokens[place] = LineTokens.of(self._original[place])
        return self._tokens[place]

    def _drop_hopeless(self, cheapest_first: list[_Path]) -> list[_Path]:
        hopeful: list[_Path] = []
        for path in cheapest_first:
            if not any(self._rules_out(better, path) for better in hopeful):
                hopeful.append(path)
        return hopeful[:_MOST_PATHS]

    def _rules_out(self, better: _Path, worse: _Path) -> bool:
        """Whether no output to come could make `worse` worth having waited for."""
        excess = worse.cost - better.cost
        ahead = worse.column - better.column
        if ahead > 0:
            # `better` can always leave out the lines in between later. A jump that rests on a line that says
            # little is given up at once when the line after it does not match.
            is_unsupported = not worse.steps[-1].kept and excess >= 0.5
            return is_unsupported or excess >= _price_gap(ahead) - _ROUNDING
        # `better` can always add the lines in between again: the more they are, the surer it has to be.
        regret = self._weight_before[better.column] - self._weight_before[worse.column]
        return excess >= regret - _ROUNDING or excess >= 1.0 + 0.4 * log2(max(regret, 1.0))

    def _settle(self) -> list[Step]:
        best = self._paths[0]
        if len(best.steps) > _LONGEST_WAIT:
            self._paths = [path for path in self._paths if path.steps[0] == best.steps[0]]
        agreed = 0
        while agreed < len(best.steps) and all(p.steps[agreed] == best.steps[agreed] for p in self._paths):
            agreed += 1
        if agreed:
            self._paths = [_Path(path.cost, path.column, path.steps[agreed:]) for path in self._paths]
        return list(best.steps[:agreed])


def _price_gap(lines: int) -> float:
    """The cost of leaving out so many of the original's lines."""
    return 1.0 + 0.05 * log2(lines) if lines else 0.0


def _price_change(similarity: float) -> float:
    """The cost of taking an output line for a changed original line: 0.3 to 1.0.

    Never near zero, or a column of look-alike lines would be taken for changed one by one where a line was
    inserted above it.
    """
    return 0.3 + 1.4 * (1.0 - similarity)
