"""What of a selection a model is shown, and what is kept to be put back around its answer."""

from __future__ import annotations

from dataclasses import dataclass

from specedit_lsp.text.indentation import Reindenter, dedent
from specedit_lsp.text.lines import split_lines

BLANK = " \t\n"


@dataclass(frozen=True, slots=True)
class TrimmedSelection:
    """A selection without the blank lines around it and without the indentation its lines share."""

    original: str
    lead: str
    """Blank lines in front."""
    core: str
    """What the model is shown: empty if the selection is blank."""
    trail: str
    """The end of the last line, and blank lines behind it."""
    indent: str
    first_line_indent: str | None
    """What stands in the document in front of ``core``'s first line; None for code."""

    def read_back(self, replacement: str) -> str:
        """Return what a model wrote, as far as can be told, where the replacement begins like this.

        The inverse of what the filter of its answer does; a guess where that was no one-to-one.
        """
        if not replacement.startswith(self.lead):
            return ""
        lines = split_lines(replacement[len(self.lead) :])
        if lines and self.first_line_indent and lines[0].strip():
            lines[0] = self.first_line_indent + lines[0]
        untouched = lines[:1] if self.first_line_indent is None else []
        rest = lines[len(untouched) :]
        taken = (line.removeprefix(self.indent) if line.strip() else line for line in rest)
        return "".join((*untouched, *taken))

    def new_reindenter(self) -> Reindenter:
        """Return what gives an answer its indentation back."""
        return Reindenter(self.indent, self.first_line_indent)


def trim_selection(selection: str, before: str) -> TrimmedSelection:
    """Return the selection as a model should see it; ``before`` stands in front of it in the document."""
    line_before = before[before.rfind("\n") + 1 :]
    first_line_indent = None if line_before.strip(" \t") else line_before
    text = selection.rstrip(BLANK)
    behind = selection[len(text) :]
    end = behind.find("\n") if "\n" in behind else len(behind)
    if not text:
        # What is written into blank space starts where the space ends.
        indent = "" if first_line_indent is None else first_line_indent + behind[:end]
        return TrimmedSelection(selection, "", "", behind[end:], indent, first_line_indent)
    text += behind[:end]
    blank = text[: len(text) - len(text.lstrip(BLANK))]
    lead = blank[: blank.rfind("\n") + 1]
    if lead:
        first_line_indent = ""
    dedented = dedent(text[len(lead) :], first_line_indent)
    return TrimmedSelection(selection, lead, dedented.text, behind[end:], dedented.indent, first_line_indent)
