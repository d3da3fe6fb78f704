"""A trace in a terminal: the output by where each token is from, what each source did, and the forwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from specedit_lsp.trace.palette import find_look
from specedit_lsp.trace.tokens import OutputToken, count_shares, list_tokens
from specedit_lsp.trace.visible import make_visible
from specedit_lsp.trace.yardsticks import measure_yardsticks
from specedit_lsp.worker.tracing.schema import RewriteTrace

_TAB = "    "


@dataclass(frozen=True, slots=True)
class OutputStyle:
    """How the output is printed."""

    coloured: bool
    """Colours tell sources apart; without them a letter below each character does."""
    width: int
    """Cells in a line."""
    tokens: bool = False
    """Shows where tokens begin: every other one is underlined, or begins with a capital letter."""
    forwards: bool = False
    """Shows where forwards begin, by their number."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a line."""

    text: str
    token: OutputToken | None
    """None for the number of a forward."""
    begins: bool
    """Whether the token does, and not only the line."""


def describe(trace: RewriteTrace) -> Text:
    """Return what the rewrite was and what it took."""
    stats = trace.stats
    yardsticks = measure_yardsticks(trace)[1:]
    others = ", ".join(f"{yardstick.name} {yardstick.forwards:,}" for yardstick in yardsticks)
    text = Text()
    text.append(make_visible(trace.order.instruction) + "\n", "bold")
    text.append(f"{trace.id} · {make_visible(trace.model.path)} on {trace.model.device}\n")
    text.append(
        f"tokens {stats.output_tokens:,} · forwards {stats.forwards:,} · tokens per forward "
        f"{stats.tokens_per_forward:.1f} · seconds {stats.seconds:.2f}\nforwards by other ways: {others}"
    )
    return text


def render_output(trace: RewriteTrace, style: OutputStyle) -> Text:
    """Return the text of a rewrite, marked by where it is from."""
    text = Text()
    for line in _split_lines(trace, style):
        if style.coloured:
            for piece in line:
                text.append(piece.text, _choose_style(piece, style))
            text.append("\n")
        else:
            _append_with_letters(text, line, style)
    return text


def render_legend(trace: RewriteTrace, coloured: bool) -> Table:
    """Return what each source did, with the mark of its tokens."""
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    table.add_column("source")
    for heading in ("tokens", "share", "proposed", "accepted"):
        table.add_column(heading, justify="right")
    for share in count_shares(trace):
        look = find_look(share.source)
        mark = Text("■", look.style) if coloured else Text(look.letter)
        checked = (f"{share.proposed:,}", f"{share.accepted:,}") if share.proposed else ("", "")
        table.add_row(mark, Text(look.label), f"{share.tokens:,}", f"{share.share:.0%}", *checked)
    return table


def render_forwards(trace: RewriteTrace) -> Table:
    """Return a line for each forward."""
    table = Table(box=None, pad_edge=False)
    for heading in ("forward", "rows", "drafts", "longest"):
        table.add_column(heading, justify="right")
    table.add_column("source")
    table.add_column("accepted", justify="right")
    table.add_column("written", overflow="ellipsis", no_wrap=True, max_width=16)
    for heading in ("margin", "draft ms", "ms"):
        table.add_column(heading, justify="right")
    for number, forward in enumerate(trace.forwards, start=1):
        table.add_row(
            f"{number:,}",
            f"{forward.rows:,}",
            f"{len(forward.branches)}",
            f"{forward.proposed:,}",
            find_look(forward.source).label if forward.source else "",
            f"{forward.accepted:,}",
            Text(spell(trace, forward.own)),
            "" if forward.margin is None else f"{forward.margin:.2f}",
            f"{1000 * forward.drafting_seconds:.2f}",
            f"{1000 * forward.seconds:.1f}",
        )
    return table


def spell(trace: RewriteTrace, token: int | None) -> str:
    """Return a token as people can read it; empty for none."""
    if token is None:
        return ""
    return repr(make_visible(trace.vocabulary[token])) if trace.vocabulary.get(token) else "(end)"


def _split_lines(trace: RewriteTrace, style: OutputStyle) -> Iterator[list[_Piece]]:
    """Yield the lines of the output in pieces of one token."""
    line: list[_Piece] = []
    last = 0
    for token in list_tokens(trace):
        if style.forwards and token.text and token.forward != last:
            line.append(_Piece(f"‹{token.forward}›", None, True))
            last = token.forward
        for count, part in enumerate(token.text.split("\n")):
            if count:
                yield line
                line = []
            if part:
                line.append(_Piece(make_visible(part).replace("\t", _TAB), token, not count))
    if line:
        yield line


def _choose_style(piece: _Piece, style: OutputStyle) -> str:
    if piece.token is None:
        return "reverse"
    look = find_look(piece.token.source)
    return f"{look.style} underline" if style.tokens and piece.token.number % 2 else look.style


def _append_with_letters(text: Text, line: list[_Piece], style: OutputStyle) -> None:
    """Append a line, cut to the width, each part with the letters of its characters below it."""
    above = below = ""
    for piece in line:
        for place, character in enumerate(piece.text):
            cells = cell_len(character)
            if cell_len(above) + cells > style.width:
                text.append(f"{above}\n{below}\n")
                above = below = ""
            letter = find_look(piece.token.source).letter if piece.token else " "
            if style.tokens and piece.begins and place == 0:
                letter = letter.upper()
            above += character
            below += letter * cells
    text.append(f"{above}\n{below}\n" if above else "\n")
