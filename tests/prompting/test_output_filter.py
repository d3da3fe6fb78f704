"""What models write becomes what may stand in the buffer."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specedit_lsp.prompting.output_filter import OutputFilter
from specedit_lsp.prompting.trimmed import trim_selection

FENCE = "```"
PIECES = [
    "<think>", "</think>", "```", "````", "~~~", "`", "python", "\n", "\n\n", " ", "    ", "\t", "x = 1",
    "Here is the code:", "Sure", "s", "I", "é", ":",
]  # fmt: skip


def read(answer: Iterable[str], selection: str = "x", fence: str = FENCE, before: str = "") -> str:
    output = OutputFilter(trim_selection(selection, before), fence)
    return "".join([*map(output.feed, answer), output.finish()])


GOOD = [
    pytest.param("y\n```", "y", id="plain"),
    pytest.param("y\n```\n", "y", id="closed line"),
    pytest.param("y\n````", "y", id="longer closing fence"),
    pytest.param("y\n```  \r\n", "y", id="spaces behind the fence"),
    pytest.param("y\n\n```", "y\n", id="a blank line that is meant"),
    pytest.param("y\n  ```\nz\n```", "y\n  ```\nz", id="an indented fence closes nothing"),
    pytest.param("y\n```python\nz\n```", "y\n```python\nz", id="a fence with a language closes nothing"),
    pytest.param("y\n``\n```", "y\n``", id="two backticks"),
    pytest.param("y ```\n```", "y ```", id="a fence behind text"),
    pytest.param("y\n~~~\n```", "y\n~~~", id="tildes do not close backticks"),
]

BAD = [
    pytest.param("Here is the code:\n```python\ny\n```\n```", "y", id="talk and another fence"),
    pytest.param("Here's the updated code:\n\n```\ny\n```", "y", id="talk and a bare fence"),
    pytest.param("Sure!\n\nHere is the code:\n\n```py\ny\n```", "y", id="talk in two lines"),
    pytest.param("Certainly. I renamed it.\n```Python\n    y\n```", "    y", id="talk without a colon"),
    pytest.param("```python\ny\n```", "y", id="the fence once more"),
    pytest.param("```py\ny\n```\n```", "y", id="another name of the language, closed twice"),
    pytest.param('``` python title="x.py"\ny\n```', "y", id="more behind the fence"),
    pytest.param("\n```c++\ny\n```", "y", id="a blank line, then the fence once more"),
    pytest.param("````python\ny\n```\nz\n````\n", "y\n```\nz", id="a longer fence of its own"),
    pytest.param("~~~python\ny\n```\n~~~", "y\n```", id="tildes of its own"),
    pytest.param("~~~\ny\n~~~\nDone.", "y", id="bare tildes of its own"),
    pytest.param("y\n```\nI have changed x to y.\n```\nz\n```", "y", id="talk behind"),
    pytest.param("<think>\nWell.\n```\nno\n```\n</think>\n\ny\n```", "y", id="thinking"),
    pytest.param("<think></think>\n\n  y\n```", "  y", id="empty thinking, then an indented line"),
    pytest.param("\n<think>a</think>\nHere is:\n```python\ny\n```", "y", id="thinking, talk, fence"),
    pytest.param("y", "y", id="never closed"),
    pytest.param("y\n", "y", id="never closed, line ended"),
    pytest.param("y\n``", "y\n``", id="never closed, backticks that are text"),
    pytest.param("```python\ny", "y", id="opened again, never closed"),
]

KEPT = [
    pytest.param("Here is text\nof mine.\n```", "Here is text\nof mine.", id="prose"),
    pytest.param("Here is my list:\n```", "Here is my list:", id="one line that could be talk"),
    pytest.param("Here is my list:\n```\n\n", "Here is my list:", id="blank lines behind the end"),
    pytest.param(
        "Here is my list\n```\nI changed it.", "Here is my list", id="no colon, so the fence closes"
    ),
    pytest.param("surely = 1\n```", "surely = 1", id="a name that starts like talk"),
    pytest.param("sure\n1\nsure\n```", "sure\n1\nsure", id="talk without a fence"),
    pytest.param("<thinker>\n```", "<thinker>", id="a tag that is not thinking"),
    pytest.param("``x``\n```", "``x``", id="a line that starts with backticks"),
]


@pytest.mark.parametrize(("answer", "expected"), [*GOOD, *BAD, *KEPT])
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_only_the_replacement_comes_through(answer: str, expected: str, size: int) -> None:
    pieces = [answer[start : start + size] for start in range(0, len(answer), size)]
    assert read(pieces) == expected


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "```",
        "```\n",
        "\n\n```\n",
        "   ",
        "<think>for ever",
        "<think>a</think>",
        "```python\n```",
        "```\nRemoved.",
    ],
)
def test_an_empty_answer_says_so_and_changes_nothing(answer: str) -> None:
    output = OutputFilter(trim_selection("\n  x\n", ""), FENCE)
    assert output.feed(answer) + output.finish() == "\n  x\n"
    assert output.empty


def test_an_answer_is_not_empty_from_its_first_letter() -> None:
    output = OutputFilter(trim_selection("x", ""), FENCE)
    assert (output.feed("\n"), output.empty) == ("", True)
    assert (output.feed("y"), output.empty) == ("\ny", False)


def test_thinking_or_talk_that_the_selection_starts_with_is_text() -> None:
    thinking = "<think>a</think>\nb"
    assert read([thinking.replace("a", "c") + "\n```"], selection=thinking) == "<think>c</think>\nb"
    assert read(["Here is mine:\n```\nThat was it."], selection="Here is yours:") == "Here is mine:"


def test_fences_of_the_users_own_survive() -> None:
    answer = "# Title\n\n```python\nx\n```\n\n````md\n```\n````\n\n~~~\ny\n~~~\n`````"
    assert read(answer, selection="````", fence="`````") == answer.removesuffix("\n`````")


def test_a_file_of_fences_may_start_with_one() -> None:
    assert read("```sh\nls\n```\n````", selection="```\nls\n```", fence="````") == "```sh\nls\n```"


def test_an_answer_stops_with_its_closing_line() -> None:
    output = OutputFilter(trim_selection("x", ""), FENCE)
    output.feed("y\n```")
    assert not output.stopped
    assert (output.feed("\nmore"), output.stopped) == ("", True)
    assert (output.feed("and more"), output.finish()) == ("", "")


def test_text_is_held_back_only_while_it_may_be_the_closing_line() -> None:
    output = OutputFilter(trim_selection("x", ""), FENCE)
    fed = ["q", "b\n", "`", "`", "c", "\n```", "\n"]
    assert [output.feed(text) for text in fed] == ["q", "b", "", "", "\n``c", "", ""]
    assert output.stopped


def test_the_answer_is_indented_like_the_selection() -> None:
    selection = "a:\n        b\n\n"
    assert read(["c:\n    d\n\n    e\n```"], selection, before="x\n    ") == "c:\n        d\n\n        e\n\n"


def test_a_model_without_fences_is_taken_at_its_word() -> None:
    answer = "Here is:\n```python\n<think>\n```\nx"
    output = OutputFilter(trim_selection("  x\n", ""), "")
    assert output.feed(answer) + output.finish() == "  Here is:\n  ```python\n  <think>\n  ```\n  x\n"
    assert not output.stopped


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    answer=st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    cuts=st.lists(st.integers(0, 120), max_size=12),
    selection=st.sampled_from(["x", "  x\n\n", "\n\tx\n\t\ty", "<think>", "Sure:"]),
    fence=st.sampled_from(["", "```", "````"]),
    before=st.sampled_from(["", "  ", "a ="]),
)
def test_the_pieces_an_answer_comes_in_do_not_matter(
    answer: str, cuts: list[int], selection: str, fence: str, before: str
) -> None:
    bounds = [0, *sorted(min(cut, len(answer)) for cut in cuts), len(answer)]
    pieces = [answer[start:end] for start, end in pairwise(bounds)]
    whole = read([answer], selection, fence, before)
    assert read(pieces, selection, fence, before) == whole
    assert read(answer, selection, fence, before) == whole
