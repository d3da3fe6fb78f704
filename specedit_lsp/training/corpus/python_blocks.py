"""Functions, classes and runs of small statements of Python source files, by Python's own parser."""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Iterator

from specedit_lsp.training.corpus.blocks import ROLES, Block, fits

RUN_LINES = range(3, 21)
"""Lines of a run of small statements outside of functions, such as imports and constants."""

SMALL = 6
"""Lines of one such statement, at most."""


def extract_python(project: str, source: bytes) -> Iterator[Block]:
    """Every function, class, long constant and run of small statements of one source file that `fits`.

    Nothing comes from a file that does not parse.
    """
    try:
        text = source.decode("utf-8").replace("\r\n", "\n")
        tree = parse_quietly(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    lines = text.split("\n")
    for node in ast.walk(tree):
        spans: list[list[ast.stmt]] = []
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                spans = [[node]]
            case ast.ClassDef():
                spans = [[node], *find_runs(node.body)]
            case ast.Module():
                spans = [*find_runs(node.body)]
            case ast.Assign() | ast.AnnAssign() if height(node) in RUN_LINES:
                spans = [[node]]
        for statements in spans:
            block = textwrap.dedent("\n".join(lines[first_row(statements[0]) : last_row(statements[-1])]))
            if fits(block) and parses_as_python(block):
                yield Block(project, "python", block, name_roles(statements))


def first_row(statement: ast.stmt) -> int:
    """The line, counted from zero, that a statement or its first decorator begins on."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return min([statement.lineno, *(decorator.lineno for decorator in statement.decorator_list)]) - 1
    return statement.lineno - 1


def last_row(statement: ast.stmt) -> int:
    """The line after a statement, counted from zero."""
    return statement.lineno if statement.end_lineno is None else statement.end_lineno


def height(statement: ast.stmt) -> int:
    """The lines that a statement stands on."""
    return last_row(statement) - first_row(statement)


def find_runs(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Runs of at least three small statements in a body, each as long as it may be."""
    run: list[ast.stmt] = []
    for statement in [*body, None]:
        small = (
            isinstance(statement, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.Expr)
            and height(statement) <= SMALL
        )
        full = run and statement and last_row(statement) - first_row(run[0]) >= RUN_LINES.stop
        if not small or full:
            if len(run) > 2:
                yield run
            run = []
        if small and statement:
            run.append(statement)


def parses_as_python(text: str) -> bool:
    """Whether Python accepts `text` as a module."""
    try:
        parse_quietly(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def parse_quietly(text: str) -> ast.Module:
    """`ast.parse` without the warnings about old escapes in other people's strings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def name_roles(statements: list[ast.stmt]) -> dict[str, str]:
    """Map each name in `statements` to one of `ROLES`."""
    roles: dict[str, str] = {}

    def note(name: str, role: str) -> None:
        roles[name] = max(role, roles.get(name, role), key=ROLES.index)

    for child in (child for statement in statements for child in ast.walk(statement)):
        match child:
            case ast.ClassDef(name=name):
                note(name, "class")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                note(name, "function")
            case ast.arg(arg=name):
                note(name, "parameter")
            case ast.Name(id=name, ctx=ast.Store()):
                note(name, "variable")
            case ast.Name(id=name):
                note(name, "name")
            case ast.Attribute(attr=name):
                note(name, "attribute")
            case ast.keyword(arg=str(name)):
                note(name, "name")
    return roles
