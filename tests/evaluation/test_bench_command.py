"""`specedit bench replay` from outside, and the figures it prints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.measure import Limits, Measurement, MethodFigures, quantile
from specedit_lsp.evaluation.plot import draw_forwards
from specedit_lsp.evaluation.replay import Forward, Replay
from specedit_lsp.evaluation.report import to_json

BENCH = [sys.executable, "-m", "specedit_lsp", "bench", "replay"]
BEFORE = """\
def f(items):
    result = []
    for item in items:
        result.append(item)
    return result
"""


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    """Two edits: a rename, and one that changes nothing."""
    path = tmp_path / "edits.jsonl"
    cases = (
        EditCase("1", "python", "rename result to total", BEFORE, BEFORE.replace("result", "total")),
        EditCase("2", "python", "keep it as it is", BEFORE, BEFORE),
    )
    path.write_text("".join(case.to_json() + "\n" for case in cases))
    return path


def run(*arguments: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*BENCH, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return done


def test_json_is_all_that_standard_output_has(edits: Path, tmp_path: Path) -> None:
    picture = tmp_path / "edit.svg"
    report: dict[str, Any] = json.loads(run(edits, "--json", "--plot", picture).stdout)
    assert report["edits"] == 2
    assert report["tokens_per_edit"] > 20
    methods = {row["name"]: row for row in report["methods"]}
    assert {"greedy", "hf_prompt_lookup", "tuned_pld", "saferoute", "specedit", "lookup"} <= methods.keys()
    keys = {"name", "forwards_per_edit", "p50", "p95", "worst", "width_mean", "worse_than_tuned_pld"}
    assert all(keys <= row.keys() for row in methods.values())
    assert methods["greedy"]["forwards_per_edit"] == report["tokens_per_edit"]
    assert methods["specedit"]["forwards_per_edit"] < methods["tuned_pld"]["forwards_per_edit"]
    assert methods["tuned_pld"]["worse_than_tuned_pld"] == 0
    assert {"copy", "chain", "router"} <= report["limits"].keys()
    assert 1 <= report["limits"]["router"] <= methods["specedit"]["forwards_per_edit"]
    ElementTree.parse(picture)


def test_the_table_says_what_was_measured(edits: Path) -> None:
    output = run(edits, edits, "--methods", "specedit", "--limit", "1", "--width", "32").stdout
    assert output.count("edits.jsonl: 1 edits") == 2
    assert "tokenizer specedit-mini" in output
    assert "of 32 tokens" in output
    assert "F_router" in output
    assert "tuned_pld" in output
    assert "hf_prompt_lookup" not in output


def test_without_sources_ours_is_plain_decoding(edits: Path) -> None:
    report = json.loads(run(edits, "--json", "--sources", "none", "--derive", "wrap").stdout)
    methods = {row["name"]: row["forwards_per_edit"] for row in report["methods"]}
    assert methods["specedit"] == methods["greedy"] == report["tokens_per_edit"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--methods", "telepathy"), "telepathy"),
        (("--methods", "blazedit"), "--draft-model"),
        (("--sources", "telepathy"), "--sources"),
        (("--derive", "fold"), "hide-map"),
        (("--tokenizer", "no/such/folder"), "no/such/folder"),
        (("--draft-model", "no/such/model"), "no/such/model"),
        (("no/such/file",), "No such file"),
    ],
)
def test_what_is_wrong_is_named(edits: Path, arguments: tuple[str, ...], complaint: str) -> None:
    assert complaint in run(edits, *arguments, status=2).stderr.replace("\n│ ", "")


def measured(name: str, *counts: int) -> MethodFigures:
    forward = Forward(width=4, longest=4, accepted=1, seconds=0.002)
    return MethodFigures(name, tuple(Replay((forward,) * count, 0.001, count) for count in counts))


def test_figures_are_compared_edit_by_edit() -> None:
    methods = (measured("tuned_pld", 2, 4, 6), measured("specedit", 1, 5, 3))
    measurement = Measurement(("a", "b", "c"), 10.0, methods, Limits(2, 2, 1, 1.5))
    row = to_json(measurement)["methods"][1]
    assert (row["forwards_per_edit"], row["p50"], row["p95"], row["worst"]) == (3, 3, 5, 5)
    assert (row["worse_than_tuned_pld"], row["worst_over_tuned_pld"]) == (0.3333, 1)
    assert (row["width_mean"], row["accepted_per_forward"], row["host_ms_p50"]) == (4, 1, 2)
    assert (row["efficiency"], row["draft_forwards_per_edit"]) == (0.5, 3)


def test_quantiles_are_values_that_occur() -> None:
    assert quantile([3, 1, 2, 4], 0.5) == 2
    assert quantile(range(1, 101), 0.95) == 95
    assert quantile([7], 0.95) == 7


def test_the_picture_has_two_bars_for_each_forward() -> None:
    forwards = [Forward(9, 9, 5, 0), Forward(0, 0, 0, 0), Forward(4, 4, 4, 0)]
    root = ElementTree.fromstring(draw_forwards(forwards, "a < b"))
    namespace = "{http://www.w3.org/2000/svg}"
    bars = [bar for bar in root.iter(f"{namespace}rect") if bar.get("height") != "100%"]
    assert [float(bar.get("height") or 0) > 0 for bar in bars] == [True, True, False, False, True, True]
    assert [text.text for text in root.iter(f"{namespace}text")][5] == "a < b"
