"""What a Neovim shows: the grid of cells that it would draw in a terminal, from its own drawing events."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style
from rich.terminal_theme import TerminalTheme


def _rgb(colour: int) -> tuple[int, int, int]:
    return colour >> 16, colour >> 8 & 255, colour & 255


@dataclass
class Screen:
    """A grid of cells, drawn by the ``redraw`` notifications of an interface with ``ext_linegrid``."""

    width: int
    height: int
    cells: list[list[tuple[str, int]]] = field(default_factory=list)
    """Text and highlight of each cell, by rows."""
    highlights: dict[int, dict[str, Any]] = field(default_factory=dict)
    colours: dict[str, int] = field(default_factory=dict)
    """The default ones, as 24-bit numbers."""

    def draw(self, batches: list[list[Any]]) -> None:
        """Carry out one notification. Events of no consequence for cells are left out."""
        for name, *calls in batches:
            if handle := getattr(self, f"_{name}", None):
                for arguments in calls:
                    handle(*arguments)

    @property
    def lines(self) -> list[str]:
        """Its text."""
        return ["".join(text for text, _ in row).rstrip() for row in self.cells]

    def save_svg(self, path: str, title: str) -> None:
        """Write a picture."""
        console = Console(record=True, width=self.width, file=io.StringIO(), force_terminal=True)
        for row in self.cells:
            runs = itertools.groupby(row, key=lambda cell: cell[1])
            words = [
                Segment("".join(text for text, _ in cells), self._style(number)) for number, cells in runs
            ]
            console.print(Segments([*words, Segment.line()]), end="")
        ground, front = (_rgb(self.colours[name]) for name in ("background", "foreground"))
        console.save_svg(path, title=title, theme=TerminalTheme(ground, front, [front] * 8))

    def _style(self, number: int) -> Style:
        attributes = self.highlights.get(number, {})
        colours = [attributes.get(ground, self.colours[ground]) for ground in ("foreground", "background")]
        if attributes.get("reverse"):
            colours.reverse()
        return Style(
            color=f"#{colours[0]:06x}",
            bgcolor=f"#{colours[1]:06x}",
            bold=attributes.get("bold"),
            italic=attributes.get("italic"),
            underline=attributes.get("underline"),
        )

    def _default_colors_set(self, foreground: int, background: int, *_: int) -> None:
        self.colours = {"foreground": foreground, "background": background}

    def _hl_attr_define(self, number: int, rgb: dict[str, Any], *_: Any) -> None:
        self.highlights[number] = rgb

    def _grid_resize(self, _: int, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._grid_clear(_)

    def _grid_clear(self, _: int) -> None:
        self.cells = [[(" ", 0)] * self.width for _ in range(self.height)]

    def _grid_line(self, _: int, row: int, column: int, cells: list[list[Any]], *__: Any) -> None:
        number = 0
        for text, *rest in cells:
            number = rest[0] if rest else number
            for _ in range(rest[1] if len(rest) > 1 else 1):
                self.cells[row][column] = (text, number)
                column += 1

    def _grid_scroll(self, _: int, top: int, bottom: int, left: int, right: int, rows: int, __: int) -> None:
        order = range(top, bottom - rows) if rows > 0 else range(bottom - 1, top - rows - 1, -1)
        for row in order:
            self.cells[row][left:right] = self.cells[row + rows][left:right]
