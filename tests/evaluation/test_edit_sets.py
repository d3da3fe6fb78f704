"""Reading edits: the three formats, and what is said of files that are none of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specedit_lsp.evaluation.edit_sets import EditCase, read_edit_set

PLAIN = {"id": 1, "language": "go", "instruction": "do it", "before": "a\r\nb\n", "after": "c\n"}
VANTAGE = {
    "task_id": "drift/1",
    "prompt": "Replace `a` to `b`. Only the code.\n\n```python\na = 1\n```\n\nEdited function:\n",
    "reference": "a = 1\n",
    "deterministic_target": "b = 1\n",
    "language": "repo_edit_rename_python",
}
CANITEDIT = {
    "id": 10,
    "before": "x = 1",
    "after": "x = 2",
    "instruction_descriptive": "Make x two.",
    "instruction_lazy": "two",
}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_all_formats_are_read(tmp_path: Path) -> None:
    assert read_edit_set(write(tmp_path / "set.jsonl", PLAIN, VANTAGE, CANITEDIT)) == [
        EditCase("1", "go", "do it", "a\nb\n", "c\n"),
        EditCase("drift/1", "python", "Replace `a` to `b`. Only the code.", "a = 1\n", "b = 1\n"),
        EditCase("10", "python", "Make x two.", "x = 1", "x = 2"),
    ]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    case = EditCase("1", "rust", "→", "let a;\n", "", context_before="// é\n", context_after="}\n")
    path = tmp_path / "set.jsonl"
    path.write_text(case.to_json() + "\n\n")
    assert read_edit_set(path) == [case]


def test_a_limit_leaves_the_rest_unread(tmp_path: Path) -> None:
    assert len(read_edit_set(write(tmp_path / "set.jsonl", PLAIN, PLAIN, {}), limit=2)) == 2


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"id": 1, "before": "a", "text": "b"}, "line 2: .*lacks language, instruction, after "),
        ({**PLAIN, "before": None}, "line 2: before must be text"),
        ({**PLAIN, "instruction": " "}, "line 2: instruction must not be blank"),
        ([1], "line 2: not a JSON object"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(tmp_path: Path, row: object, complaint: str) -> None:
    path = write(tmp_path / "set.jsonl", PLAIN, row)
    with pytest.raises(ValueError, match=complaint):
        read_edit_set(path)


def test_what_is_no_set_at_all_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file"):
        read_edit_set(tmp_path / "none.jsonl")
    with pytest.raises(ValueError, match="no edits"):
        read_edit_set(write(tmp_path / "empty.jsonl"))
    path = tmp_path / "text.jsonl"
    path.write_text("def f(): pass\n")
    with pytest.raises(ValueError, match=r"text\.jsonl, line 1"):
        read_edit_set(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="not UTF-8"):
        read_edit_set(path)
