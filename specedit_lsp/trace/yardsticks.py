"""What the same answer takes by other ways of drafting: lines to hold a rewrite against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.evaluation.limits import follow_copies
from specedit_lsp.evaluation.lookup_index import LookupIndex
from specedit_lsp.evaluation.methods.tuned_pld import WIDTH, look_up
from specedit_lsp.worker.tracing.schema import RewriteTrace


@dataclass(frozen=True, slots=True)
class Yardstick:
    """One way from the prompt to the answer."""

    name: str
    meaning: str
    totals: tuple[int, ...]
    """Tokens verified after each forward, what ends the answer included."""

    @property
    def forwards(self) -> int:
        """How many it takes."""
        return len(self.totals)


def measure_yardsticks(trace: RewriteTrace) -> tuple[Yardstick, ...]:
    """Return the rewrite itself, decoding without drafts, prompt lookup, and the best that copying can do."""
    answer, prompt = trace.answer, trace.prompt_tokens
    ours = accumulate(len(forward.verified) for forward in trace.forwards)
    copies = follow_copies(prompt, [trace.unchanged], answer)
    return (
        Yardstick("this rewrite", "as it was", tuple(ours)),
        Yardstick("plain", "one token for each forward", tuple(range(1, len(answer) + 1))),
        Yardstick("PLD", "prompt lookup as VANTAGE tuned it, replayed", tuple(_play_lookup(prompt, answer))),
        Yardstick("copy limit", "the longest copy each time, by one who knows the answer", tuple(copies)),
    )


def _play_lookup(prompt: Sequence[int], answer: Sequence[int]) -> Iterator[int]:
    """Yield the tokens there are after each forward, as in :mod:`specedit_lsp.evaluation.replay`."""
    index = LookupIndex(prompt)
    done = 0
    while done < len(answer):
        accepted = count_agreed(look_up(index, WIDTH), answer[done:])
        verified = answer[done : done + accepted + 1]
        index.extend(verified)
        done += len(verified)
        yield done
