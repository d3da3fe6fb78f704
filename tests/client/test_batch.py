"""Many edits at once: what fails costs itself alone, and files are written whole."""

from __future__ import annotations

from pathlib import Path

from specedit_lsp.client.batch import EditResult, FileResult, plan_edits, rewrite_files
from specedit_lsp.client.file_edit import FileEdit
from tests.client.stub_worker import StubWorker


async def carry_out(
    edits: list[FileEdit], worker: StubWorker, *, write: bool = True, concurrent: int = 4
) -> list[FileResult]:
    heard: list[EditResult] = []
    files: list[FileResult] = []
    results = await rewrite_files(
        worker.client(),
        plan_edits(edits),
        concurrent=concurrent,
        write=write,
        on_edit=heard.append,
        on_file=files.append,
    )
    assert len(heard) == len(edits)
    assert len(files) == len(results)
    return results


def write_files(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{number}.py" for number in range(count)]
    for path in paths:
        path.write_text("one\ntwo\nthree\nfour\n")
    return paths


def reasons(results: list[FileResult]) -> list[str]:
    return [edit.failure.reason for file in results for edit in file.edits if edit.failure]


async def test_edits_of_one_file_are_written_together(tmp_path: Path) -> None:
    [path] = write_files(tmp_path, 1)
    edits = [
        FileEdit(file=path, instruction="x", lines="4"),
        FileEdit(file=tmp_path / "." / "0.py", instruction="x", lines="1:2"),
    ]
    [result] = await carry_out(edits, StubWorker())
    assert result.applied
    assert path.read_text() == "ONE\nTWO\nthree\nFOUR\n"


async def test_what_fails_leaves_the_others_alone(tmp_path: Path) -> None:
    good, broken, changed = write_files(tmp_path, 3)
    edits = [
        FileEdit(file=tmp_path / "nowhere.py", instruction="x"),
        FileEdit(file=good, instruction="x", lines="1:2"),
        FileEdit(file=good, instruction="x", lines="2:3"),
        FileEdit(file=good, instruction="fail", lines="3:4"),
        FileEdit(file=good, instruction="x", lines="99"),
        FileEdit(file=broken, instruction="fail"),
        FileEdit(file=changed, instruction="x"),
    ]
    plans = plan_edits(edits)
    changed.write_text("somebody's\n")
    results = await rewrite_files(
        StubWorker().client(),
        plans,
        concurrent=2,
        write=True,
        on_edit=lambda edit: None,
        on_file=lambda file: None,
    )
    assert sorted(reasons(results)) == [
        "badSelection",
        "fileChanged",
        "fileUnreadable",
        "outOfMemory",
        "outOfMemory",
        "overlappingEdit",
    ]
    assert good.read_text() == "ONE\nTWO\nthree\nfour\n"
    assert broken.read_text() == "one\ntwo\nthree\nfour\n"
    assert changed.read_text() == "somebody's\n"


async def test_nothing_is_written_unasked(tmp_path: Path) -> None:
    [path] = write_files(tmp_path, 1)
    [result] = await carry_out([FileEdit(file=path, instruction="x")], StubWorker(), write=False)
    assert not result.applied
    assert result.text == "ONE\nTWO\nTHREE\nFOUR\n"
    assert path.read_text() == "one\ntwo\nthree\nfour\n"


async def test_text_that_the_file_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: latin-1\nx\n")
    results = await carry_out([FileEdit(file=path, instruction="euro", lines="2")], StubWorker())
    assert reasons(results) == ["fileUnwritable"]
    assert path.read_bytes() == b"# coding: latin-1\nx\n"


async def test_so_many_at_a_time_and_no_more(tmp_path: Path) -> None:
    worker = StubWorker()
    edits = [FileEdit(file=path, instruction="x") for path in write_files(tmp_path, 12)]
    await carry_out(edits, worker, concurrent=3)
    assert worker.most_at_work == 3
    assert len(worker.orders) == 12
