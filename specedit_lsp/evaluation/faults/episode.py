"""One fault, and the rewrites that it falls upon."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from specedit_lsp.evaluation.faults.cases import Case
from specedit_lsp.evaluation.faults.judge import Ending, Verdict, judge
from specedit_lsp.evaluation.faults.processes import check_model_is_free
from specedit_lsp.evaluation.faults.stage import PromiseBroken, Stage

SPREAD_SECONDS = 3.0
"""Within this time the rewrites begin."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One rewrite under a fault."""

    case: Case
    window: int
    ending: Ending
    verdict: Verdict


@dataclass(eq=False, slots=True)
class Findings:
    """All that was seen of one fault."""

    name: str
    missing: str = ""
    """Why it was not run; empty if it was."""
    samples: list[Sample] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    """What else was wrong."""

    @property
    def is_right(self) -> bool:
        """Whether nothing was wrong, and nothing hung."""
        bad = (Verdict.WRONG, Verdict.HUNG)
        return not self.troubles and not any(sample.verdict in bad for sample in self.samples)

    def count(self, verdict: Verdict) -> int:
        """How many rewrites ended so."""
        return sum(sample.verdict is verdict for sample in self.samples)


Expected = dict[Case, str]
"""What the document of each case reads after a rewrite without faults."""


async def learn(stage: Stage, cases: Sequence[Case]) -> Expected:
    """Rewrite each case once while nothing is at fault.

    Raises:
        PromiseBroken: not even then does it work.
    """
    await stage.prepare()
    expected: Expected = {}
    for case in cases:
        ending = await stage.windows[0].rewrite(case)
        if ending.outcome not in ("done", "unchanged") or ending.fault:
            raise PromiseBroken(f"{case.name} fails without a fault: {ending.message or ending.fault}")
        expected[case] = ending.text
    return expected


async def run_episode(
    stage: Stage,
    strike: Callable[[], Awaitable[None]],
    batch: Sequence[Case],
    expected: Expected,
    dice: random.Random,
    spares: int | None = None,
) -> tuple[list[Sample], list[str]]:
    """Rewrite a batch, in both windows by turns, while a fault strikes; return also what else was wrong.

    In the window that it ``spares`` every rewrite must be done.
    """
    samples: list[Sample] = []
    troubles: list[str] = []

    async def rewrite(case: Case, number: int) -> None:
        await asyncio.sleep(dice.uniform(0.0, SPREAD_SECONDS))
        ending = await stage.windows[number].rewrite(case)
        verdict = judge(case, expected[case], ending)
        samples.append(Sample(case, number, ending, verdict))
        if number == spares and verdict is Verdict.RESTORED:
            troubles.append(f"the fault reached the other window: {ending.message}")

    try:
        await stage.prepare()
        rewrites = [asyncio.create_task(rewrite(case, at % 2)) for at, case in enumerate(batch)]
        try:
            await strike()
        finally:
            await asyncio.gather(*rewrites)
        troubles += await _look_around(stage, batch[0], expected)
    except (PromiseBroken, TimeoutError, OSError) as error:
        troubles.append(str(error) or type(error).__name__)
    return samples, troubles


async def _look_around(stage: Stage, case: Case, expected: Expected) -> list[str]:
    """Return what is wrong now that the fault is over."""
    troubles: list[str] = []
    stage.forget_crashes()
    for number, window in enumerate(stage.windows):
        ending = await window.rewrite(case)
        if judge(case, expected[case], ending) is not Verdict.EXACT:
            troubles.append(f"afterwards window {number} ends {ending.outcome}: {ending.message}")
    await check_model_is_free(stage)
    await stage.wait_for_order()
    return troubles
