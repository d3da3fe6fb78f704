"""Instructions written as comments: `# specedit: rename user to account`.

Such a comment has its line to itself. Several in a row are one instruction. It is meant for the selection it
is in or above of, or else for the block below it.
"""

from __future__ import annotations

from dataclasses import dataclass

from specedit_lsp.rewriting.blocks import end_of_block
from specedit_lsp.text.comment_syntax import CommentSyntax, comment_syntax_of
from specedit_lsp.text.lines import Lines, split_lines

MARK = "specedit:"


@dataclass(frozen=True, slots=True)
class CommentedText:
    """A text that came with its instruction."""

    instruction: str
    rest: str
    """The text without the comment."""


@dataclass(frozen=True, slots=True)
class CommentedLines:
    """Lines of a document, an instruction among them, and what they are for the reader."""

    first: int
    last: int
    """Included."""
    instruction: str
    is_selection: bool
    """Whether the user selected these lines, or they are the block below the comment."""


def read_commented(text: str, language: str) -> CommentedText | None:
    """Take the instruction out of a text that has one in comments of its language."""
    syntax = comment_syntax_of(language)
    if syntax is None or MARK not in text:
        return None
    instructions: list[str] = []
    rest: list[str] = []
    for line in split_lines(text):
        found = _instruction_of(line, syntax)
        if found is None:
            rest.append(line)
        else:
            instructions.append(found)
    return CommentedText("\n".join(instructions), "".join(rest)) if instructions else None


def find_commented(
    lines: Lines, first: int, last: int, *, selected: bool, language: str
) -> CommentedLines | None:
    """What an instruction near lines ``first`` to ``last`` (included) is about.

    With something ``selected``, the instruction is in these lines or right above them. Otherwise, or where
    nothing but comments is selected, it is on them, and the block below is what it is about.
    """
    syntax = comment_syntax_of(language)
    if syntax is None or MARK not in lines.text[lines.start(max(first - 1, 0)) : lines.end(last)]:
        return None

    def says(number: int) -> bool:
        return _instruction_of(lines.line(number), syntax) is not None

    while first > 0 and says(first - 1) and (selected or says(first)):
        first -= 1
    comments = [number for number in range(first, last + 1) if says(number)]
    if not comments:
        return None
    others = [n for n in range(first, last + 1) if lines.line(n).strip() and n not in set(comments)]
    is_selection = selected and bool(others)
    if not is_selection:
        while last + 1 < lines.count and says(last + 1):
            last += 1
        last = end_of_block(lines, last + 1)
    commented = read_commented(lines.text[lines.start(first) : lines.end(last)], language)
    if commented is None or not commented.rest.strip() or not commented.instruction.strip():
        return None
    return CommentedLines(first, last, commented.instruction, is_selection)


def _instruction_of(line: str, syntax: CommentSyntax) -> str | None:
    """What a line says if it is an instruction and nothing else."""
    content = line.strip()
    for opening, closing in syntax.block:
        if content.startswith(opening) and content.endswith(closing):
            inner = content[len(opening) : len(content) - len(closing)].strip()
            if inner.startswith(MARK):
                return inner.removeprefix(MARK).strip()
    for opening in syntax.line:
        if content.startswith(opening):
            # Lisp and others repeat the sign, documentation comments add to it.
            inner = content[len(opening) :].lstrip(opening.strip()[-1:] + "!").strip()
            if inner.startswith(MARK):
                return inner.removeprefix(MARK).strip()
    return None
