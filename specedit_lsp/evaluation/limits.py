"""The fewest forwards that any drafting of some kind could take, by one who knows the answer.

All count as a replay does: the prefill is a forward, and a forward emits one token more than it accepts. None
is a bound for methods outside its kind: a draft of text that stands nowhere beats every copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.evaluation.replay import Drafter
from specedit_lsp.evaluation.suffix_automaton import SuffixAutomaton


def count_copies(prompt: Sequence[int], texts: Iterable[Sequence[int]], answer: Sequence[int]) -> int:
    """Return F_copy: one contiguous copy per forward, from ``texts``, the prompt or the output so far."""
    return sum(1 for _ in follow_copies(prompt, texts, answer))


def follow_copies(
    prompt: Sequence[int], texts: Iterable[Sequence[int]], answer: Sequence[int]
) -> Iterator[int]:
    """Yield, for each forward of F_copy, how many tokens of the answer there are after it.

    The longest copy each time is the best: any suffix of a copy is a copy, so no shorter one leads further.
    """
    known = SuffixAutomaton()
    for separator, text in zip(count(-1, -1), texts, strict=False):
        known.extend((*text, separator))
    known.extend(prompt)
    done = 0
    while done < len(answer):
        end, state = done, known.step(SuffixAutomaton.ROOT, answer[done])
        while state is not None:
            end += 1
            state = known.step(state, answer[end]) if end < len(answer) else None
        known.extend(answer[done : end + 1])
        done = min(end + 1, len(answer))
        yield done


def count_novel(prompt: Sequence[int], texts: Iterable[Sequence[int]], answer: Sequence[int]) -> int:
    """Return F_chain: copies of any length strung together, so that only tokens never seen before cost."""
    known = set(prompt).union(*texts)
    novel = 0
    last_is_novel = False
    for token in answer:
        last_is_novel = token not in known
        novel += last_is_novel
        known.add(token)
    return novel if last_is_novel else novel + 1


def count_routed(reach: Sequence[int]) -> int:
    """Return F_router, where ``reach[i]`` is how many tokens from ``i`` on the best draft there has right.

    Drafts may be cut short. Over positions from the end: none is needed behind the last token, and elsewhere
    it is one forward and the fewest from any position that it may lead to.
    """
    fewest = [0] * (len(reach) + 1)
    for position in range(len(reach) - 1, -1, -1):
        furthest = min(position + reach[position] + 1, len(reach))
        fewest[position] = 1 + min(fewest[position + 1 : furthest + 1])
    return fewest[0]


def reach_by_occurrences(prompt: Sequence[int], answer: Sequence[int]) -> list[int]:
    """Return, for each position, how far the best of all places of the last verified token leads.

    The places are those in the prompt and the output so far. As matching statistics (Chang and Lawler, 1994)
    over a text that grows: the match at one position, without its first token, is one at the next.
    """
    sequence = (*prompt[-1:], *answer)
    known = SuffixAutomaton(prompt)
    reach: list[int] = []
    state, matched = SuffixAutomaton.ROOT, 0
    for position in range(len(answer)):
        if position:
            known.extend(answer[position - 1 : position])
            matched = max(matched - 1, 0)
            while state and known.length[known.link[state]] >= matched:
                state = known.link[state]
        # The match is sequence[position : position + matched]; its first token is the last verified one.
        while position + matched < len(sequence):
            following = known.step(state, sequence[position + matched])
            if following is None:
                break
            state, matched = following, matched + 1
        reach.append(max(matched - 1, 0))
    return reach


def reach_by_drafts(drafter: Drafter, widths: Sequence[int], answer: Sequence[int]) -> list[int]:
    """Return, for each position, how far the best branch leads of a drafter that heard token by token.

    ``widths`` has the most tokens of a branch, for the prefill and for all else.
    """
    reach: list[int] = []
    for position in range(len(answer)):
        rest = answer[position:]
        branches = drafter.choose(widths[min(position, 1)])
        reach.append(max((count_agreed(branch, rest) for branch in branches), default=0))
        drafter.hear(answer[position : position + 1])
    return reach
