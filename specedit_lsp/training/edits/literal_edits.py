"""Edits of one literal, operator, keyword or type that occurs once."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.edits.phrasing import phrase
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection

NUMBER = re.compile(r"(?<![\w.\"'#-])\d+(?:\.\d+)?(?![\w.\"'])")
CSS_NUMBER = re.compile(r"(?<![\w.#-])\d+(?:\.\d+)?(?:px|em|rem|%|s|ms|vh|vw|deg|fr|pt)?(?![\w.%])")
STRING = re.compile(r"""(["'])([A-Za-z][^"'\\\n`{}]{0,40})\1""")
ANYWHERE = {
    "==": ["!=", ">=", "<="],
    "!=": ["==", "<", ">"],
    "<": ["<=", ">", "=="],
    ">": [">=", "<", "=="],
    "<=": ["<", ">="],
    ">=": [">", "<="],
    "+": ["-", "*"],
    "-": ["+"],
    "*": ["/", "+"],
    "/": ["*"],
    "%": ["/"],
    "+=": ["-=", "="],
    "-=": ["+="],
}
C_LIKE = {
    "&&": ["||"],
    "||": ["&&"],
    "true": ["false"],
    "false": ["true"],
    "&": ["|"],
    "|": ["&"],
    "break": ["continue"],
    "continue": ["break"],
}
SCRIPT = {
    "===": ["!==", "=="],
    "!==": ["===", "!="],
    "==": ["===", "!="],
    "!=": ["!==", "=="],
    "let": ["const", "var"],
    "const": ["let", "var"],
    "var": ["let", "const"],
    "null": ["undefined", "false"],
    "undefined": ["null"],
    "??": ["||"],
}
MODIFIERS = {
    "public": ["private", "protected"],
    "private": ["public", "protected"],
    "protected": ["private", "public"],
}
OPERATORS = {
    "python": ANYWHERE
    | {
        "==": ["!=", "is", ">="],
        "!=": ["==", "is not"],
        "and": ["or"],
        "or": ["and"],
        "is not": ["is", "!="],
        "not in": ["in"],
        "//": ["/", "%"],
        "True": ["False", "None"],
        "False": ["True", "None"],
        "None": ["False", "0", "True", "[]", '""'],
        "break": ["continue", "return"],
        "continue": ["break", "pass"],
        "pass": ["continue", "return", "..."],
    },
    "javascript": ANYWHERE | C_LIKE | SCRIPT,
    "typescript": ANYWHERE | C_LIKE | SCRIPT | MODIFIERS,
    "c": ANYWHERE | C_LIKE | {"NULL": ["0"], "static": ["extern"]},
    "cpp": ANYWHERE
    | C_LIKE
    | {"nullptr": ["NULL", "{}"], "struct": ["class"], "class": ["struct"]}
    | MODIFIERS,
    "go": ANYWHERE | C_LIKE | {":=": ["="], "nil": ["err"]},
    "rust": ANYWHERE
    | C_LIKE
    | {"pub": ["pub(crate)"], "pub(crate)": ["pub"], "Some": ["Ok"], "None": ["Some(0)"]},
    "java": ANYWHERE | C_LIKE | MODIFIERS | {"null": ['""'], "List": ["Collection"]},
    "shell": {
        "-eq": ["-ne", "-gt"],
        "-ne": ["-eq"],
        "-gt": ["-ge", "-lt"],
        "-lt": ["-le", "-gt"],
        "-z": ["-n"],
        "-n": ["-z"],
        "-f": ["-d", "-e"],
        "-d": ["-f", "-e"],
        "-e": ["-f"],
        "==": ["!=", "="],
        "=": ["!="],
        "!=": ["="],
        "&&": ["||"],
        "||": ["&&"],
    },
    "css": {
        "block": ["inline-block", "flex", "none"],
        "none": ["block"],
        "absolute": ["relative", "fixed"],
        "relative": ["absolute", "static"],
        "center": ["left", "right"],
        "left": ["right"],
        "right": ["left"],
        "bold": ["normal"],
        "solid": ["dashed", "dotted"],
        "auto": ["0", "100%"],
        "inherit": ["initial", "currentColor"],
        "hidden": ["visible", "auto"],
        "inline-block": ["block", "inline-flex"],
        "flex": ["grid", "block"],
        "white": ["#fff", "black"],
        "pointer": ["default"],
    },
}
"""What may stand for what, by language."""

TYPES = {
    "python": [
        "int", "str", "float", "bool", "bytes", "list", "dict", "set", "tuple", "object", "Any", "Path",
    ],
    "typescript": ["string", "number", "boolean", "any", "unknown", "void", "object", "Date"],
    "c": ["int", "char", "float", "double", "bool", "size_t", "uint32_t", "int64_t", "uint8_t"],
    "cpp": [
        "int", "long", "float", "double", "bool", "auto", "size_t", "std::string", "uint32_t",
        "std::size_t",
    ],
    "go": ["int", "int64", "string", "bool", "float64", "byte", "uint32", "error", "uint64", "int32"],
    "rust": ["usize", "u32", "i32", "u64", "i64", "u8", "String", "bool", "f64", "f32", "isize"],
    "java": ["int", "long", "String", "boolean", "double", "float", "Object", "Integer", "Long", "List"],
}  # fmt: skip
"""Types of each language that has them, the plainest first."""

CHANGES = (
    "change {a} to {b}",
    "change [|the ]{what}[| from] {a} to {b}",
    "replace {a} [with|by] {b}",
    "replace [|the ]{what} {a} [with|by] {b}",
    "use {b} instead of {a}",
    "[make it|it should be|should be|use] {b}[,|] [not|instead of] {a}",
    "{a} [->|=>|should be] {b}",
    "set [|the ]{what} {a} to {b}",
    "turn {a} into {b}",
    "make {a} {b}",
    "{b} instead of {a}",
    "update {a} to {b}",
)


def swap_unique(text: str, pattern: str, new: str, code: str | None = None) -> str | None:
    """Replace the one match of `pattern` in `text`; None unless there is exactly one.

    With `code` the match must also stand there, outside strings and comments.
    """
    matches = list(re.finditer(pattern, text))
    if len(matches) != 1 or (code is not None and code[slice(*matches[0].span())] != matches[0][0]):
        return None
    return text[: matches[0].start()] + new + text[matches[0].end() :]


def ask_change(what: str, old: str, new: str, rng: random.Random) -> str:
    """One way to ask that `old` becomes `new`; `what` it is may offer alternatives."""
    return phrase(rng, *CHANGES, what=phrase(rng, what), a=old, b=new)


def change_number(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Change a number that occurs once."""
    pattern = CSS_NUMBER if selection.language == "css" else NUMBER
    numbers = sorted(set(pattern.findall(selection.text)))
    if selection.language == "shell":  # neither positions nor descriptors
        numbers = [number for number in numbers if not re.search(rf"[$&{{]{number}", selection.text)]
    if not numbers:
        return None
    old = rng.choice(numbers)
    unit = old.lstrip("0123456789.")
    digits = old.removesuffix(unit) if unit else old
    new = rng.choice(
        ["0.5", "3.14", "1.5", "0.01", f"{digits}5"]
        if "." in digits and rng.random() < 0.7
        else [
            str(rng.randrange(10)),
            str(rng.randrange(200)),
            str(rng.randrange(5000)),
            f"{digits}0",
            f"{digits}1",
            str(2 ** rng.randrange(1, 13)),
        ]
    )
    if new.startswith("0") and "." not in new:
        new = "0"
    new += unit
    result = swap_unique(selection.text, rf"(?<![\w.-]){re.escape(old)}(?![\w.%])", new)
    if result is None or new == old:
        return None
    name = name_of_value(selection.text, old)
    if name is not None and rng.random() < 0.35:
        return Edit(
            phrase(
                rng,
                "[set|change] [|the ][|value of ]{name} to {new}",
                "change [|the ]{name} from {old} to {new}",
                "{name} should be {new}",
                "make [|the ]{name} {new}",
                "set {name} = {new}",
                name=name,
                old=old,
                new=new,
            ),
            result,
        )
    q = rng.choice(["", "", "", "`"])
    return Edit(ask_change("[number|value|constant]", q + old + q, q + new + q, rng), result)


def name_of_value(text: str, value: str) -> str | None:
    """The name that `value` is assigned to, if it and its assignment stand in `text` once."""
    matches = re.findall(rf"(?m)(?<![\w.-])([A-Za-z_][\w-]*) ?[:=] ?{re.escape(value)}(?![\w.%])", text)
    if len(matches) != 1 or len(re.findall(rf"(?<![\w-]){re.escape(matches[0])} ?[:=]", text)) != 1:
        return None
    return str(matches[0])


def change_string(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Change a string that occurs once, keeping its quotes."""
    texts = [selection.text[piece.start : piece.end] for piece in selection.pieces if piece.kind == "string"]
    strings = [match for text in texts if (match := STRING.fullmatch(text))]
    if not strings:
        return None
    quote, old = rng.choice(strings).groups()
    words = old.split(" ")
    words[rng.randrange(len(words))] = pools.draw_name(selection.language, "snake", rng)
    other = pools.draw_name(selection.language, rng.choice(["snake", "camel", "kebab"]), rng)
    phrase_words = pools.draw_comment(selection.language, rng)
    new = rng.choice(
        [" ".join(words), " ".join(words), other, phrase_words, old.upper(), old + "s", "new " + old]
    )
    result = swap_unique(selection.text, rf"(?<!\w){re.escape(old)}(?!\w)", new)
    if result is None or new == old or quote in new or "`" in old:
        return None
    q = rng.choice([quote, quote, "'", '"'])
    q = quote if q in old + new else q
    return Edit(
        ask_change("[string|text|string literal|message]", f"{q}{old}{q}", f"{q}{new}{q}", rng), result
    )


def change_operator(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Change an operator, a constant or a keyword that occurs once."""
    table = OPERATORS.get(selection.language, {})
    present = [old for old in table if old in selection.code]
    if not present:
        return None
    old = rng.choice(present)
    new = rng.choice(table[old])
    edge = r"(?<![\w-])%s(?![\w-])" if old[0].isalpha() else r"(?<=\s)%s(?=\s)"
    result = swap_unique(selection.text, edge % re.escape(old), new, selection.code)
    if result is None or (selection.language == "c" and old == "*"):
        return None
    if len(re.findall(re.escape(old), selection.text)) > 1 and rng.random() < 0.7:
        return None
    q = rng.choice(["", "", "`"])
    what = "operator" if not old[0].isalpha() else "[keyword|value]"
    return Edit(ask_change(what, q + old + q, q + new + q, rng), result)


def change_type(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Change a type that occurs once."""
    types = TYPES.get(selection.language, [])
    present = [old for old in types if old in selection.code]
    if not present:
        return None
    old = rng.choice(present)
    new = rng.choice([name for name in types if name != old])
    if selection.language in {"python", "typescript"}:
        pattern = rf"(?<=: ){re.escape(old)}(?![\w\[(.])|(?<=-> ){re.escape(old)}(?=:)"
    else:
        pattern = rf"(?<![\w:.]){re.escape(old)}(?![\w:(.<\[])"
    result = swap_unique(selection.text, pattern, new, selection.code)
    if result is None or len(re.findall(rf"(?<![\w:]){re.escape(old)}(?![\w:])", selection.text)) != 1:
        return None
    q = rng.choice(["", "", "`"])
    return Edit(ask_change("type", q + old + q, q + new + q, rng), result)
