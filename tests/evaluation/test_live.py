"""`specedit bench live`: who takes part, that all write the same, and what the figures mean."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from specedit_lsp.cli.app import app
from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.live.contenders import Camp, Contender, make_drafting
from specedit_lsp.evaluation.live.edit_kind import EditKind, measure_change, name_kind
from specedit_lsp.evaluation.live.figures import LiveReport, pair
from specedit_lsp.evaluation.live.line_up import line_up
from specedit_lsp.evaluation.live.race import Lap, RacedEdit, race
from specedit_lsp.evaluation.live.run import Clock, Run
from specedit_lsp.evaluation.live.workload import (
    Errand,
    carries_out,
    choose_edits,
    prepare_completions,
    prepare_edits,
)
from specedit_lsp.evaluation.methods.saferoute import SAFEROUTE
from specedit_lsp.evaluation.methods.tuned_pld import TUNED_PLD
from specedit_lsp.evaluation.replay import Method, replay
from specedit_lsp.evaluation.target import Target
from specedit_lsp.settings import DraftSettings, ModelSettings, Settings


def run(*arguments: str | Path | int, status: int = 0) -> Result:
    done = CliRunner().invoke(app, ["bench", "live", *map(str, arguments)])
    assert done.exit_code == status, done.output
    return done


def test_all_methods_write_the_same_and_take_what_they_say(tmp_path: Path, rename: EditCase) -> None:
    edits, folder = tmp_path / "edits.jsonl", tmp_path / "new" / "report"
    edits.write_text(rename.to_json() + "\n")
    printed = json.loads(run("--edits", edits, "--repeats", 1, "--json", "--report", folder).stdout)
    assert json.loads((folder / "live.json").read_text()) == printed
    assert printed["exact"] is True
    assert printed["differences"] == []
    methods = {row["name"]: row for row in printed["methods"]}
    sources = set(DraftSettings().sources) - {"memory", "model"}
    others = {"generate", "hf_prompt_lookup", "hf_tuned_lookup", "tuned_pld", "saferoute", "undrafted"}
    assert methods.keys() == others | sources | {"specedit"}
    (edit,) = printed["each"]
    assert edit["kind"] == "renames"
    assert methods["generate"]["forwards"] == methods["undrafted"]["forwards"] == edit["tokens"] + 1
    assert methods["specedit"]["forwards"] < methods["hf_prompt_lookup"]["forwards"] < edit["tokens"]
    assert "max_matching_ngram_size" in methods["hf_tuned_lookup"]["note"]
    assert methods["generate"]["speedup"]["all"]["median"] == 1
    assert all(0 < row["overhead"] < 1 for row in methods.values())
    assert all(0 < row["first_hunk_seconds"] < row["seconds"] * 1.01 for row in methods.values())
    markdown = (folder / "live.md").read_text()
    assert "| generate |" in markdown
    assert "All methods wrote the same tokens." in markdown
    assert (folder / "live.svg").read_text().count("<rect") == len(methods) + len(Camp)


def test_completions_are_a_workload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specedit_lsp.evaluation.live.workload._COMPLETION_TOKENS", 16)
    path = tmp_path / "problems.jsonl.gz"
    rows = [{"task_id": f"HumanEval/{number}", "prompt": f"def f{number}(a, b):\n"} for number in range(3)]
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    arguments = ("--humaneval", path, "--limit", 1, "--repeats", 1, "--methods", "generate,specedit")
    printed = run(*arguments, "--busy").stdout
    assert "completions" in printed
    assert "processor time" in printed
    assert "All methods wrote the same tokens." in printed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--model", "no/such/model"), "no/such/model"),
        (("--dtype", "int3"), "--dtype"),
        (("--edits", "no/such/file"), "no/such/file"),
        (("--humaneval", "no/such/file"), "no/such/file"),
        (("--humaneval", "a", "--edits", "b"), "two workloads"),
        (("--edits", "EDITS", "--methods", "telepathy"), "telepathy"),
        (("--edits", "EDITS", "--methods", "blazedit"), "--draft-model"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, rename: EditCase, arguments: Sequence[str], complaint: str
) -> None:
    edits = tmp_path / "edits.jsonl"
    edits.write_text(rename.to_json() + "\n")
    named = [str(edits) if argument == "EDITS" else argument for argument in arguments]
    assert complaint in run(*named, status=2).stderr.replace("\n│ ", "")


@pytest.mark.parametrize("text", ["", '{"task_id": 1}\n', "[]\n", "def f():\n"])
def test_what_is_no_humaneval_is_refused(target: Target, tmp_path: Path, text: str) -> None:
    path = tmp_path / "problems.jsonl"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"problems\.jsonl"):
        prepare_completions(target, path, 3)


@pytest.mark.parametrize("method", [TUNED_PLD, SAFEROUTE], ids=lambda method: method.name)
def test_a_published_method_takes_the_forwards_that_its_replay_counts(
    target: Target, rename: EditCase, method: Method
) -> None:
    task = target.ask(rename)
    run = make_drafting(method, target, Clock.WALL).run(task)
    answer = [*run.tokens, min(task.stop_ids)]
    assert run.forwards == len(replay(method, task.known, answer).forwards)
    assert run.forwards < len(answer)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_draft_model_drafts_for_transformers_and_for_blazedit(rename: EditCase, dtype: str) -> None:
    model = ModelSettings.model_validate({"device": "cpu", "dtype": dtype})
    settings = Settings(model=model, draft=DraftSettings(model=model.path))
    target = Target.load(settings)
    task = target.ask(rename)
    wanted = ("generate", "hf_assisted", "blazedit", "model")
    contenders = line_up(wanted, target, settings, Clock.WALL, [task])
    runs = {contender.name: contender.run(task) for contender in contenders}
    assert runs.keys() == set(wanted)
    # In half precision transformers' loop may round otherwise than ours.
    alike = wanted if dtype == "float32" else ("blazedit", "model")
    assert len({runs[name].tokens for name in alike}) == 1
    assert runs["hf_assisted"].draft_forwards > 0
    assert runs["blazedit"].draft_forwards > 0
    assert runs["hf_assisted"].forwards < runs["generate"].forwards
    assert runs["blazedit"].forwards < runs["generate"].forwards


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("name = 1\nb = name", "other = 1\nb = other", EditKind.RENAME),
        ("name = 1\nb = name", "other = 1\nb = name", EditKind.MIXED),
        ("a\nb", "a\nnew\nb", EditKind.INSERTION),
        ("a\nb\nc", "a\nc", EditKind.DELETION),
        ("a\nb", "b\na", EditKind.MIXED),
        ("a\nb", "a\nb", EditKind.NONE),
    ],
)
def test_the_kind_of_an_edit(before: str, after: str, kind: EditKind) -> None:
    assert name_kind(EditCase("1", "python", "i", before, after)) is kind


def test_the_edit_ratio_of_known_texts() -> None:
    kitten, sitting = list(b"kitten"), list(b"sitting")
    assert measure_change(kitten, sitting) == 3 / 7
    assert measure_change(kitten, []) == 1
    assert measure_change([], []) == 0


@given(one=st.lists(st.integers(0, 3), max_size=12), other=st.lists(st.integers(0, 3), max_size=12))
def test_the_edit_ratio_is_a_distance(one: list[int], other: list[int]) -> None:
    ratio = measure_change(one, other)
    assert ratio == measure_change(other, one)
    assert (ratio == 0) == (one == other)
    assert abs(len(one) - len(other)) <= ratio * max(len(one), len(other), 1) <= max(len(one), len(other))


def test_the_bundled_edits_are_of_all_kinds_and_right_if_they_can_be() -> None:
    right: set[str] = set()

    def is_right(edit: EditCase) -> bool:
        # Of each kind the last of those that are asked for.
        right.add(edit.id)
        return name_kind(edit) is not EditKind.MIXED and len(right) % 4 == 0

    edits = choose_edits(8, is_right)
    assert [name_kind(edit) for edit in edits[:4]] == [name_kind(edit) for edit in edits[4:]]
    assert len({name_kind(edit) for edit in edits}) == 4
    assert all(20 <= edit.before.count("\n") + 1 <= 60 for edit in edits)
    assert len({edit.id for edit in edits}) == 8
    assert edits[:4] != choose_edits(8, lambda edit: True)[:4]
    assert choose_edits(8, lambda edit: False) == choose_edits(8, lambda edit: True)


def test_an_answer_that_goes_wrong_is_not_waited_for(target: Target, rename: EditCase) -> None:
    assert carries_out(target, rename)
    assert not carries_out(target, replace(rename, after=rename.after + " + 1"))
    riddle = replace(rename, after="print('sphinx')")
    assert not carries_out(target, riddle)
    assert target.runner.forwards <= 2
    assert not carries_out(target, replace(rename, before=rename.before * 300))


def lap(seconds: float, tokens: Sequence[int] = (1, 2)) -> Lap:
    return Lap(Run(((seconds, tuple(tokens)),), seconds, 2, seconds * 0.9), seconds / 2)


def make_report(*edits: RacedEdit, full_precision: bool = True) -> LiveReport:
    def never(task: object) -> Run:
        raise AssertionError

    camps = {"generate": Camp.TRANSFORMERS, "undrafted": Camp.OURS, "specedit": Camp.OURS}
    contenders = tuple(Contender(name, never, camp) for name, camp in camps.items())
    return LiveReport("m", "cpu", Clock.WALL, full_precision, contenders, edits)


def raced(name: str, change: float, *laps: tuple[Lap, Lap, Lap]) -> RacedEdit:
    heats = tuple(dict(zip(("generate", "undrafted", "specedit"), heat, strict=True)) for heat in laps)
    return RacedEdit(name, EditKind.RENAME, change, heats)


def test_ratios_are_paired_heat_by_heat() -> None:
    # The machine was ten times slower in the second heat, for both alike.
    first = raced("a", 0.05, (lap(4), lap(4), lap(2)), (lap(40), lap(40), lap(10)), (lap(4), lap(4), lap(1)))
    second = raced("b", 0.95, (lap(8), lap(8), lap(1)))
    ratios = pair([first, second], "specedit", "generate")
    assert (ratios.edits, ratios.median, ratios.least) == (2, 6, 4)
    assert (ratios.p10, ratios.p90) == (4, 8)
    report = make_report(first, second)
    assert list(report.groups) == ["all", "renames", "0–10 % changed", "90–100 % changed"]
    figures = report.describe(report.contenders[2])
    assert figures.seconds == (2 + 1) / 2
    assert figures.tokens_per_second == 4 / 3
    assert figures.first_hunk_seconds == pytest.approx(0.75)
    assert figures.overhead == pytest.approx(0.1)


@pytest.mark.parametrize("full_precision", [True, False])
def test_another_loop_may_differ_but_in_full_precision(full_precision: bool) -> None:
    odd = (1, 3)
    report = make_report(raced("a", 0.1, (lap(1), lap(1, odd), lap(1, odd))), full_precision=full_precision)
    assert report.exact is not full_precision
    assert [(found.method, found.position) for found in report.list_differences()] == [
        ("undrafted", 1),
        ("specedit", 1),
    ]


def test_drafting_may_never_differ() -> None:
    report = make_report(raced("a", 0.1, (lap(1), lap(1), lap(1, (1, 3)))), full_precision=False)
    assert not report.exact
    assert [found.method for found in report.list_differences()] == ["specedit"]


def test_every_heat_has_every_method_and_no_heat_is_in_order(target: Target, rename: EditCase) -> None:
    order: list[str] = []
    known = target.ask(rename).known

    def make(name: str) -> Contender:
        def run(task: object) -> Run:
            order.append(name)
            return Run(((0.5, tuple(known.codec.encode(known.shown))),), 1.0, 1, 1.0)

        return Contender(name, run, Camp.OURS)

    names = [f"method {number}" for number in range(6)]
    errands = [Errand(target.ask(replace(rename, id=str(number))), EditKind.RENAME) for number in range(2)]
    edits = race([make(name) for name in names], errands, target, repeats=3)
    heats = [order[start : start + 6] for start in range(6, len(order), 6)]
    assert len(heats) == 2 * 3
    assert all(sorted(heat) == names for heat in heats)
    assert any(heat != names for heat in heats)
    assert [len(edit.heats) for edit in edits] == [3, 3]
    # It wrote the selection as it was: no change, no hunk.
    assert [edit.change for edit in edits] == [0, 0]
    assert edits[0].heats[0]["method 0"].first_hunk_seconds is None


@pytest.mark.parametrize("lines", ["", "5", "9-5", "a-b", "-3"])
def test_lines_that_are_no_range_are_refused(target: Target, lines: str) -> None:
    with pytest.raises(ValueError, match="--lines is a range such as 20-60"):
        prepare_edits(target, None, 1, lines)


def test_the_bundled_edits_have_the_length_asked_for() -> None:
    edits = choose_edits(8, lambda edit: True, range(6, 11))
    assert all(6 <= edit.before.count("\n") + 1 <= 10 for edit in edits)
