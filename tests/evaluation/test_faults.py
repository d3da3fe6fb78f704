"""The faults bench sees what it is there to see: wrong text, rewrites without an end, what is left over."""

from __future__ import annotations

import asyncio
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit_lsp.evaluation.faults import stage as stages
from specedit_lsp.evaluation.faults.buffer import Buffer, to_wire
from specedit_lsp.evaluation.faults.cases import Case, choose_cases
from specedit_lsp.evaluation.faults.clocks import compile_clock
from specedit_lsp.evaluation.faults.episode import Findings, Sample, run_episode
from specedit_lsp.evaluation.faults.judge import SERVER_GONE, Ending, Verdict, is_clear, judge
from specedit_lsp.evaluation.faults.proxy import Proxy, open_proxy
from specedit_lsp.evaluation.faults.stage import PromiseBroken, Stage, open_stage
from specedit_lsp.evaluation.faults.table import extra_seconds, list_troubles
from specedit_lsp.evaluation.faults.window import Window, open_window
from specedit_lsp.evaluation.server_worker import server_with_this_worker
from specedit_lsp.text.lines import Lines

CASE = Case("a rename", "python", "pause 0 ms", "".join(f"value_{n} = compute({n})\n" for n in range(9)))
EXPECTED = CASE.document.replace("value_3", "amount")
DONE = Ending("done", EXPECTED)
REFUSED = Ending("refused", CASE.document, "The worker went away. The next rewrite starts it again.")


class TestJudge:
    def test_the_text_of_a_rewrite_without_faults_is_exact(self) -> None:
        assert judge(CASE, EXPECTED, DONE) is Verdict.EXACT
        assert judge(CASE, CASE.document, Ending("unchanged", CASE.document)) is Verdict.EXACT

    @given(st.integers(0, len(EXPECTED) - 1), st.sampled_from(["", "x", "\n"]))
    def test_any_other_text_is_wrong_wherever_it_differs(self, at: int, instead: str) -> None:
        text = EXPECTED[:at] + instead + EXPECTED[at + 1 :]
        verdict = judge(CASE, EXPECTED, replace(DONE, text=text))
        assert verdict is (Verdict.EXACT if text == EXPECTED else Verdict.WRONG)

    def test_the_original_is_no_success(self) -> None:
        assert judge(CASE, EXPECTED, replace(DONE, text=CASE.document)) is Verdict.WRONG
        assert judge(CASE, EXPECTED, Ending("unchanged", CASE.document)) is Verdict.WRONG

    def test_a_refusal_restores_and_says_why(self) -> None:
        assert judge(CASE, EXPECTED, REFUSED) is Verdict.RESTORED
        assert judge(CASE, EXPECTED, replace(REFUSED, text=EXPECTED)) is Verdict.WRONG
        assert judge(CASE, EXPECTED, replace(REFUSED, message="")) is Verdict.WRONG

    @pytest.mark.parametrize(
        "message",
        [
            "",
            "failed",
            "internal error",
            "Traceback (most recent call last): it failed.",
            "It failed with [Errno 28] on the disk.",
            "Try this again without a full stop",
            "It ended without a word of advice.",
        ],
    )
    def test_what_is_no_sentence_for_people_is_not_clear(self, message: str) -> None:
        assert not is_clear(message)
        assert is_clear(SERVER_GONE)

    def test_no_end_is_none_whatever_the_text(self) -> None:
        assert judge(CASE, EXPECTED, replace(DONE, outcome="hung")) is Verdict.HUNG

    def test_an_edit_that_should_not_have_been_sent_is_wrong_whatever_the_text(self) -> None:
        assert judge(CASE, EXPECTED, replace(DONE, fault="outside")) is Verdict.WRONG


class TestBuffer:
    def edit(self, start: int, end: int, text: str) -> dict[str, object]:
        return {"range": to_wire(Lines(CASE.document), start, end), "newText": text}

    def test_hunks_are_applied_and_taken_back(self) -> None:
        buffer = Buffer(CASE)
        at = CASE.document.index("value_3")
        further = CASE.document.index("value_5")
        list(buffer.apply([self.edit(at, at + 7, "amount")]))
        assert buffer.text == EXPECTED
        list(buffer.apply([self.edit(further, further + 7, "é\n😀")]))
        assert buffer.text == EXPECTED.replace("value_5", "é\n😀")
        list(buffer.restore())
        assert buffer.text == CASE.document

    @pytest.mark.parametrize("place", [0, len(CASE.document) - 5])
    def test_nothing_outside_of_the_selection_is_changed(self, place: int) -> None:
        with pytest.raises(ValueError, match="not within"):
            list(Buffer(CASE).apply([self.edit(place, place + 1, "x")]))

    def test_hunks_run_forwards(self) -> None:
        buffer = Buffer(CASE)
        at = CASE.document.index("value_3")
        list(buffer.apply([self.edit(at, at + 7, "amount")]))
        with pytest.raises(ValueError, match="earlier changes"):
            list(buffer.apply([self.edit(at - 9, at, "")]))


@pytest.fixture
async def window() -> AsyncIterator[Window]:
    """One whose worker writes the time behind every third line: no two answers are alike."""
    with server_with_this_worker() as command, tempfile.TemporaryFile() as log:
        async with open_window(command, log, {}) as window:
            yield window


