"""Answers compared with the right ones, and the figures, tables and chart that come of it."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable, Generator
from dataclasses import asdict, replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.evaluation.quality import (
    Answer,
    Score,
    count_untouched,
    is_within,
    measure_quality,
    score_answer,
)
from specedit_lsp.evaluation.quality_chart import draw_kinds
from specedit_lsp.evaluation.quality_report import QualityReport
from specedit_lsp.evaluation.quality_set import QualityEdit, choose_edits, read_quality_set
from specedit_lsp.evaluation.quality_subject import Subject
from specedit_lsp.evaluation.quality_tables import to_markdown
from specedit_lsp.transport.messages import Reason, RewriteOrder, RewriteStats
from specedit_lsp.worker.engine_protocol import OrderRefused, Written

BEFORE = "def f(a):\n    b = a\n    print(b)\n    return b"
RIGHT = BEFORE.replace("b", "total")
EDIT = QualityEdit(
    id="rename/python/1",
    kind="rename",
    language="python",
    instruction="rename b to total",
    before=BEFORE,
    after=RIGHT,
    lines=4,
    band="1-5",
    project="sample",
)
SUBJECT = Subject("a-model", "", "cpu float32", "", 4)


def judge(answer: str, edit: QualityEdit = EDIT) -> Score:
    return score_answer(edit, Answer(answer))


def test_only_every_character_is_right() -> None:
    assert judge(RIGHT).exact
    assert not judge(RIGHT).near
    assert not judge(RIGHT + "\n").exact
    assert judge(RIGHT + "\n").near


def test_a_line_that_should_stay_is_missed_where_it_is_lost() -> None:
    assert count_untouched(BEFORE, RIGHT, RIGHT) == (1, 1)
    assert count_untouched(BEFORE, RIGHT, BEFORE) == (1, 1)
    assert count_untouched(BEFORE, RIGHT, RIGHT.replace("f(a)", "g(a)")) == (1, 0)


def test_a_line_counts_at_its_place_only() -> None:
    before = "x = 1\nend\ny = 2\nend"
    after = "x = 1\nend\ny = 3\nend"
    assert count_untouched(before, after, "x = 1\nend\ny = 3") == (3, 2)
    assert count_untouched(before, after, "end\nend\nend\ny = 3") == (3, 1)


def test_syntax_is_judged_only_where_the_right_answer_has_any() -> None:
    assert judge(RIGHT).sound is True
    assert judge("def f(:").sound is False
    assert judge("return b", replace(EDIT, after="else:")).sound is None
    assert judge("x", replace(EDIT, language="klingon")).sound is None


def test_without_grammars_other_languages_are_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    edit = replace(EDIT, language="go", after="x := 1")
    pytest.importorskip("tree_sitter_go")
    assert judge("x := 1", edit).sound is True
    monkeypatch.setitem(sys.modules, "specedit_lsp.training.corpus.languages", None)
    monkeypatch.delattr("specedit_lsp.training.corpus.languages", raising=False)
    assert judge("x := 1", edit).sound is None


def edit_distance(text: str, other: str) -> int:
    """The textbook's table, row by row."""
    row = list(range(len(other) + 1))
    for count, left in enumerate(text, start=1):
        diagonal, row[0] = row[0], count
        for place, right in enumerate(other, start=1):
            diagonal, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, diagonal + (left != right)),
            )
    return row[-1]


@given(st.text("ab", max_size=9), st.text("ab", max_size=9), st.integers(0, 4))
def test_near_misses_agree_with_the_textbook(text: str, other: str, most: int) -> None:
    assert is_within(text, other, most) == (edit_distance(text, other) <= most)


class Scripted:
    """An engine that answers in two pieces, or refuses."""

    def __init__(self, answer: Callable[[RewriteOrder], str]) -> None:
        self._answer = answer

    def rewrite(
        self, order: RewriteOrder, cancelled: Callable[[], bool]
    ) -> Generator[Written | RewriteStats, None, None]:
        text = self._answer(order)
        yield Written(text[:5])
        yield Written()
        yield Written(text[5:])
        yield RewriteStats(
            prompt_tokens=1, output_tokens=1, forwards=1, seconds=0, first_text_seconds=0, sources={}
        )


def test_each_edit_is_asked_for_and_its_pieces_are_joined() -> None:
    asked: list[RewriteOrder] = []
    steps: list[int] = []

    def answer(order: RewriteOrder) -> str:
        asked.append(order)
        return RIGHT

    scores = measure_quality(Scripted(answer), [EDIT, EDIT], lambda: steps.append(1))
    assert [score.exact for score in scores] == [True, True]
    assert asked[0] == RewriteOrder(instruction=EDIT.instruction, selection=BEFORE, language="python")
    assert len(steps) == 2


