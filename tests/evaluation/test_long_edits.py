"""Long edits: what is renamed, what is around them, and what cannot be made."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from specedit_lsp.evaluation.edit_sets import read_edit_set
from specedit_lsp.evaluation.long_edits import CONTEXT, SELECTION, main, make_long_edit

LINE = "    total = total + price  # {}\n"
FILE = "".join(LINE.format(number) for number in range(1200))


def test_the_commonest_names_are_renamed_and_some_lines_are_new() -> None:
    case = make_long_edit("a.py", FILE)
    assert SELECTION <= len(case.before) <= SELECTION + len(LINE) + 3
    assert len(case.context_before) == len(case.context_after) == CONTEXT
    assert case.context_before + case.before + case.context_after in FILE
    old, new = case.before.split("\n"), case.after.split("\n")
    assert len(new) == len(old) + 4
    renamed = [line for line in new if "my_" in line or "_new" in line]
    assert len(renamed) == len(old) - 1
    assert case == make_long_edit("a.py", FILE)
    assert case.before != make_long_edit("b.py", FILE).before


@pytest.mark.parametrize(
    ("text", "complaint"),
    [(FILE[:20_000], "shorter than 25000 characters"), ("x = 1\n" * 6000, "no name occurs 5 times")],
)
def test_what_no_edit_can_be_made_of_is_named(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        make_long_edit("a.py", text)


def test_the_command_writes_a_set_that_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = tmp_path / "a.py", tmp_path / "sets" / "long.jsonl"
    source.write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["make_long_edits", str(source), "--out", str(out)])
    main()
    assert read_edit_set(out) == [make_long_edit("a.py", FILE)]


def test_the_command_says_which_file_is_too_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["make_long_edits", str(tmp_path / "a.py")])
    with pytest.raises(SystemExit):
        main()
    assert "a.py is shorter than 25000 characters" in capsys.readouterr().err
