"""Finding in a text the earlier place that is most like its end. What the baselines' lookups share."""

from __future__ import annotations

from collections.abc import Sequence


class LookupIndex:
    """A sequence of tokens that knows, for each position, the one before it with the same token.

    Appending and taking back are O(1) a token; a search visits the places of the last token.
    """

    def __init__(self, tokens: Sequence[int] = ()) -> None:
        self.tokens: list[int] = []
        self._previous: list[int] = []
        self._latest: dict[int, int] = {}
        self.extend(tokens)

    def extend(self, tokens: Sequence[int]) -> None:
        """Append ``tokens``."""
        for token in tokens:
            self._previous.append(self._latest.get(token, -1))
            self._latest[token] = len(self.tokens)
            self.tokens.append(token)

    def truncate(self, length: int) -> None:
        """Take back all but the first ``length`` tokens."""
        while len(self.tokens) > length:
            self._latest[self.tokens.pop()] = self._previous.pop()

    def find(self, longest: int) -> tuple[int, int]:
        """Return length and end of the longest match of the last tokens, 0 and 0 if there is none.

        The match has at most ``longest`` tokens, ends before the last tokens that it matches begin, and at
        least one token stands between the two. Of equally long ones it is the latest.
        """
        tokens = self.tokens
        last = len(tokens) - 1
        matched, end = 0, 0
        position = self._previous[last] if tokens else -1
        while position >= 0 and matched < longest:
            limit = min(longest, position + 1, last - position - 1)
            # Worth a look only if it is longer than what has been found.
            if limit > matched and tokens[position - matched] == tokens[last - matched]:
                length = 1
                while length < limit and tokens[position - length] == tokens[last - length]:
                    length += 1
                if length > matched:
                    matched, end = length, position + 1
            position = self._previous[position]
        return matched, end
