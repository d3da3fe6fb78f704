"""Short functions and classes taken from Python source files: what edits are made of."""

from __future__ import annotations

import ast
import json
import textwrap
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

MAX_LINES = 22
MIN_CHARACTERS = 40
MAX_CHARACTERS = 1100

# Copies of other projects inside a project: they would smuggle held-out code into the training text.
VENDORED = {
    "_vendor",
    "vendor",
    "vendored",
    "_vendored",
    "extern",
    "externals",
    "_distutils",
    "site-packages",
}


@dataclass(frozen=True)
class Function:
    """One dedented function or class without a trailing newline, and the role of each name in it."""

    project: str
    text: str
    roles: dict[str, str]


def read_functions(path: Path) -> list[Function]:
    """The functions written by `write_functions`."""
    with path.open(encoding="utf-8") as lines:
        return [Function(**json.loads(line)) for line in lines]


def write_functions(functions: Iterable[Function], path: Path) -> int:
    """Write one JSON object per line and return how many there were."""
    with path.open("w", encoding="utf-8") as file:
        return sum(file.write(json.dumps(asdict(function)) + "\n") > 0 for function in functions)


def extract_project(project: str, root: Path) -> Iterator[Function]:
    """Every short function and class under `root`, each text once, in the order of the file names."""
    seen: set[str] = set()
    for path in sorted(root.rglob("*.py")):
        if VENDORED.isdisjoint(path.relative_to(root).parts):
            for function in extract_source(project, path.read_bytes()):
                if function.text not in seen:
                    seen.add(function.text)
                    yield function


def extract_source(project: str, source: bytes) -> Iterator[Function]:
    """Every short function and class of one source file; nothing from a file that does not parse."""
    try:
        text = source.decode("utf-8").replace("\r\n", "\n")
        tree = parse_quietly(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    lines = text.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            last = node.end_lineno or node.lineno
            if last - first < MAX_LINES:
                block = textwrap.dedent("\n".join(lines[first - 1 : last]))
                if MIN_CHARACTERS <= len(block) <= MAX_CHARACTERS and "\f" not in block and parses(block):
                    yield Function(project, block, name_roles(node))


def parses(text: str) -> bool:
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


def name_roles(node: ast.AST) -> dict[str, str]:
    """Map each identifier in `node` to "class", "function", "parameter", "variable", "attribute" or "name".

    When one identifier plays several roles, the first in that order wins.
    """
    order = ["name", "attribute", "variable", "parameter", "function", "class"]
    roles: dict[str, str] = {}

    def note(name: str, role: str) -> None:
        if order.index(role) > order.index(roles.get(name, "name")) or name not in roles:
            roles[name] = role

    for child in ast.walk(node):
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
