"""``python -m specedit_lsp.evaluation.faults``: the command behind ``scripts/faults``."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import time

from rich.console import Console

from specedit_lsp.evaluation.faults.bench import run_bench
from specedit_lsp.evaluation.faults.catalogue import LANES, names
from specedit_lsp.evaluation.faults.episode import Findings
from specedit_lsp.evaluation.faults.stage import HUNG_SECONDS, SILENCE_SECONDS
from specedit_lsp.evaluation.faults.table import draw_table, list_messages, list_troubles, to_json
from specedit_lsp.evaluation.server_report import describe_machine

REWRITES = 520


def main(arguments: list[str]) -> int:
    """Play the faults and print the table; return the exit status: 1 if anything was wrong or hung."""
    options = _read(arguments)
    # It tells of every write to a server that was killed, which is what the bench is about.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    wanted = [name for name in names() if not options.only or any(one in name for one in options.only)]
    if not wanted:
        sys.stderr.write(f"There is no such fault. There are: {', '.join(names())}.\n")
        return 2
    began = time.monotonic()
    found = asyncio.run(run_bench(LANES, options.rewrites, options.seed, wanted, _show))
    seconds = time.monotonic() - began
    machine = describe_machine()
    if options.json:
        report = {
            "machine": machine,
            "seed": options.seed,
            "seconds": round(seconds),
            "faults": to_json(found),
        }
        sys.stdout.write(json.dumps(report, indent=1) + "\n")
    else:
        _print(found, machine, seconds, options.seed)
    return 0 if all(findings.is_right for findings in found) else 1


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/faults", description="Rewrite while things go wrong.")
    parser.add_argument(
        "--rewrites", type=int, default=REWRITES, help="how many in all, %(default)s by default"
    )
    parser.add_argument("--only", action="append", metavar="NAME", help="faults whose name holds this")
    parser.add_argument("--seed", type=int, default=1, help="decides edits and moments")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args(arguments)


def _show(findings: Findings) -> None:
    lines = [
        findings.name if findings.is_right else f"NOT RIGHT: {findings.name}",
        *list_troubles([findings]),
    ]
    sys.stderr.write("\n  ".join(lines) + "\n")


def _print(found: list[Findings], machine: str, seconds: float, seed: int) -> None:
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    console.print(draw_table(found))
    console.print(
        f"{machine}. {seconds:.0f} s, seed {seed}. Two windows, one drafting and one not. The server waits "
        f"{SILENCE_SECONDS:.0f} s for a silent worker here, and {HUNG_SECONDS:.0f} s for one that it looks "
        "for, instead of 30 and 20.",
        soft_wrap=True,
    )
    for heading, lines in (
        ("What users were told whose text was restored:", list_messages(found)),
        ("Wrong:", list(list_troubles(found))),
    ):
        if lines:
            console.print(f"\n{heading}")
            for line in lines:
                console.print(f"  {line}", markup=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