def test_a_refusal_is_counted_by_its_reason_and_ends_nothing() -> None:
    def refuse(order: RewriteOrder) -> str:
        if order.language == "go":
            raise OrderRefused(Reason.OUTPUT_CUT_OFF, "no end")
        return RIGHT

    edits = [replace(EDIT, language="go"), EDIT]
    report = QualityReport.of(SUBJECT, measure_quality(Scripted(refuse), edits))
    assert report.refusals == {"outputCutOff": 1}
    everything, python, others = report.groups[:3]
    assert (everything.edits, everything.exact, everything.refused) == (2, 1, 1)
    assert (python.exact, others.exact, others.untouched) == (1, 0, 0)
    assert "Refused: outputCutOff 1." in to_markdown(report)


@pytest.fixture
def report() -> QualityReport:
    """Two renames in Python, one in Go, and a longer edit whose kind has to be escaped."""
    odd = replace(EDIT, kind="a < b", band="40-60")
    answers = [judge(RIGHT), judge(BEFORE), judge(RIGHT, replace(EDIT, language="go")), judge("x", odd)]
    return QualityReport.of(SUBJECT, answers)


def test_figures_are_kept_apart_by_language_length_and_kind(report: QualityReport) -> None:
    assert [(group.name, group.edits, group.exact) for group in report.groups] == [
        ("all edits", 4, 2),
        ("Python", 3, 1),
        ("other languages", 1, 1),
        ("1-5 lines", 3, 2),
        ("40-60 lines", 1, 0),
    ]
    assert [(kind.all.name, kind.python.edits, kind.others.exact) for kind in report.kinds] == [
        ("rename", 2, 1),
        ("a < b", 1, 0),
    ]
    assert (report.groups[0].untouched, report.groups[0].kept) == (4, 3)
    assert json.loads(json.dumps(report.to_json()))["edits"] == 4


def test_the_markdown_says_what_was_counted_and_where_there_was_nothing(report: QualityReport) -> None:
    text = to_markdown(report)
    assert "a-model on 4 held-out edits (cpu float32, greedy)" in text
    assert "| rename | 1 of 2 | 50.0% | 1 of 1 | 100.0% |" in text
    assert "| a < b | 0 of 1 | 0.0% | – | – |" in text
    some = replace(report, subject=replace(SUBJECT, edits_in_set=1000))
    assert "on 4 of the 1,000 held-out edits" in to_markdown(some)


def test_the_chart_has_a_bar_for_each_kind_and_side_that_was_measured(report: QualityReport) -> None:
    root = ElementTree.fromstring(draw_kinds(report))
    namespace = "{http://www.w3.org/2000/svg}"
    bars = [bar for bar in root.iter(f"{namespace}rect") if bar.find(f"{namespace}title") is not None]
    widths = [(bar.get("class"), float(bar.get("width") or -1)) for bar in bars]
    assert widths == [("python", 190), ("others", 380), ("python", 0)]
    assert "a < b" in [text.text for text in root.iter(f"{namespace}text")]
    assert "prefers-color-scheme: dark" in (root.findtext(f"{namespace}style") or "")


def write(path: Path, *rows: object) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize("name", ["set.jsonl", "set.jsonl.gz"])
def test_a_set_is_read_as_it_was_written(tmp_path: Path, name: str) -> None:
    assert read_quality_set(write(tmp_path / name, asdict(EDIT))) == [EDIT]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ([], "line 1: not a JSON object"),
        ({"id": "1"}, "line 1: the edit lacks kind, language"),
        ({**asdict(EDIT), "lines": "4"}, "line 1: lines must be a number"),
        ({**asdict(EDIT), "after": None}, "line 1: after must be text"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, row: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_quality_set(write(tmp_path / "set.jsonl", row))


def test_a_set_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no\.jsonl cannot be read"):
        read_quality_set(tmp_path / "no.jsonl")
    with pytest.raises(ValueError, match="holds no edits"):
        read_quality_set(write(tmp_path / "set.jsonl"))
    (tmp_path / "set.jsonl.gz").write_text("plain")
    with pytest.raises(ValueError, match=r"set\.jsonl\.gz cannot be read"):
        read_quality_set(tmp_path / "set.jsonl.gz")


def test_some_edits_are_chosen_by_kind_language_and_number() -> None:
    edits = [
        replace(EDIT, id=f"{kind}{language}{number}", kind=kind, language=language)
        for kind in ("rename", "string")
        for language in ("python", "go")
        for number in range(5)
    ]
    assert choose_edits(edits) == edits
    assert [edit.id for edit in choose_edits(edits, ["string"], ["go"], 9)] == [
        f"stringgo{number}" for number in range(5)
    ]
    some = choose_edits(edits, limit=8)
    assert some == choose_edits(edits, limit=8) != edits[:8]
    assert len({edit.id for edit in some}) == 8
    with pytest.raises(ValueError, match="no edit has the kind 'renam'; there are rename, string"):
        choose_edits(edits, ["renam"])
    with pytest.raises(ValueError, match="one of these languages"):
        choose_edits([edits[0], edits[-1]], ["rename"], ["go"])
