"""A trace in a terminal: every character with its source, in colours and without; nothing acts on it."""

from __future__ import annotations

import io
import re
from typing import get_args

import pytest
from rich.console import Console

from specedit_lsp.settings import SourceName
from specedit_lsp.trace import Trace
from specedit_lsp.trace.palette import LOOKS, find_look
from specedit_lsp.trace.terminal import (
    OutputStyle,
    describe,
    render_forwards,
    render_legend,
    render_output,
)
from specedit_lsp.trace.tokens import list_tokens
from specedit_lsp.trace.visible import make_visible
from specedit_lsp.transport.messages import TARGET


def paint(trace: Trace, style: OutputStyle) -> str:
    """What a terminal with 16 colours receives."""
    console = Console(file=io.StringIO(), color_system="standard", force_terminal=True, width=style.width)
    console.print(render_output(trace, style), soft_wrap=True)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


@pytest.mark.parametrize("width", [100, 11])
def test_without_colours_a_letter_stands_below_every_character(docstring: Trace, width: int) -> None:
    lines = render_output(docstring, OutputStyle(coloured=False, width=width)).plain.split("\n")
    code, letters = "", ""
    place = 0
    while place < len(lines):
        if lines[place]:
            assert len(lines[place]) == len(lines[place + 1]) <= width
            code += lines[place]
            letters += lines[place + 1]
            place += 2
        else:
            place += 1
    expected = [
        (char, find_look(t.source).letter) for t in list_tokens(docstring) for char in t.text if char != "\n"
    ]
    assert list(zip(code, letters, strict=True)) == expected
    assert {"c", "w"} <= set(letters)


def test_boundaries_and_forwards_are_shown_on_request(docstring: Trace) -> None:
    text = render_output(docstring, OutputStyle(coloured=False, width=200, tokens=True, forwards=True)).plain
    marks = re.findall(r"‹(\d+)›", text)
    assert marks == [str(number) for number in range(1, docstring.stats.forwards + 1)]
    below = text.split("\n")[1::2]
    capitals = sum(character.isupper() for line in below for character in line)
    assert capitals == sum(
        bool(token.text.lstrip("\n")) and token.text[0] != "\n" for token in list_tokens(docstring)
    )


def test_colours_are_the_sixteen_that_every_terminal_has(docstring: Trace) -> None:
    style = OutputStyle(coloured=True, width=200, tokens=True)
    painted = paint(docstring, style)
    codes = {code for escape in re.findall(r"\x1b\[([\d;]*)m", painted) for code in escape.split(";")}
    assert codes <= {"", "0", "1", "4", *(str(code) for code in (*range(30, 38), *range(90, 98)))}
    assert re.sub(r"\x1b\[[\d;]*m", "", painted).rstrip("\n") == docstring.text.rstrip("\n")
    assert "4" in codes


def test_code_cannot_act_on_the_terminal(hostile: Trace) -> None:
    evil = hostile.model_copy(update={"text": hostile.text.replace("page", "\x1b]0;")})
    for coloured in (True, False):
        plain = render_output(evil, OutputStyle(coloured=coloured, width=90)).plain
        assert "\x1b" not in plain
        assert "\\x1b]0;" in plain.replace("\n", "") or not coloured
    assert "\x1b" not in describe(hostile).plain
    assert "\\x1b[31m" in describe(hostile).plain
    assert make_visible("a\u202eb\x00\t\n\ud800") == "a\\u202eb\\x00\t\n\\ud800"


def test_the_tables_fit_a_narrow_terminal(docstring: Trace) -> None:
    console = Console(file=io.StringIO(), width=60)
    console.print(render_legend(docstring, coloured=False))
    console.print(render_forwards(docstring))
    file = console.file
    assert isinstance(file, io.StringIO)
    lines = file.getvalue().split("\n")
    assert max(map(len, lines)) <= 60
    assert sum(line.split()[:1] == ["w"] for line in lines) == 1


def test_every_source_has_a_letter_of_its_own() -> None:
    assert {*get_args(SourceName), TARGET} <= set(LOOKS)
    assert len({look.letter for look in LOOKS.values()}) == len(LOOKS)
    assert len({look.style for look in LOOKS.values()}) == len(LOOKS)
    assert find_look("tomorrow's").name == "unknown"
