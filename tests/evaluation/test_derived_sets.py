"""Edits made by machine: synthetic ones, and those between two releases."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from specedit_lsp.evaluation.edit_sets import EditCase
from specedit_lsp.evaluation.release_pairs import CONTEXT, LONGEST, Releases, pair_functions, read_wheel
from specedit_lsp.evaluation.synthetic_sets import WRAPPINGS, derive

BLOCK = "    a = 1\n\n    if a:\n        b(a)\n"


def case(identifier: str, language: str = "python", before: str = BLOCK) -> EditCase:
    return EditCase(identifier, language, "rename a to b", before, before.replace("a", "b"))


def indents(text: str) -> list[int]:
    return [len(line) - len(line.lstrip()) for line in text.split("\n")]


@pytest.mark.parametrize("language", ["python", "go", "rust", "java", "typescript"])
@pytest.mark.parametrize("number", range(24))
def test_a_wrapped_block_is_moved_in_and_its_blank_lines_are_not(language: str, number: int) -> None:
    wrapped = derive("wrap", case(str(number), language))
    assert wrapped.before == BLOCK
    lines = wrapped.after.split("\n")
    start = next(index for index, line in enumerate(lines) if line.endswith(" a = 1"))
    depth = (indents(wrapped.after)[start] - 4) // 4
    assert 1 <= depth <= 2
    inner = [" " * 4 * depth + line if line else line for line in BLOCK.removesuffix("\n").split("\n")]
    assert lines[start : start + 4] == inner
    assert start > 0
    assert lines[0].startswith("    ")
    assert lines[0].strip() in wrapped.instruction
    assert wrapped.after.endswith("\n")
    assert "\t" not in wrapped.after


def test_unwrapping_is_wrapping_backwards() -> None:
    for number in range(24):
        wrapped, unwrapped = (derive(kind, case(str(number))) for kind in ("wrap", "unwrap"))
        assert (unwrapped.before, unwrapped.after) == (BLOCK, wrapped.after)[::-1]


def test_a_dedented_block_stands_below_an_early_exit() -> None:
    for number in range(24):
        dedented = derive("dedent", case(str(number), "javascript"))
        assert dedented.after.endswith(BLOCK)
        assert dedented.after != BLOCK
        assert not dedented.before.endswith(BLOCK)


def test_tabs_and_missing_line_ends_are_kept() -> None:
    wrapped = derive("wrap", case("1", "go", "\tif a {\n\t\tb()\n\t}"))
    assert "\t\tif a {\n\t\t\tb()\n\t\t}\n\t}" in wrapped.after
    assert not wrapped.after.endswith("\n")


def test_many_headers_occur() -> None:
    assert len({derive("wrap", case(str(number))).after for number in range(100)}) > 8
    assert len(WRAPPINGS) > 5


def test_a_hidden_map_leaves_the_texts_alone() -> None:
    hidden = derive("hide-map", case("1"))
    assert (hidden.before, hidden.after) == (case("1").before, case("1").after)
    assert "rename" not in hidden.instruction
    assert hidden.id != "1"


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'fold' .*hide-map, wrap, unwrap, dedent"):
        derive("fold", case("1"))


OLD = """\
import os


def same(a):
    return a


class Box:
    @property
    def size(self):
        return 1

    def gone(self):
        pass


def twice():
    pass


def twice():
    return 1
"""
NEW = OLD.replace("return 1", "return 2").replace("def gone", "def new")


def test_changed_functions_are_paired_with_the_old_file_around_them() -> None:
    (pair,) = pair_functions("box/box.py", OLD, NEW)
    assert pair.id == "box/box.py:Box.size"
    assert pair.before == "    @property\n    def size(self):\n        return 1\n"
    assert pair.after == pair.before.replace("1", "2")
    assert pair.context_before + pair.before + pair.context_after == OLD
    assert "Box.size" in pair.instruction
    assert "2" not in pair.instruction


def test_long_functions_are_left_out_and_long_context_is_cut_to_lines() -> None:
    filler = "# filler\n" * 1000
    (pair,) = pair_functions("p", filler + OLD + filler, filler + NEW + filler)
    assert 0.9 * CONTEXT < len(pair.context_before) <= CONTEXT
    assert pair.context_before.startswith("# filler\n")
    assert 0.9 * CONTEXT < len(pair.context_after) <= CONTEXT
    assert pair.context_after.endswith("# filler\n")
    body = "    a = 1\n" * (LONGEST // 10)
    assert not list(pair_functions("p", f"def f():\n{body}", f"def f():\n    pass\n{body}"))


def test_a_file_that_does_not_parse_has_no_pairs() -> None:
    assert not list(pair_functions("p", "print 'two'\n", OLD))


def test_releases_are_named_by_three_words() -> None:
    assert Releases.parse("click:8.1.8:8.2.1") == Releases("click", "8.1.8", "8.2.1")
    for text in ("click", "click:1", "click::2", "a:b:c:d"):
        with pytest.raises(ValueError, match="NAME:OLD:NEW"):
            Releases.parse(text)


def test_a_wheel_gives_its_python_files(tmp_path: Path) -> None:
    path = tmp_path / "box.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("box/__init__.py", "a = 1\r\n")
        wheel.writestr("box/data.txt", "no code")
    assert read_wheel(path) == {"box/__init__.py": "a = 1\n"}
