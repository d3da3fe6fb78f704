"""`specedit audit`: it finds nothing where there is nothing, and does find what is wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from specedit_lsp.cli.app import app
from specedit_lsp.decoding.draft_tree import DraftTree
from specedit_lsp.evaluation.audit.adversaries import ADVERSARIES, LONGEST, MOST_BRANCHES, Adversary
from specedit_lsp.evaluation.audit.compare import (
    ALL,
    GENERATE,
    AuditedEdit,
    Auditor,
    Comparison,
    Mismatch,
)
from specedit_lsp.evaluation.audit.report import AuditReport
from specedit_lsp.evaluation.audit.workload import read_edits
from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.target import Target
from specedit_lsp.model.faults import NumericalFault
from specedit_lsp.model.runner import ModelRunner
from specedit_lsp.settings import DraftSettings, ModelSettings, Settings

ANSWER = list(range(100, 180))


@pytest.fixture
def edits(tmp_path: Path, rename: EditCase) -> Path:
    """A file of two edits, of which one is too long for the bundled model."""
    path = tmp_path / "edits.jsonl"
    endless = replace(rename, id="endless", before=rename.before * 300)
    path.write_text("".join(case.to_json() + "\n" for case in (rename, endless)))
    return path


def run(*arguments: str | Path, status: int = 0) -> Result:
    done = CliRunner().invoke(app, ["audit", *map(str, arguments)])
    assert done.exit_code == status, done.output
    return done


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_no_draft_changes_a_token(edits: Path, dtype: str) -> None:
    printed = json.loads(run("--edits", edits, "--dtype", dtype, "--json").stdout)
    assert printed["exact"] is True
    assert (printed["edits"], printed["too_long"]) == (1, 1)
    assert dtype in printed["device"]
    # In float32 forwards have no canonical shape; in half precision they have, and keep what it promises.
    assert printed["row_dependence"] == (None if dtype == "float32" else 0)
    ways = {way["way"]: way for way in printed["ways"]}
    sources = set(DraftSettings().sources) - {"model"}
    assert ways.keys() == {*sources, *ADVERSARIES, ALL, GENERATE}
    assert not any(way["mismatches"] for way in ways.values() if way["must_agree"])
    assert ways[GENERATE]["must_agree"] is (dtype == "float32")
    # Without drafts a forward brings a token. All drafts were in earnest: some were taken, some cost nothing.
    assert printed["forwards"] == printed["tokens"]
    assert ways[ALL]["forwards"] < printed["forwards"] / 2
    assert ways["random drafts"]["forwards"] == printed["forwards"]
    assert ways["corrupted answers"]["forwards"] < printed["forwards"]


def test_settings_come_from_a_file_and_an_option_counts_for_more(edits: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"model": {"dtype": "bfloat16"}, "draft": {"sources": ["lookup"]}}')
    printed = json.loads(run("--edits", edits, "--settings", settings, "--json").stdout)
    assert "bfloat16" in printed["device"]
    assert [way["way"] for way in printed["ways"]] == ["lookup", *ADVERSARIES, GENERATE]
    printed = json.loads(run("--edits", edits, "--settings", settings, "--dtype", "float32", "--json").stdout)
    assert "float32" in printed["device"]
    settings.write_text('{"model": {"dtype": "float31"}}')
    assert "model.dtype" in run("--settings", settings, status=2).output


def test_the_table_fits_a_pipe_and_the_exit_status_tells(
    edits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AuditReport, "exact", False)
    printed = run("--edits", edits, status=1).stdout
    assert "NOT exact" in printed
    assert "1 further edits are too long" in printed
    assert all(name in printed for name in (*ADVERSARIES, GENERATE, "selection"))


def test_a_loop_that_takes_a_wrong_token_is_found_out(
    target: Target, rename: EditCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = target.ask
    monkeypatch.setattr(target, "ask", lambda case: replace(ask(case), max_new_tokens=24))
    sound = Auditor(target, ("selection",)).audit(rename)
    assert sound
    assert not any(compared.mismatch for compared in sound.comparisons)

    def take_one(self: DraftTree, chosen: object, stop_ids: object) -> list[int]:
        return [0] if self.tokens else []

    monkeypatch.setattr(DraftTree, "find_agreed", take_one)
    found = Auditor(target, ("selection",)).audit(rename)
    assert found
    by_way = {compared.way: compared.mismatch for compared in found.comparisons}
    assert by_way["random drafts"] is not None
    assert by_way[GENERATE] is None
    wrong = by_way["random drafts"]
    assert wrong.plain != wrong.other
    assert wrong.margin is not None
    assert wrong.margin > 0


def make_report(way: str, full_precision: bool) -> AuditReport:
    mismatch = Mismatch(position=3, plain=7, other=None, margin=None)
    edit = AuditedEdit("e", 9, 9, (Comparison("selection", 2, None), Comparison(way, 4, mismatch)))
    return AuditReport("m", "cpu", full_precision, None, (edit,), 0, 0, chr)


@pytest.mark.parametrize(
    ("way", "full_precision", "exact"),
    [("lookup", True, False), ("lookup", False, False), (GENERATE, True, False), (GENERATE, False, True)],
)
def test_only_transformers_may_differ_and_not_in_full_precision(
    way: str, full_precision: bool, exact: bool
) -> None:
    report = make_report(way, full_precision)
    assert report.exact is exact
    assert report.to_json()["mismatches"] == [
        {
            "way": way,
            "edit": "e",
            "position": 3,
            "plain": {"id": 7, "text": "\x07"},
            "other": None,
            "margin": None,
        }
    ]


def propose(name: str, seed: str = "s", width: int = 1000) -> list[tuple[int, ...]]:
    adversary = Adversary(ADVERSARIES[name], ANSWER, 1000, seed)
    return [draft.tokens for draft in adversary.propose(width)]


@pytest.mark.parametrize("name", ADVERSARIES)
def test_an_adversary_is_the_same_for_the_same_seed(name: str) -> None:
    draws = {tuple(propose(name, seed)) for seed in "abcdefgh"}
    assert len(draws) > 1
    assert propose(name, "a") == propose(name, "a")
    assert all(len(tokens) <= LONGEST for drafts in draws for tokens in drafts)
    assert all(len(tokens) <= 5 for tokens in propose(name, width=5))
    assert len(propose(name)) <= MOST_BRANCHES


def test_adversaries_go_on_behind_what_was_verified() -> None:
    adversary = Adversary(lambda chance, rest, size: [list(rest)], ANSWER, 1000, "s")
    adversary.hear(ANSWER[:70])
    adversary.hear(ANSWER[70:72])
    assert [draft.tokens for draft in adversary.propose(100)] == [tuple(ANSWER[72:])]


def test_a_corrupted_answer_is_wrong_in_some_places_only() -> None:
    (tokens,) = ADVERSARIES["corrupted answers"](random.Random(1), ANSWER * 20, 1000)
    wrong = sum(token != right for token, right in zip(tokens, ANSWER * 20, strict=True))
    assert 0.05 < wrong / len(tokens) < 0.15


def test_a_tree_has_branches_that_part_from_the_right_one() -> None:
    branches = propose("trees of these")
    assert len(branches) > 2
    assert len({branch[:1] for branch in branches}) < len(branches)
    assert any(branch != tuple(ANSWER[: len(branch)]) for branch in branches)


def test_the_bundled_edits_come_shortest_first() -> None:
    edits = read_edits(None, 1000)
    lengths = [len(edit.before) + len(edit.after) for edit in edits]
    assert len(edits) == 1000
    assert lengths == sorted(lengths)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda edits: ("--model", "no/such/model"), "no/such/model"),
        (lambda edits: ("--dtype", "int3"), "--dtype"),
        (lambda edits: ("--edits", "no/such/file"), "no/such/file"),
    ],
)
def test_what_is_wrong_is_named(edits: Path, make: Callable[[Path], tuple[str, ...]], complaint: str) -> None:
    assert complaint in run(*make(edits), status=2).stderr.replace("\n│ ", "")


def test_edits_that_are_all_too_long_are_refused(edits: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.jsonl"
    long.write_text(edits.read_text().splitlines()[1] + "\n")
    assert "too long" in run("--edits", long, status=2).stderr


def test_an_interrupted_audit_reports_what_it_found(
    rename: EditCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "three.jsonl"
    path.write_text("".join(replace(rename, id=f"{number}").to_json() + "\n" for number in range(3)))
    audit = Auditor.audit

    def interrupt(auditor: Auditor, case: EditCase) -> AuditedEdit | None:
        if case.id == "1":
            raise KeyboardInterrupt
        return audit(auditor, case)

    monkeypatch.setattr(Auditor, "audit", interrupt)
    printed = json.loads(run("--edits", path, "--json").stdout)
    assert (printed["edits"], printed["not_run"], printed["too_long"]) == (1, 2, 0)
    assert "2 further edits were not run" in run("--edits", path).stdout


def test_a_model_that_breaks_down_is_reported(edits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(self: object, *arguments: object) -> list[int]:
        raise NumericalFault("The model's scores are not numbers.")

    monkeypatch.setattr("specedit_lsp.evaluation.target.measure_costs", lambda runner, width: None)
    monkeypatch.setattr(ModelRunner, "forward", break_down)
    assert "scores are not numbers" in run("--edits", edits, status=2).stderr


def test_a_draft_model_is_audited_as_well(rename: EditCase) -> None:
    settings = Settings(model=ModelSettings(device="cpu"), draft=DraftSettings(model=ModelSettings().path))
    found = Auditor(Target.load(settings), ("model",)).audit(rename)
    assert found
    by_way = {compared.way: compared for compared in found.comparisons}
    # The draft model is the target model itself: whatever it writes is right.
    assert by_way["model"].mismatch is None
    assert by_way["model"].forwards < found.forwards / 4