async def test_a_rewrite_without_an_end_is_seen_and_taken_back(window: Window) -> None:
    ending = await window.rewrite(replace(CASE, instruction="pause 700 ms"), patience=1.5)
    assert window.text_arrived.is_set()
    assert (ending.outcome, ending.text) == ("hung", CASE.document)


async def test_an_answer_that_is_another_one_is_wrong(window: Window) -> None:
    first, second = await window.rewrite(CASE), await window.rewrite(CASE)
    assert first.outcome == second.outcome == "done"
    assert judge(CASE, first.text, second) is Verdict.WRONG


async def test_a_server_that_is_killed_leaves_the_text_as_it_was(window: Window) -> None:
    rewrite = asyncio.create_task(window.rewrite(replace(CASE, instruction="pause 700 ms")))
    await asyncio.wait_for(window.text_arrived.wait(), 20)
    window.session.process.kill()
    assert judge(CASE, EXPECTED, await rewrite) is Verdict.RESTORED


async def test_what_is_left_over_is_found_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "LEAVE_SECONDS", 0.3)
    left: list[subprocess.Popen[bytes]] = []

    async def leave_a_process() -> None:
        async with open_stage() as stage:
            assert not stage.processes()
            left.append(subprocess.Popen([*stage.command(())[:-1], "sleep", "60"]))
            await stage.wait_until(lambda: bool(stage.processes()), lambda: "it does not start")
            with pytest.raises(PromiseBroken, match=f"{left[0].pid}"):
                await stage.wait_for_order()

    with pytest.raises(PromiseBroken, match="sleep 60"):
        await leave_a_process()
    assert left[0].wait() < 0


async def test_files_that_are_left_over_are_found() -> None:
    with pytest.raises(PromiseBroken, match="half-written"):
        async with open_stage() as stage:
            (stage.folder / "tmp" / "half-written").touch()


async def test_what_goes_wrong_in_an_episode_is_told(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    async def strike() -> None:
        raise PromiseBroken("the worker did not outlive somebody else's end")

    async def prepare(stage: Stage) -> None:
        stage.windows[:] = [window, window]

    monkeypatch.setattr(Stage, "prepare", prepare)
    monkeypatch.setattr("specedit_lsp.evaluation.faults.episode.SPREAD_SECONDS", 0.0)
    async with open_stage() as stage:
        samples, troubles = await run_episode(stage, strike, [CASE, CASE], {CASE: EXPECTED}, Random(0))
    assert [sample.verdict for sample in samples] == [Verdict.WRONG, Verdict.WRONG]
    assert "outlive" in troubles[0]
    findings = Findings("a fault", samples=samples, troubles=troubles)
    assert not findings.is_right
    assert len(list(list_troubles([findings]))) == 3


def test_a_row_is_compared_with_rewrites_without_faults() -> None:
    def findings(name: str, *seconds: float) -> Findings:
        samples = [Sample(CASE, 0, replace(DONE, seconds=one), Verdict.EXACT) for one in seconds]
        return Findings(name, samples=samples)

    quiet, late = findings("no fault", 1.0, 2.0, 3.0), findings("a fault", 2.0, 7.0, 9.0)
    assert quiet.is_right
    assert extra_seconds(late, [quiet, late]) == 5.0
    assert extra_seconds(late, [late]) is None


def test_one_seed_is_one_choice() -> None:
    assert choose_cases(6, 1) == choose_cases(6, 1) != choose_cases(6, 2)
    for case in choose_cases(6, 1):
        first, behind = (Lines(case.document).start(line) for line in case.lines)
        assert case.document[first:behind] == case.selection


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """In front of a server that sends back what it hears."""
    ended = asyncio.Event()

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(1000):
                writer.write(chunk)
        writer.close()
        ended.set()

    async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        async with open_proxy() as proxy:
            proxy.target = server.sockets[0].getsockname()[:2]
            yield proxy
        await asyncio.wait_for(ended.wait(), 20)


async def test_a_proxy_changes_one_bit(proxy: Proxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    for spoiled in (0, 1, 0):
        proxy.spoiled_chunks = spoiled
        writer.write(b"\0" * 50)
        received = await reader.readexactly(50)
        assert sum(byte.bit_count() for byte in received) == spoiled
    writer.close()


async def test_a_proxy_holds_back_and_cuts(proxy: Proxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    proxy.passes.clear()
    writer.write(b"held back")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readexactly(1), 0.2)
    proxy.passes.set()
    assert await reader.readexactly(9) == b"held back"
    proxy.cut()
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await reader.readexactly(1)
    writer.close()


@pytest.mark.skipif(shutil.which("cc") is None, reason="it takes a C compiler")
def test_a_clock_that_is_off_is_off_for_the_wall_clock_alone(tmp_path: Path) -> None:
    shift = tmp_path / "shift"
    shift.write_bytes(struct.pack("q", -86_400))
    script = "import time; print(time.time(), time.monotonic())"
    variables = f"LD_PRELOAD={compile_clock(tmp_path)}", f"SPECEDIT_CLOCK_SHIFT={shift}"
    run = subprocess.run(
        ["env", *variables, sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    wall, monotonic = map(float, run.stdout.split())
    assert -86_500 < wall - time.time() < -86_000
    assert abs(monotonic - time.monotonic()) < 400


def test_a_fault_that_nobody_knows_is_named() -> None:
    command = [sys.executable, "-m", "specedit_lsp.evaluation.faults", "--only", "earthquake"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 2
    assert "worker killed" in run.stderr
