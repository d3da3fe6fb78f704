"""Edits of a function's parameters: add one, remove one, change a default."""

from __future__ import annotations

import random

from specedit_lsp.training.edits.hint_edits import draw_type
from specedit_lsp.training.edits.names import find_names, is_renamable
from specedit_lsp.training.edits.phrasing import phrase, quote_code
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.signatures import find_default, find_signature, splice

VALUES = {
    "python": [
        "None",
        "True",
        "False",
        "0",
        "1",
        "10",
        "60",
        "()",
        "''",
        '"utf-8"',
        "-1",
        "100",
        "0.5",
        '""',
        "1.0",
    ],
    "javascript": [
        "null",
        "true",
        "false",
        "0",
        "1",
        "10",
        "60",
        "[]",
        "{}",
        "''",
        "'utf8'",
        "-1",
        "100",
        "undefined",
    ],
    "typescript": [
        "null",
        "true",
        "false",
        "0",
        "1",
        "10",
        "60",
        "[]",
        "{}",
        "''",
        "'utf8'",
        "-1",
        "100",
        "undefined",
    ],
    "cpp": ["nullptr", "true", "false", "0", "1", "10", "60", "-1", "100", "{}", '""', "0.5"],
}
"""Defaults, for the languages that have them."""


def draw_value(language: str, pools: Pools, rng: random.Random) -> str:
    """A value that a parameter may have by default."""
    quote = "'" if language in {"javascript", "typescript"} else '"'
    name = pools.draw_name(language, "snake", rng)
    return rng.choice([*VALUES[language], str(rng.randrange(1000)), f"{quote}{name}{quote}"])


