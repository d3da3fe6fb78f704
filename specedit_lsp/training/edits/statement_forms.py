"""How each language writes the statements that go around or before others."""

from __future__ import annotations

import random
from dataclasses import dataclass

from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Selection


@dataclass(frozen=True)
class Forms:
    """Lines with a place for what they ask; None for what a language does not have."""

    condition: str
    """The line that begins an if statement."""
    loop: str
    """The line that begins a loop while something holds."""
    close: str
    """The line that ends an if statement, empty where indentation does."""
    close_loop: str
    end: str
    """What ends a statement."""
    nothing: str
    """What is there when nothing is, as returned."""
    each: tuple[str, ...] = ()
    """Lines that begin other loops, without places."""


PYTHON = Forms(
    "if {}:",
    "while {}:",
    "",
    "",
    "",
    "None",
    ("for i in range(10):", "for item in items:", "for _ in range(3):"),
)
BRACES = Forms("if ({}) {{", "while ({}) {{", "}", "}", ";", "null", ("for (let i = 0; i < 10; i++) {",))
C_FORMS = Forms("if ({}) {{", "while ({}) {{", "}", "}", ";", "NULL", ("for (int i = 0; i < n; i++) {",))
FORMS = {
    "python": PYTHON,
    "javascript": BRACES,
    "typescript": BRACES,
    "c": C_FORMS,
    "cpp": Forms("if ({}) {{", "while ({}) {{", "}", "}", ";", "nullptr", ("for (int i = 0; i < n; ++i) {",)),
    "java": Forms("if ({}) {{", "while ({}) {{", "}", "}", ";", "null", ("for (int i = 0; i < 10; i++) {",)),
    "go": Forms(
        "if {} {{",
        "for {} {{",
        "}",
        "}",
        "",
        "nil",
        ("for i := 0; i < 10; i++ {", "for _, item := range items {"),
    ),
    "rust": Forms(
        "if {} {{",
        "while {} {{",
        "}",
        "}",
        ";",
        "None",
        ("for item in items {", "loop {", "for i in 0..10 {"),
    ),
    "shell": Forms(
        "if {}; then", "while {}; do", "fi", "done", "", "1", ('for file in "$@"; do', "for i in 1 2 3; do")
    ),
}
"""What each language that has statements writes."""

DEFAULT_UNITS = {"python": "    ", "go": "\t", "c": "    ", "rust": "    ", "java": "    "}
"""One level of indentation where the text shows none, two spaces unless it stands here."""


def indent_unit(selection: Selection) -> str:
    """One level of indentation, as the text shows it or else as is usual in its language."""
    widths = set()
    for line in selection.code_lines:
        blanks = line[: len(line) - len(line.lstrip())]
        if blanks.startswith("\t"):
            return "\t"
        if len(blanks) % 2 == 0 and blanks and line.strip("\x02 ") and not line.lstrip().startswith("*"):
            widths.add(len(blanks))
    return " " * min(widths) if widths and min(widths) <= 8 else DEFAULT_UNITS.get(selection.language, "  ")


def indent_lines(lines: list[str], unit: str) -> list[str]:
    """The lines one level deeper; blank lines stay empty."""
    return [unit + line if line.strip() else line for line in lines]


def draw_condition(selection: Selection, pools: Pools, rng: random.Random) -> str:
    """What an if statement might ask; a third of the time something simple about a name of the selection."""
    names = [
        name
        for name, role in selection.roles.items()
        if role in {"parameter", "variable"} and name in selection.text
    ]
    if not names or rng.random() < 0.6 or selection.language == "shell":
        return pools.draw_condition(selection.language, rng)
    name = rng.choice(sorted(names))
    match selection.language:
        case "python":
            return rng.choice(
                [name, f"not {name}", f"{name} is None", f"{name} is not None", f"len({name}) > 0"]
            )
        case "go" | "java" | "c" | "cpp" as language:
            nothing = FORMS[language].nothing
            return rng.choice([f"{name} != {nothing}", f"{name} == {nothing}", f"{name} > 0", f"{name} == 0"])
        case "rust":
            return rng.choice(
                [f"{name}.is_some()", f"{name}.is_empty()", f"{name} > 0", f"!{name}.is_empty()"]
            )
        case _:
            return rng.choice([name, f"!{name}", f"{name} === null", f"{name} != null", f"{name}.length > 0"])
