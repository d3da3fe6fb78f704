"""Statements around others: put lines into an if, a loop, a try or a with, and take them out again."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.corpus.python_blocks import parses_as_python
from specedit_lsp.training.edits.line_edits import begins_statement, draw_line, indent_of
from specedit_lsp.training.edits.phrasing import phrase, quote_code
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.signatures import find_signature
from specedit_lsp.training.edits.statement_forms import FORMS, draw_condition, indent_lines, indent_unit
from specedit_lsp.training.edits.statements import begins_definition, is_balanced

EXCEPTIONS = [
    "Exception", "ValueError", "KeyError", "OSError", "TypeError", "RuntimeError", "AttributeError",
    "ImportError", "(KeyError, IndexError)", "FileNotFoundError", "json.JSONDecodeError", "TimeoutError",
]  # fmt: skip
CONTEXTS = [
    "self.lock", "open(path) as file", "lock", "suppress(KeyError)", "open(filename) as f", "torch.no_grad()",
    "pytest.raises(ValueError)", "timer()", "warnings.catch_warnings()", "self._lock",
    "tempfile.TemporaryDirectory() as folder",
]  # fmt: skip
DECLARATION = re.compile(r"(?:let|const|var|return)\b|[\w:<>*&]+ [*&]?\w+(?:;| = )")
"""A line that is of no use in a block of its own."""

TRIES = {"python", "javascript", "typescript", "java", "cpp"}


def find_target(selection: Selection, rng: random.Random) -> tuple[int, int, str] | None:
    """First and last line + 1 of what to wrap, and how it is called: a quoted line, a body, or all."""
    if selection.spans_lines("string"):
        return None
    lines = selection.lines
    quoted = draw_line(selection, rng) if rng.random() < 0.35 else None
    if quoted is not None and not DECLARATION.match(lines[quoted].strip()):
        return quoted, quoted + 1, rng.choice(["", "the line "]) + quote_code(lines[quoted].strip(), rng, 0.2)
    signature = find_signature(selection)
    if signature is not None:
        body = None if signature.body is None else find_body(selection, signature.body)
        return body and (*body, phrase(rng, "the [body|body|function body|body of the function|whole body]"))
    starts_low = not indent_of(lines[0]) and begins_statement(selection.code_lines, 0)
    if not starts_low or re.match(r"[@})\].#]", lines[0]):
        return None
    if begins_definition(lines[0]) or not is_complete(selection):
        return None
    return (
        0,
        len(lines),
        rng.choice(
            ["this", "this", "it", "the code", "everything", "the selection", "all of this", "this code"]
        ),
    )


def is_complete(selection: Selection) -> bool:
    """Whether loose lines are whole statements."""
    if selection.language == "python":
        return parses_as_python(selection.text)
    end = selection.code.rstrip(" \n\x02")[-1:]
    ends_well = end in {";", "}"} if selection.language in {"c", "cpp", "java", "rust"} else end not in ",([{"
    return ends_well and is_balanced(selection.code)


def find_body(selection: Selection, start: int) -> tuple[int, int] | None:
    """The first and last line + 1 of a function's body, if it has no documentation."""
    lines = selection.lines
    first = selection.text.count("\n", 0, start)
    last = len(lines)
    if selection.language != "python":
        if lines[-1].strip() not in {"}", "};"} or indent_of(lines[-1]):
            return None
        last -= 1
    elif re.match(r"\s+[rR]?(?:\"\"\"|''')", lines[first]):
        return None  # whether a docstring belongs to the body is a matter of opinion
    if last <= first or not lines[first].strip() or not begins_statement(selection.code_lines, first):
        return None
    return first, last


def wrap_lines(selection: Selection, first: int, last: int, before: list[str], after: list[str]) -> str:
    """Lines `first` to `last` one level deeper, with new lines before and after them."""
    lines = selection.lines
    pad = indent_of(lines[first])
    inner = indent_lines(lines[first:last], indent_unit(selection))
    around = [pad + line for line in before], [pad + line for line in after if line]
    return "\n".join([*lines[:first], *around[0], *inner, *around[1], *lines[last:]])


