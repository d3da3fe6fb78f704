"""Plays faults, one after the other in each lane, and collects what was found."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any

from specedit_lsp.evaluation.faults.cases import Case, choose_cases
from specedit_lsp.evaluation.faults.episode import Findings, learn, run_episode
from specedit_lsp.evaluation.faults.fault import Fault, Scene
from specedit_lsp.evaluation.faults.stage import PromiseBroken

EPISODE_REWRITES = 24
"""Most rewrites that one fault falls upon."""
CASES = 8


async def run_bench(
    lanes: Sequence[Sequence[Scene[Any]]],
    rewrites: int,
    seed: int,
    wanted: Collection[str],
    on_found: Callable[[Findings], None],
) -> list[Findings]:
    """Rewrite so often under the faults that are ``wanted``, about equally often under each.

    Lanes are played beside each other. ``on_found`` hears the findings of each fault when it is done with.
    """
    all_faults = [fault for lane in lanes for scene in lane for fault in scene.faults]
    possible = [fault for fault in all_faults if fault.name in wanted and not fault.lacks()]
    share = math.ceil(rewrites / max(len(possible), 1))
    cases = choose_cases(min(CASES, share), seed)

    async def play(lane: Sequence[Scene[Any]]) -> list[Findings]:
        found: list[Findings] = []
        for scene in lane:
            faults = [fault for fault in scene.faults if fault.name in wanted]
            found += await _play_scene(scene, faults, cases, share, seed, on_found)
        return found

    return [found for lane in await asyncio.gather(*map(play, lanes)) for found in lane]


async def _play_scene(
    scene: Scene[Any],
    faults: Sequence[Fault[Any]],
    cases: Sequence[Case],
    share: int,
    seed: int,
    on_found: Callable[[Findings], None],
) -> list[Findings]:
    all_findings = [Findings(fault.name, missing=fault.lacks()) for fault in faults]
    if all(findings.missing for findings in all_findings):
        for findings in all_findings:
            on_found(findings)
        return all_findings
    try:
        async with scene.open() as (stage, site):
            expected = await learn(stage, cases)
            for fault, findings in zip(faults, all_findings, strict=True):
                if not findings.missing:
                    dice = random.Random(f"{seed} {fault.name}")
                    for batch in _draw_batches(cases, share, dice):
                        strike = partial(fault.strike, site, dice)
                        samples, troubles = await run_episode(
                            stage, strike, batch, expected, dice, fault.spares
                        )
                        findings.samples += samples
                        findings.troubles += troubles
                on_found(findings)
    except (PromiseBroken, TimeoutError, OSError) as error:
        unfinished = [one for one in all_findings if not one.samples and not one.missing]
        for findings in unfinished or all_findings[-1:]:
            findings.troubles.append(f"the stage failed: {str(error) or type(error).__name__}")
    return all_findings


def _draw_batches(cases: Sequence[Case], count: int, dice: random.Random) -> Iterator[list[Case]]:
    """Batches of about equal length, ``count`` cases in all."""
    batches = math.ceil(count / EPISODE_REWRITES)
    for number in range(batches):
        length = count * (number + 1) // batches - count * number // batches
        yield dice.choices(cases, k=length)
