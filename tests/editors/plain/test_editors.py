"""Real editors without a plugin of ours: Helix, and Emacs with either of its clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import FUNCTION, RENAME
from tests.editors.plain.emacs import Eglot, LspMode
from tests.editors.plain.helix import Helix
from tests.editors.plain.plain_editor import PlainEditor, running

AROUND = "emblem = '🎨 result'\n{}\nresult = '🎨'  \n"
"""Text that must stay: blanks at a line's end, a character of two UTF-16 units, the name that is renamed."""
ORIGINAL = AROUND.format(FUNCTION)
RENAMED = AROUND.format(FUNCTION.replace("result", "total"))
FIRST, LAST = 2, 10
"""Lines of the function, counted from 1."""
LONG = AROUND.format("".join(FUNCTION.replace("total_price", f"price_{number}") for number in range(4)))
"""Takes a few seconds without drafting: time for mischief. The bundled model gets no such text right."""
LONG_LAST = LAST + 3 * FUNCTION.count("\n")
MOST_STEPS = 10
"""More than any rewrite of the function has hunks."""


@pytest.fixture(scope="module", params=[Helix, Eglot, LspMode], ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> type[PlainEditor]:
    """One kind of editor after the other."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def editor(kind: type[PlainEditor], tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainEditor]:
    """An editor as its recipe makes it."""
    with running(kind, tmp_path_factory.mktemp(kind.__name__), RENAME) as editor:
        yield editor


@pytest.fixture(scope="module")
def slow_editor(kind: type[PlainEditor], tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainEditor]:
    """One with drafting off and every line at once, to have time for mischief."""
    folder = tmp_path_factory.mktemp(f"slow-{kind.__name__}")
    with running(kind, folder, RENAME, draft={"sources": []}, stream={"mode": "line"}) as editor:
        yield editor


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_preset_rewrites_the_selected_lines_and_nothing_else(editor: PlainEditor, newline: str) -> None:
    before, after = (text.replace("\n", newline) for text in (ORIGINAL, RENAMED))
    editor.open(f"preset{len(newline)}.py", before)
    editor.rewrite_lines(FIRST, LAST)
    editor.expect_text(lambda text: text == after, "the function renamed")
    steps = 0
    while editor.read_file() != before:
        steps += 1
        assert steps <= MOST_STEPS
        was = editor.read_file()
        editor.undo()
        editor.expect_text(lambda text, was=was: text != was, "a step back")  # type: ignore[misc]


def test_a_preset_at_the_cursor_is_for_the_function_around_it(editor: PlainEditor) -> None:
    editor.open("cursor.py", ORIGINAL)
    editor.place_cursor(FIRST + 4)
    editor.choose_action(f"Rename (lines {FIRST}-{LAST})")
    editor.expect_text(lambda text: text == RENAMED, "the function renamed")


def test_an_instruction_comment_is_carried_out_and_goes_away(editor: PlainEditor) -> None:
    editor.open("comment.py", AROUND.format(f"# specedit: {RENAME}\n{FUNCTION}"))
    editor.place_cursor(FIRST)
    editor.choose_action(f"{RENAME} (lines {FIRST}-{LAST + 1})")
    editor.expect_text(lambda text: text == RENAMED, "the function renamed, without the comment")


def test_a_line_typed_above_shifts_the_rewrite(slow_editor: PlainEditor) -> None:
    slow_editor.open("above.py", ORIGINAL)
    slow_editor.rewrite_lines(FIRST, LAST)
    slow_editor.terminal.wait_for("total = 0")
    slow_editor.insert_line_above(1, "mine = 1")
    slow_editor.expect_text(lambda text: text == f"mine = 1\n{RENAMED}", "the line and the rewrite")


def test_a_line_typed_inside_stops_the_rewrite_and_stays(slow_editor: PlainEditor) -> None:
    slow_editor.open("inside.py", LONG)
    slow_editor.rewrite_lines(FIRST, LONG_LAST)
    slow_editor.terminal.wait_for("total = 0")
    slow_editor.insert_line_above(FIRST + 4, "mine = 1")
    slow_editor.terminal.wait_until(lambda: not slow_editor.shows_progress(), "the end of the progress")
    slow_editor.expect_text(lambda text: "mine = 1\n" in text, "what was typed")
    assert slow_editor.read_file().endswith(LONG[LONG.index("def price_3") :]), "it went on"


def test_a_rewrite_is_stopped_by_its_action(slow_editor: PlainEditor) -> None:
    slow_editor.open("stop.py", LONG)
    slow_editor.rewrite_lines(FIRST, LONG_LAST)
    slow_editor.terminal.wait_for("total = 0")
    slow_editor.place_cursor(FIRST + 4)
    slow_editor.choose_action(f"Stop the rewrite: {RENAME}")
    slow_editor.terminal.wait_until(lambda: not slow_editor.shows_progress(), "the end of the progress")
    slow_editor.expect_text(lambda text: text == LONG, "the original")


def test_progress_is_shown_while_the_rewrite_runs(slow_editor: PlainEditor) -> None:
    slow_editor.open("progress.py", LONG)
    slow_editor.rewrite_lines(FIRST, LONG_LAST)
    slow_editor.terminal.wait_until(slow_editor.shows_progress, "progress")
    slow_editor.terminal.wait_until(lambda: not slow_editor.shows_progress(), "the end of the progress")


def test_an_atomic_rewrite_is_one_step_of_undo(
    kind: type[PlainEditor], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running(kind, tmp_path_factory.mktemp("atomic"), RENAME, stream={"mode": "atomic"}) as editor:
        editor.open("atomic.py", ORIGINAL)
        editor.rewrite_lines(FIRST, LAST)
        editor.expect_text(lambda text: text == RENAMED, "the function renamed")
        editor.undo()
        editor.expect_text(lambda text: text == ORIGINAL, "the original after one step")


def test_a_model_that_is_not_there_is_named(
    kind: type[PlainEditor], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running(kind, tmp_path_factory.mktemp("broken"), RENAME, model={"path": "/nowhere/model"}) as editor:
        editor.open("broken.py", ORIGINAL)
        editor.terminal.wait_for("/nowhere/model")
        editor.save()
        assert editor.read_file() == ORIGINAL