def wrap_in_if(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Put lines under a condition."""
    target = find_target(selection, rng)
    if target is None:
        return None
    first, last, what = target
    forms, condition = FORMS[selection.language], draw_condition(selection, pools, rng)
    opening = forms.condition.format(condition)
    shown = rng.choice(
        [condition, condition, opening.rstrip(" {:").removesuffix("; then").removeprefix("if ")]
    )
    instruction = phrase(
        rng,
        "wrap {what} in [an if|an if statement|if|an if block][: | ]{asked}",
        "[wrap|put|surround] {what} [in|with] `{opening}`",
        "[put|wrap] {what} [under|inside|in] [if|an if][ | with the condition ]{asked}",
        "only [do|run] {what} if {asked}",
        "[guard|surround] {what} with [if|an if statement:] {asked}",
        "[run|do|execute] {what} only [if|when] {asked}",
        what=what,
        asked=quote_code(shown, rng, 0.3),
        opening=opening.rstrip(" {:"),
    )
    return Edit(instruction, wrap_lines(selection, first, last, [opening], [forms.close]))


def wrap_in_loop(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Put lines into a loop."""
    target = find_target(selection, rng)
    if target is None:
        return None
    first, last, what = target
    forms = FORMS[selection.language]
    if rng.random() < 0.4:
        opening = forms.loop.format(draw_condition(selection, pools, rng))
        name = "while loop" if selection.language != "go" else "for loop"
    else:
        opening, name = rng.choice(forms.each), "[for loop|loop]"
        name = "loop" if opening.startswith("loop") else name
        if selection.language == "python" and rng.random() < 0.5:
            item = pools.draw_name("python", "snake", rng, "variable")
            opening = f"for {item} in {pools.draw_name('python', 'snake', rng, 'parameter')}:"
    head = opening.rstrip(" {:").removesuffix("; do")
    instruction = phrase(
        rng,
        "[wrap|put] {what} in a {name}: {head}",
        "[wrap|surround] {what} with {quoted}",
        "[wrap|put] {what} in [|the loop ]{quoted}",
        "[do|repeat|run] {what} {quoted}"
        if head.startswith(("for", "while"))
        else "repeat {what} in {quoted}",
        what=what,
        name=phrase(rng, name),
        head=head,
        quoted=quote_code(head, rng, 0.3),
    )
    return Edit(instruction, wrap_lines(selection, first, last, [opening], [forms.close_loop]))


def wrap_in_try(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Put lines into a try statement with the handler that the instruction gives."""
    target = find_target(selection, rng)
    if target is None:
        return None
    first, last, what = target
    end = FORMS[selection.language].end
    if selection.language == "python":
        caught = rng.choice(EXCEPTIONS) + rng.choice(["", "", "", " as error", " as e"])
        handler = rng.choice(
            ["pass", "raise", "return None", "continue", "return False", 'print("failed")', "return"]
        )
        before, after = ["try:"], [f"except {caught}:", indent_unit(selection) + handler]
        shown = f"except {caught}"
    else:
        kinds = {
            "java": ["IOException", "Exception", "RuntimeException"],
            "cpp": ["const std::exception&", "..."],
        }
        names = {"java": [" e", " error"], "cpp": [" e", " error"]}
        kind = rng.choice(kinds.get(selection.language, ["error", "e", "err"]))
        caught = kind if kind == "..." else kind + rng.choice(names.get(selection.language, [""]))
        calls = {"java": "System.err.println({})", "cpp": "log({}.what())"}.get(
            selection.language, "console.error({})"
        )
        options = ["return", "throw" if selection.language == "cpp" else "throw " + caught.split(" ")[-1]]
        options += [] if caught == "..." else [calls.format(caught.split(" ")[-1])] * 2
        handler = rng.choice(options)
        before, after = ["try {"], [f"}} catch ({caught}) {{", indent_unit(selection) + handler + end, "}"]
        shown = f"catch ({caught})"
    instruction = phrase(
        rng,
        "wrap {what} in try/{word} {caught}: {handler}",
        "[wrap|put] {what} in a try [block|statement] that catches {caught} and does {quoted}",
        "[wrap|put] {what} in try[ and |/|, ]{word} {caught} with {quoted}",
        "[wrap|put|surround] {what} [in|with] [try|a try], {shown} [should|must] {quoted}",
        "catch {caught} around {what} and {quoted}",
        what=what,
        word="except" if selection.language == "python" else "catch",
        caught=caught,
        shown=shown,
        handler=handler,
        quoted=quote_code(handler, rng, 0.3),
    )
    return Edit(instruction, wrap_lines(selection, first, last, before, after))


def wrap_in_with(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Put lines of Python into a with statement."""
    target = find_target(selection, rng)
    if target is None:
        return None
    first, last, what = target
    context = rng.choice(CONTEXTS)
    if rng.random() < 0.4:
        function = pools.draw_name("python", "snake", rng, "function")
        context = f"{function}() as {pools.draw_name('python', 'snake', rng, 'variable')}"
    instruction = phrase(
        rng,
        "wrap {what} in [with|a with statement:|a with block:] {context}",
        "[wrap|put|surround] {what} [in|with|inside] `with {context}`",
        "[put|indent] {what} under `with {context}:`",
        "[run|do|execute] {what} [within|inside|in] `with {context}`",
        what=what,
        context=context,
    )
    return Edit(instruction, wrap_lines(selection, first, last, [f"with {context}:"], []))


def unwrap(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """The other way round: lines are wrapped first, and the statement around them goes."""
    makers = {"if": wrap_in_if, "loop": wrap_in_loop, "if ": wrap_in_if}
    if selection.language in {"javascript", "typescript", "python"}:
        makers["try"] = wrap_in_try
    if selection.language == "python":
        makers["with"] = wrap_in_with
    word = rng.choice(list(makers))
    made = makers[word](selection, pools, rng)
    if made is None:
        return None
    before = made.result.split("\n")
    index = next(
        index for index, (old, new) in enumerate(zip(selection.lines, before, strict=False)) if old != new
    )
    opening = before[index].strip()
    name = {"if": "[if|if|if statement|condition]", "loop": "[loop|loop around it]"}.get(word.strip(), word)
    name = phrase(rng, name)
    head = opening.rstrip(" {:").removesuffix("; then").removesuffix("; do")
    patterns = {"if": r"\bif\b", "loop": r"\b(?:for|while|loop)\b", "try": r"\btry\b", "with": r"\bwith\b"}
    quoted = made.result.count(head) == 1 and head != "try"
    if len(re.findall(patterns[word.strip()], made.result)) > 1:
        if not quoted:
            return None
        templates: tuple[str, ...] = (
            "remove `{head}`[ but|,| and] keep [the body|what is in it|its body]",
            "unwrap `{head}`",
        )
    else:
        templates = (
            "[remove|drop|delete] the {name}[,| but| and] keep [the body|what is inside|its body]",
            "unwrap the {name}",
            "[remove|get rid of|take away] the {name} around [this|it|the code], keep the body",
            "take the code out of the {name}",
        )
    return Edit(phrase(rng, *templates, name=name, head=head), selection.text, made.result)
