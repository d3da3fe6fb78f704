"""What a Neovim shows: the grid of cells that it would draw in a terminal, from its own drawing events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.editors.nvim.animation import Look


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

    def look(self, number: int) -> Look:
        """How cells of a highlight are drawn."""
        attributes = self.highlights.get(number, {})
        colours = [attributes.get(ground, self.colours[ground]) for ground in ("foreground", "background")]
        if attributes.get("reverse"):
            colours.reverse()
        classes = " ".join(name[0] for name in ("bold", "italic", "underline") if attributes.get(name))
        return Look(f"#{colours[0]:06x}", f"#{colours[1]:06x}", classes)

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
