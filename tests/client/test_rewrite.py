"""The client as a script uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from specedit_lsp.client import BadSelection, FileUnreadable, Hunk, NotFinished, RewriteFailed, connect
from specedit_lsp.rewriting.records import OutcomeKind
from tests.client.stub_worker import StubWorker
from tests.conftest import FUNCTION, RENAME

TEXT = "one\ntwo\nthree\nfour\n"


def applied(text: str, hunks: list[Hunk]) -> str:
    for hunk in reversed(hunks):
        text = text[: hunk.start] + hunk.text + text[hunk.end :]
    return text


async def test_hunks_are_in_offsets_of_the_whole_text() -> None:
    rewrite = StubWorker().client().rewrite(TEXT, "shout", lines=(2, 3))
    hunks = [hunk async for hunk in rewrite]
    assert applied(TEXT, hunks) == rewrite.text == "one\nTWO\nTHREE\nfour\n"
    assert rewrite.outcome.kind is OutcomeKind.DONE
    assert rewrite.before == TEXT


async def test_a_file_brings_its_language_and_its_surroundings(tmp_path: Path) -> None:
    path = tmp_path / "a.rs"
    path.write_bytes(b"one\r\ntwo\r\nthree\r\n")
    worker = StubWorker()
    rewrite = worker.client().rewrite(path, "shout", span=(5, 8))
    await rewrite.finish()
    assert rewrite.text == "one\r\nTWO\r\nthree\r\n"
    assert path.read_bytes() == b"one\r\ntwo\r\nthree\r\n"
    order = worker.orders[0]
    assert (order.language, order.before, order.selection) == ("rust", "one\n", "two")


async def test_leaving_the_loop_stops_the_worker() -> None:
    worker = StubWorker()
    hunks = aiter(worker.client().rewrite(TEXT, "shout"))
    await anext(hunks)
    await hunks.aclose()  # type: ignore[attr-defined]
    assert worker.stopped_early == 1


async def test_what_became_of_it_is_not_known_before_the_end() -> None:
    rewrite = StubWorker().client().rewrite(TEXT, "fail")
    with pytest.raises(NotFinished):
        _ = rewrite.outcome
    with pytest.raises(RewriteFailed, match="no memory"):
        await rewrite.finish()
    with pytest.raises(NotFinished):
        _ = rewrite.text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lines": (0, 2)}, "lines 1 to 4"),
        ({"lines": (3, 2)}, "A may not be above B"),
        ({"span": (3, 99)}, "the text has 19"),
        ({"span": (3, 4)}, "selection is empty"),
        ({"lines": (1, 2), "span": (1, 2)}, "not both"),
    ],
)
def test_a_place_that_is_not_there(options: dict[str, tuple[int, int]], words: str) -> None:
    with pytest.raises(BadSelection, match=words):
        StubWorker().client().rewrite(TEXT, "shout", **options)  # type: ignore[arg-type]


def test_nothing_to_do_and_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(BadSelection, match="instruction is empty"):
        StubWorker().client().rewrite(TEXT, " ")
    with pytest.raises(FileUnreadable, match="cannot be read"):
        StubWorker().client().rewrite(tmp_path / "nowhere.py", "shout")


async def test_a_real_worker() -> None:
    async with connect() as client:
        rewrite = client.rewrite(FUNCTION, RENAME, language="python")
        hunks = [hunk async for hunk in rewrite]
        assert len(hunks) > 1
        assert applied(FUNCTION, hunks) == rewrite.text != FUNCTION
        assert rewrite.outcome.stats.forwards < rewrite.outcome.stats.output_tokens
        assert (await client.status()).model == "specedit-mini"
