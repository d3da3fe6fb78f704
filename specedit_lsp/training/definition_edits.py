"""Edits of a whole function: defaults, type hints, docstrings, and its body in a try statement."""

from __future__ import annotations

import ast
import random
import re

from specedit_lsp.training.functions import parse_quietly
from specedit_lsp.training.line_edits import indent_of
from specedit_lsp.training.pools import Pools
from specedit_lsp.training.renames import Edit

Definition = ast.FunctionDef | ast.AsyncFunctionDef
VALUES = [
    "None", "True", "False", "0", "1", "10", "60", "()", "''", '"utf-8"', "-1", "100", "[]", "{}", "0.5",
]  # fmt: skip
TYPES = [
    "int", "str", "float", "bool", "bytes", "list", "dict", "object", "list[str]", "list[int]",
    "dict[str,Any]", "set[str]", "Path", "Any", "Sequence", "Callable",
]  # fmt: skip
EXCEPTIONS = [
    "Exception", "ValueError", "KeyError", "OSError", "TypeError", "RuntimeError", "AttributeError",
    "ImportError",
]  # fmt: skip


def definition_of(text: str) -> Definition | None:
    """The function that `text` consists of, where columns are characters."""
    try:
        body = parse_quietly(text).body if text.isascii() else []
    except (SyntaxError, ValueError):
        return None
    return body[0] if len(body) == 1 and isinstance(body[0], Definition) else None


def splice(text: str, line: int, column: int, end_column: int, new: str) -> str:
    """Replace columns of one 1-based line."""
    lines = text.split("\n")
    lines[line - 1] = lines[line - 1][:column] + new + lines[line - 1][end_column:]
    return "\n".join(lines)


def change_default(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Change the default value of a parameter."""
    function = definition_of(text)
    if function is None:
        return None
    arguments = [*function.args.posonlyargs, *function.args.args]
    pairs = list(zip(reversed(arguments), reversed(function.args.defaults), strict=False))
    pairs += [(a, d) for a, d in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True) if d]
    if not pairs:
        return None
    argument, default = rng.choice(pairs)
    new = rng.choice([*VALUES, str(rng.randrange(1000)), repr(pools.draw_name("snake", rng))])
    if default.end_lineno != default.lineno or ast.unparse(default) == new:
        return None
    phrasing = rng.choice(
        [
            "change the default of {} to {}",
            "change the default value of {} to {}",
            "set the default of {} to {}",
            "make {} default to {}",
            "the default of {} should be {}",
        ]
    )
    name = rng.choice(["{}", "`{}`", "{}"]).format(argument.arg)
    return phrasing.format(name, new), splice(
        text, default.lineno, default.col_offset, default.end_col_offset or 0, new
    )


def hint_parameter(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Give a bare parameter the type that the instruction names."""
    function = definition_of(text)
    bare = (
        [a for a in function.args.args if a.annotation is None and a.arg not in {"self", "cls"}]
        if function
        else []
    )
    if function is None or not bare:
        return None
    argument = rng.choice(bare)
    hint = rng.choice([*TYPES, pools.draw_name("Camel", rng)]).replace(",", ", ")
    end = argument.end_col_offset or 0
    result = splice(text, argument.lineno, end, end, f": {hint}")
    pairs = zip(reversed(function.args.args), reversed(function.args.defaults), strict=False)
    default = next((default for a, default in pairs if a is argument), None)
    if default is not None:
        if default.lineno != argument.lineno or text.split("\n")[default.lineno - 1][end] != "=":
            return None
        result = splice(text, argument.lineno, end, end + 1, f": {hint} = ")
    phrasing = rng.choice(
        [
            "annotate {a} as {t}",
            "add the type hint {t} to {a}",
            "add a type hint {t} to {a}",
            "{a} is of type {t}: add the type hint",
            "add the type {t} to the parameter {a}",
        ]
    )
    q = rng.choice(["", "`"])
    return phrasing.format(a=q + argument.arg + q, t=q + hint + q), result


def hint_return(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Give a function the return type that the instruction names."""
    function = definition_of(text)
    ends = [i for i, line in enumerate(text.split("\n")) if line.endswith("):")]
    if function is None or function.returns is not None or not ends:
        return None
    line = ends[0] + 1
    if line < function.lineno or line >= function.body[0].lineno:
        return None
    hint = rng.choice([*TYPES, "None", "None", pools.draw_name("Camel", rng)]).replace(",", ", ")
    column = len(text.split("\n")[line - 1]) - 1
    q = rng.choice(["", "`"])
    phrasing = rng.choice(
        [
            "add the return type {}",
            "add a return type of {}",
            "annotate the return type as {}",
            "it returns {}: add the type hint",
        ]
    )
    return phrasing.format(q + hint + q), splice(text, line, column, column, f" -> {hint}")


def add_docstring(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Give a function without a docstring the one in the instruction."""
    function = definition_of(text)
    if function is None or ast.get_docstring(function) is not None:
        return None
    sentence = rng.choice(pools.sentences)
    lines = text.split("\n")
    first = function.body[0].lineno - 1
    if first == 0 or not lines[first - 1].rstrip().endswith(":"):
        return None
    lines.insert(first, f'{indent_of(lines[first])}"""{sentence}"""')
    phrasing = rng.choice(
        [
            'add the docstring "{}"',
            'add a docstring "{}"',
            'add a docstring saying "{}"',
            "add the docstring: {}",
        ]
    )
    return phrasing.format(sentence), "\n".join(lines)


def change_docstring(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Replace or remove a docstring of one line."""
    matches = list(re.finditer(r'(?m)^( *)"""([^"\n]+)"""$', text))
    if len(matches) != 1:
        return None
    match, sentence = matches[0], rng.choice(pools.sentences)
    if rng.random() < 0.3 and text.count("\n") > 1:
        instruction = rng.choice(["remove the docstring", "delete the docstring", "drop the docstring"])
        return instruction, text[: match.start()] + text[match.end() :].removeprefix("\n")
    phrasing = rng.choice(
        ['change the docstring to "{}"', 'replace the docstring with "{}"', "change the docstring to: {}"]
    )
    return phrasing.format(sentence), text[: match.start(2)] + sentence + text[match.end(2) :]


def wrap_in_try(text: str, pools: Pools, rng: random.Random) -> Edit | None:
    """Put the whole selection, or the body of a function, into a try statement."""
    exception = rng.choice(EXCEPTIONS)
    handler = rng.choice(["pass", "raise", "return None"])
    lines = text.split("\n")
    function = definition_of(text)
    start = 0
    if function is not None:
        if ast.get_docstring(function) is not None and len(function.body) == 1:
            return None
        start = function.body[1 if ast.get_docstring(function) is not None else 0].lineno - 1
    if '"""' in "\n".join(lines[start:]) or "'''" in text:
        return None
    pad = indent_of(lines[start])
    body = [f"    {line}" if line.strip() else line for line in lines[start:]]
    wrapped = [*lines[:start], f"{pad}try:", *body, f"{pad}except {exception}:", f"{pad}    {handler}"]
    what = "the body" if function is not None else rng.choice(["this", "it", "the code"])
    phrasing = rng.choice(
        [
            "wrap {} in try/except {}: {}",
            "wrap {} in a try block that catches {} and does {}",
            "put {} in try and except {} with {}",
        ]
    )
    return phrasing.format(what, exception, handler), "\n".join(wrapped)