def change_default(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Change the default value of a parameter."""
    signature = find_signature(selection)
    places = [
        (parameter.name, place)
        for parameter in (signature.parameters if signature else ())
        if parameter.name and (place := find_default(selection, parameter))
    ]
    if not places:
        return None
    name, (start, end) = rng.choice(places)
    old, new = selection.text[start:end], draw_value(selection.language, pools, rng)
    if old == new or "\n" in old:
        return None
    instruction = phrase(
        rng,
        "[change|set] the default[| value] [of|for] {name} to {new}",
        "make {name} default to {new}",
        "[the |]default [of|for|value of] {name} should be {new}",
        "{name} should default to {new}",
        "use {new} as the default [for|of] {name}",
        "change the default[| value] of {name} from {old} to {new}",
        "let {name} be {new} by default",
        name=quote_code(name, rng, 0.7),
        old=old,
        new=quote_code(new, rng, 0.8),
    )
    return Edit(instruction, splice(selection.text, start, end, new))


def add_default(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Give the last parameter a default value, or take the one of the last parameter away."""
    signature = find_signature(selection)
    named = [parameter for parameter in (signature.parameters if signature else ()) if parameter.name]
    if (
        signature is None
        or not named
        or named[-1] is not signature.parameters[-1]
        or named[-1].name in {"self", "cls"}
    ):
        return None
    last = named[-1]
    place = find_default(selection, last)
    name = quote_code(last.name, rng, 0.7)
    if place is not None:
        before = [parameter for parameter in named[:-1] if find_default(selection, parameter)]
        if before and selection.language != "python":
            return None
        text = selection.text
        bare = splice(text, last.start + len(text[last.start : place[0]].rstrip("= ")), last.end, "")
        removal = "[remove|drop|delete] the default[| value] [of|from|for] {name}"
        return None if before else Edit(phrase(rng, removal, "make {name} required", name=name), bare)
    if selection.text[last.start : last.end].endswith(last.name) or selection.language == "cpp":
        equals = " = " if selection.language != "python" else "="
    else:
        equals = " = "
    value = draw_value(selection.language, pools, rng)
    instruction = phrase(
        rng,
        "give {name} [a|the] default[| value] of {value}",
        "add [a|the] default[| value] {value} [to|for] {name}",
        "make {name} optional[, with| with a] default {value}",
        "make {name} default to {value}",
        "{name} should default to {value}",
        "set the default of {name} to {value}",
        name=name,
        value=quote_code(value, rng, 0.7),
    )
    return Edit(instruction, splice(selection.text, last.end, last.end, equals + value))


def write_parameter(name: str, language: str, pools: Pools, rng: random.Random) -> str:
    """A new parameter as it is declared in this language."""
    if language == "javascript" or (language == "python" and rng.random() < 0.5):
        return name
    kind = draw_type(language, pools, rng)
    if language in {"c", "cpp", "java"}:
        return f"{kind} {name}"
    return f"{name} {kind}" if language == "go" else f"{name}: {kind}"


def add_parameter(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Add a parameter at the end or the beginning."""
    signature, language = find_signature(selection), selection.language
    if signature is None or any(not parameter.name for parameter in signature.parameters):
        return None
    style = "camel" if language in {"javascript", "typescript", "go", "java"} else "snake"
    name = pools.draw_name(language, style, rng, "parameter")
    if name in find_names(selection.text, language) or not is_renamable(name, language):
        return None
    new = write_parameter(name, language, pools, rng)
    parameters = list(signature.parameters)
    own = parameters[:1] if parameters and parameters[0].name in {"self", "cls"} else []
    others = parameters[len(own) :]
    has_default = [find_default(selection, parameter) is not None for parameter in parameters]
    text = selection.text
    if language in VALUES and (any(has_default) or rng.random() < 0.4):
        equals = "=" if language == "python" and ":" not in new else " = "
        new += equals + draw_value(language, pools, rng)
    if "\n" in text[signature.opening : signature.closing]:
        return None
    first = bool(others) and not any(has_default) and "=" not in new and rng.random() < 0.25
    if first:
        place = phrase(
            rng,
            "[as the first parameter|at the beginning of the parameters|before {0}]".replace(
                "{0}", others[0].name
            ),
        )
        result = splice(text, others[0].start, others[0].start, new + ", ")
    else:
        place = rng.choice(["", "", "", " at the end", " as the last parameter"]).strip()
        if parameters and rng.random() < 0.1 and parameters[-1].name != "self":
            place = f"after {parameters[-1].name}"
        end = parameters[-1].end if parameters else signature.opening + 1
        result = splice(text, end, end, ", " + new if parameters else new)
    instruction = phrase(
        rng,
        "add [a parameter|the parameter|a new parameter|an argument|the argument|a param] {new}",
        "add [a parameter|the parameter|an argument|the argument] {new} to [|the function ]{function}",
        "add {new} to the [parameters|arguments|signature|parameter list]",
        "[let|make] {function} take [a parameter|a parameter|another argument|an argument] {new}",
        new=quote_code(new, rng, 0.5),
        function=signature.name,
    )
    return Edit(f"{instruction} {place}".strip(), result)


def remove_parameter(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Remove a parameter from the signature; its uses in the body stay."""
    signature = find_signature(selection)
    if signature is None or "\n" in selection.text[signature.opening : signature.closing]:
        return None
    parameters = signature.parameters
    choices = [i for i, parameter in enumerate(parameters) if parameter.name not in {"", "self", "cls"}]
    if not choices:
        return None
    index = rng.choice(choices)
    if index + 1 < len(parameters):
        start, end = parameters[index].start, parameters[index + 1].start
    else:
        start, end = parameters[index - 1].end if index else parameters[index].start, parameters[index].end
    instruction = phrase(
        rng,
        "[remove|delete|drop] the [parameter|parameter|argument|param] {name}",
        "[remove|delete|drop] [|the parameter ]{name} from the [parameters|signature|arguments]",
        "[remove|drop] the {name} [parameter|argument][|| of {function}| from {function}]",
        "{function} should [not take|no longer take] [the parameter |]{name}",
        name=quote_code(parameters[index].name, rng, 0.7),
        function=signature.name,
    )
    return Edit(instruction, splice(selection.text, start, end, ""))
