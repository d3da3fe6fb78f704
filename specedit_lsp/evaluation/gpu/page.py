"""The findings as a page for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specedit_lsp.evaluation.gpu.figures import compare_methods, find_floor, group_replays, select
from specedit_lsp.evaluation.gpu.findings import (
    Card,
    Ceiling,
    Clocks,
    Exactness,
    Fault,
    Finding,
    FirstHunk,
    ForwardTime,
    LeftOut,
    ReplayRun,
    RowDependence,
)
from specedit_lsp.evaluation.gpu.targets import compare_targets

_TRIAL = (
    "**A trial of the report with a tiny model on {device}.** It shows that every part runs. No figure below "
    "says anything about models of full size, and no target was measured."
)
_REPLAYED = (
    "Replayed: the model has random weights, and the answers are forced upon it on the device, behind "
    "forwards that are computed in full. Times are real. How often a trained model would agree with the "
    "drafts is not measured here; the sweep shows how much hangs on it. Of several runs of an edit the "
    "median counts. All times include the reading of the prompt, from an empty cache; `written/s` counts "
    "from the first token."
)
_FORWARDS = (
    "Milliseconds (median, on the device's clock) of one forward with argmax, and in brackets the ratio to "
    "its floor: the bytes of weights and of a full bucket over the copy bandwidth, or operations, attention "
    "included, over the rate of a large product, whichever takes longer."
)


def to_markdown(findings: Sequence[Finding], trial: bool, device: str) -> str:
    """Return the whole page. A ``trial`` says so before all else."""
    blocks = [
        "# GPU report",
        _TRIAL.format(device=device) if trial else "",
        _describe_card(findings),
        "## Targets",
        _table(
            ("target", "measured", "reached"),
            (
                (target.wanted, target.measured, {True: "yes", False: "no", None: "–"}[target.reached])
                for target in compare_targets(findings)
            ),
        ),
        "## Exactness",
        _list_gates(findings),
        _list_checks(findings),
        "## Forwards",
        _FORWARDS,
        *_list_forwards(findings),
        "## Replayed edits",
        _REPLAYED,
        *_list_replays(findings),
        "## Time to first hunk",
        _list_first_hunks(findings),
        "## Not run",
        _list_gaps(findings),
        *_list_faults(findings),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _describe_card(findings: Sequence[Finding]) -> str:
    lines: list[str] = []
    for card in select(findings, Card):
        software = f"torch {card.torch}, transformers {card.transformers}, Python {card.python}"
        hardware = f"{card.memory_bytes / 2**30:.0f} GiB, driver {card.driver}, " if card.driver else ""
        lines += [f"{card.name}, {hardware}{software}.", ""]
    for ceiling in select(findings, Ceiling):
        rate = f"{ceiling.per_second / 1e12:,.3g}"
        if ceiling.what == "copy":
            lines.append(f"- copy bandwidth: {rate} TB/s, read and written bytes together")
        else:
            lines.append(f"- {ceiling.what} matrix product: {rate} TFLOP/s")
    lines += [f"- after part {clocks.part}: {clocks.reading}" for clocks in select(findings, Clocks)]
    return "\n".join(lines)


def _list_gates(findings: Sequence[Finding]) -> str:
    gates = select(findings, RowDependence)
    rows = (
        (
            f"{gate.model} {gate.precision}",
            f"{gate.rows}",
            f"{gate.branches}",
            f"{gate.bucket:,}",
            "bitwise equal" if gate.worst == 0 else f"logits move by up to {gate.worst:.3g}",
        )
        for gate in gates
    )
    return _table(("row-permutation gate", "rows", "branches", "bucket", "outcome"), rows) if gates else ""


def _list_checks(findings: Sequence[Finding]) -> str:
    checks = select(findings, Exactness)
    rows = (
        (
            f"{check.model} {check.precision}",
            check.drafts,
            f"{check.texts}",
            f"{check.tokens:,}",
            f"{check.differing} differ: {check.first_difference}" if check.differing else "identical",
        )
        for check in checks
    )
    heads = ("own greedy output, drafting on against off", "drafts", "texts", "tokens", "outcome")
    return _table(heads, rows) if checks else ""


def _list_forwards(findings: Sequence[Finding]) -> list[str]:
    times = select(findings, ForwardTime)
    ceilings = select(findings, Ceiling)
    tables: list[str] = []
    for model, precision in dict.fromkeys((time.model, time.precision) for time in times):
        some = [time for time in times if (time.model, time.precision) == (model, precision)]
        buckets = sorted({time.bucket for time in some})
        rows = []
        for how, count, branches in sorted({_name_row(time) for time in some}):
            cells = {time.bucket: time for time in some if _name_row(time) == (how, count, branches)}
            written = (_write_cell(cells.get(bucket), ceilings) for bucket in buckets)
            rows.append((how, f"{count}", f"{branches}", *written))
        tables.append(f"### {model} {precision}")
        tables.append(_table(("", "rows", "branches", *(f"{bucket:,} slots" for bucket in buckets)), rows))
    return tables


def _name_row(time: ForwardTime) -> tuple[str, int, int]:
    return time.how, time.rows, time.branches


def _write_cell(time: ForwardTime | None, ceilings: Sequence[Ceiling]) -> str:
    if time is None:
        return ""
    floor = find_floor(time, ceilings)
    return f"{time.milliseconds:.2f}" + (f" ({time.milliseconds / floor:.2f})" if floor else "")


def _list_replays(findings: Sequence[Finding]) -> list[str]:
    tables: list[str] = []
    heads = ("method", "edits", "runs", "tokens/s", "written/s", "characters/s", "forwards", "s", "p95 s")
    for (model, precision, edits, disagreement), runs in group_replays(select(findings, ReplayRun)):
        title = f"### {model} {precision}: {edits}"
        tables.append(title + (f", {disagreement:.0%} of the tokens disagree" if disagreement else ""))
        tables.append(
            _table(
                (*heads, "× plain", "× tuned lookup"),
                (
                    (
                        figures.method,
                        f"{figures.edits}",
                        f"{figures.runs}",
                        f"{figures.tokens_per_second:,.0f}",
                        f"{figures.written_per_second:,.0f}",
                        f"{figures.characters_per_second:,.0f}",
                        f"{figures.forwards:.1f}",
                        f"{figures.seconds:.3f}",
                        f"{figures.p95_seconds:.3f}",
                        *(
                            "–" if ratio is None else f"{ratio:.2f}"
                            for ratio in (figures.against_plain, figures.against_tuned)
                        ),
                    )
                    for figures in compare_methods(runs)
                ),
            )
        )
    return tables


def _list_first_hunks(findings: Sequence[Finding]) -> str:
    hunks = select(findings, FirstHunk)
    rows = (
        (hunk.model, hunk.case, f"{hunk.prompt_tokens:,}", f"{hunk.forwards}", f"{1000 * hunk.seconds:.0f}")
        for hunk in hunks
    )
    heads = ("model", "rewrite", "prompt tokens", "forwards", "ms to the first hunk in the editor")
    return _table(heads, rows) if hunks else "Not run."


def _list_gaps(findings: Sequence[Finding]) -> str:
    gaps = [f"- {gap.part}: {gap.what}: {gap.reason}" for gap in select(findings, LeftOut)]
    return "\n".join(gaps) or "Everything was run."


def _list_faults(findings: Sequence[Finding]) -> list[str]:
    faults = select(findings, Fault)
    blocks = [f"### {fault.part}: {fault.step}\n\n```\n{fault.account.strip()}\n```" for fault in faults]
    return ["## Faults", *blocks] if blocks else []


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
