"""Edits of the types that a function declares: of its parameters and of what it returns."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.edits.literal_edits import TYPES
from specedit_lsp.training.edits.phrasing import phrase, quote_code
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.signatures import Parameter, find_default, find_signature, splice

MORE_TYPES = {
    "python": [
        "list[str]", "list[int]", "dict[str, Any]", "set[str]", "str | None", "int | None", "Sequence[str]",
        "Callable[[], None]", "Iterable[str]", "dict[str, int]", "tuple[int, int]", "Path | None",
        "Optional[str]",
    ],
    "typescript": [
        "string[]", "number[]", "string | null", "Record<string, string>", "Promise<void>", "() => void",
    ],
}  # fmt: skip
"""Types that are built from others."""


def draw_type(language: str, pools: Pools, rng: random.Random) -> str:
    """A type: a plain one, a built one, or the name of somebody's class."""
    chance = rng.random()
    if chance < 0.55:
        return rng.choice(TYPES[language])
    if chance < 0.8 and language in MORE_TYPES:
        return rng.choice(MORE_TYPES[language])
    return pools.draw_name(language, "Pascal", rng)


def read_hint(selection: Selection, parameter: Parameter) -> str | None:
    """The type of a parameter, empty if it has none; None where it is not of the plainest form."""
    text = selection.text[parameter.start : parameter.end].partition("=")[0].strip()
    if text == parameter.name:
        return ""
    match = re.fullmatch(rf"{re.escape(parameter.name)}: ([^\n=`]{{1,40}})", text)
    return match[1] if match else None


def hint_parameter(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Give one or two parameters the types that the instruction names; those they have are dropped first."""
    signature, language = find_signature(selection), selection.language
    parameters = [
        (parameter, hint)
        for parameter in (signature.parameters if signature else ())
        if parameter.name not in {"", "self", "cls"} and (hint := read_hint(selection, parameter)) is not None
    ]
    if not parameters:
        return None
    count = 2 if len(parameters) > 1 and rng.random() < 0.3 else 1
    chosen = sorted(rng.sample(parameters, count), key=lambda pair: pair[0].start)
    types = [hint or draw_type(language, pools, rng) for _, hint in chosen]
    before = result = selection.text
    for (parameter, _), kind in reversed(list(zip(chosen, types, strict=True))):
        default = find_default(selection, parameter)
        value = selection.text[slice(*default)] if default else None
        equals = "=" if language == "python" else " = "
        bare = parameter.name + ("" if value is None else equals + value)
        before = splice(before, parameter.start, parameter.end, bare)
        hinted = f"{parameter.name}: {kind}" + ("" if value is None else f" = {value}")
        result = splice(result, parameter.start, parameter.end, hinted)
    q = rng.choice(["", "", "`"])
    if len(chosen) == 2:
        (a, b), (t, u) = ((f"{q}{one.name}{q}" for one, _ in chosen), (f"{q}{kind}{q}" for kind in types))
        templates = (
            "add type hints: {a} is [a |]{t}, {b} is [a |]{u}",
            "annotate {a} as {t} and {b} as {u}",
            "add the type[s| hints] {t} to {a} and {u} to {b}",
            "add type hints[:|] {a}: {t}, {b}: {u}",
        )
        return Edit(phrase(rng, *templates, a=a, b=b, t=t, u=u), result, before)
    name, kind = f"{q}{chosen[0][0].name}{q}", f"{q}{types[0]}{q}"
    instruction = phrase(
        rng,
        "annotate [|the parameter ]{a} [as|with] {t}",
        "add [the|a] type [hint|hint|annotation] {t} to {a}",
        "{a} is [of type|a|an] {t}[: add the type hint|, add a type hint|, annotate it]",
        "add the type {t} to [|the parameter ]{a}",
        "type {a} as {t}",
        "declare {a} as {t}",
        "give {a} the type {t}",
        "make {a} of type {t}",
        "add a type hint[: |: ]{a}: {t}",
        a=name,
        t=kind,
    )
    return Edit(instruction, result, before)


def hint_return(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Give a function the return type that the instruction names, or another one than it has."""
    signature = find_signature(selection)
    if signature is None or signature.body is None:
        return None
    text = selection.text
    head_end = signature.body - 1
    rest = text[signature.closing + 1 : head_end]
    kind = draw_type(selection.language, pools, rng)
    kind = (
        rng.choice(["None", "None", "bool"])
        if selection.language == "python" and rng.random() < 0.3
        else kind
    )
    arrow, opener = (" -> ", ":") if selection.language == "python" else (": ", " {")
    match = re.fullmatch(rf"{re.escape(arrow)}([^\n:{{]+){re.escape(opener)}", rest)
    before = text
    if match is not None and len(match[1]) < 40 and rng.random() < 0.5:
        kind, rest = match[1], opener
        before = splice(text, signature.closing + 1, head_end, opener)
    quoted = quote_code(kind, rng, 0.6)
    if rest == opener:
        instruction = phrase(
            rng,
            "add [the|a] return type[| of|:| hint] {t}",
            "annotate the return type as {t}",
            "it returns [a |an |]{t}: add the type hint",
            "[|the function ]{f} returns {t}[, add the hint|, annotate that|: add the return type]",
            "annotate {f} as returning {t}",
            "add -> {t}" if selection.language == "python" else "add the return type {t} to {f}",
            "set the return type to {t}",
            f=signature.name,
            t=quoted,
        )
        return Edit(instruction, splice(text, signature.closing + 1, head_end, arrow + kind + opener), before)
    if match is None or match[1] == kind:
        return None
    if rng.random() < 0.2:
        removal = phrase(rng, "[remove|drop|delete] the return [type|type|annotation|type hint]")
        return Edit(removal, splice(text, signature.closing + 1, head_end, opener))
    instruction = phrase(
        rng,
        "change the return type[| of {f}| from {o}] to {t}",
        "[make|let] [it|{f}] return [type |]{t} in the type hint",
        "the return type should be {t}",
        "replace the return type[| {o}] [with|by] {t}",
        f=signature.name,
        o=match[1],
        t=quoted,
    )
    return Edit(instruction, splice(text, signature.closing + 1, head_end, arrow + kind + opener))
