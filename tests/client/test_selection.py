"""What lines and ranges select, in lists and on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from specedit_lsp.client.file_edit import BadEditList, FileEdit, read_edits
from specedit_lsp.client.selection import BadSelection

TEXT = "one\r\n\ftwo\nthree"


@pytest.mark.parametrize(
    ("lines", "span", "selected"),
    [
        ("", "", TEXT),
        ("1", "", "one"),
        ("2:3", "", "\ftwo\nthree"),
        ("", "1:2-2:3", "ne\r\n\ft"),
        ("", "3:1-3:99", "three"),
    ],
)
def test_what_lines_and_ranges_select(lines: str, span: str, selected: str) -> None:
    start, end = FileEdit(file=Path("x.py"), lines=lines, range=span).select(TEXT)
    assert TEXT[start:end] == selected


@pytest.mark.parametrize(
    ("lines", "span", "words"),
    [
        ("0:3", "", "lines 1 to 3"),
        ("2:9", "", "lines 1 to 3"),
        ("3:2", "", "A may not be above B"),
        ("a:b", "", "not of the form A:B"),
        ("", "1-2", "not of the form L:C-L:C"),
        ("", "2:1-99:1", "lines 1 to 3"),
        ("", "3:1-1:1", "ends before it starts"),
        ("1:2", "1:1-2:1", "not both"),
    ],
)
def test_places_that_are_not_there(lines: str, span: str, words: str) -> None:
    with pytest.raises(BadSelection, match=words):
        FileEdit(file=Path("x.py"), lines=lines, range=span).select(TEXT)


def test_a_list_of_edits(tmp_path: Path) -> None:
    path = tmp_path / "edits.jsonl"
    path.write_text(
        '{"file": "a.py", "lines": [2, 3]}\n\n'
        '{"file": "b\u2028.py", "range": "1:1-1:2", "instruction": "own"}\n'
    )
    first, second = read_edits(path, "common")
    assert (first.lines, first.instruction) == ("2:3", "common")
    assert (str(second.file), second.instruction) == ("b\u2028.py", "own")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"file": "a.py"}\n{"file": 3}\n', "line 2: file: "),
        ("{broken\n", "line 1: Invalid JSON"),
        ('{"file": "a.py", "line": "3"}\n', "line 1: line: Extra inputs"),
        ('{"lines": "3"}\n', "line 1: file: Field required"),
        ("\n", "is empty"),
    ],
)
def test_a_bad_list_is_refused_with_its_line(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "edits.jsonl"
    path.write_text(content)
    with pytest.raises(BadEditList, match=words):
        read_edits(path, "x")
    with pytest.raises(BadEditList, match="cannot be read"):
        read_edits(tmp_path / "nowhere", "x")
