"""What edits are filled with: names, comments, sentences and statements that people wrote."""

from __future__ import annotations

import builtins
import keyword
import random
import re
from collections.abc import Sequence

from specedit_lsp.training.functions import Function, parses

IDENTIFIER = re.compile(r"(?<!\w)[^\W\d]\w*")
BUILTINS = frozenset(dir(builtins))
COMMENT = re.compile(r"^\s*# ?([A-Za-z][^`\"']{3,60})$", re.MULTILINE)
SENTENCE = re.compile(r'"""([A-Z][^"\\`\n]{5,70})')
PREFIXES = [
    "new", "old", "my", "the", "updated", "current", "first", "last", "next", "raw", "base", "all", "tmp",
    "is", "total",
]  # fmt: skip
SUFFIXES = [
    "updated", "new", "value", "name", "id", "list", "count", "index", "data", "info", "item", "old",
    "func", "result", "1", "2", "obj",
]  # fmt: skip
SHORT_NAMES = ["foo", "bar", "baz", "tmp", "val", "res", "ret", "idx", "cnt", "buf", "obj", "arr", "num"]


class Pools:
    """Names by style, comments, sentences and statements, each as often as the functions hold it."""

    def __init__(self, functions: Sequence[Function]) -> None:
        self.functions = functions
        self.comments: list[str] = []
        self.sentences: list[str] = []
        self.names: dict[str, list[str]] = {"snake": [], "Camel": [], "UPPER": []}
        for function in functions:
            self.comments += (text.strip() for text in COMMENT.findall(function.text))
            self.sentences += (text.strip() for text in SENTENCE.findall(function.text))
            for name in function.roles:
                if is_renamable(name) and len(name) <= 30:
                    self.names[name_style(name)].append(name)
        self.distinct = {style: sorted(set(names)) for style, names in self.names.items()}

    def draw_name(self, style: str, rng: random.Random) -> str:
        """A name of this style: half of the time a common one, half of the time any."""
        return rng.choice((self.names if rng.random() < 0.5 else self.distinct)[style])

    def draw_statement(self, rng: random.Random) -> str:
        """One simple statement on one line, from anywhere."""
        while True:
            line = rng.choice(rng.choice(self.functions).text.split("\n")).strip()
            if is_statement(line) and len(line) <= 60 and "`" not in line:
                return line


def is_renamable(name: str) -> bool:
    """Whether people give names such as this one."""
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and name not in BUILTINS
        and name not in {"self", "cls", "_"}
        and not name.startswith("__")
    )


def is_statement(line: str) -> bool:
    """Whether a stripped line is a complete simple statement that may be moved about."""
    return (
        len(line) >= 3
        and line[0] not in "#@\"'"
        and not line.endswith(":")
        and not line.startswith(("pass", "class ", "def "))
        and parses(line)
    )


def name_style(name: str) -> str:
    """ "UPPER", "Camel" or "snake" (which includes camelCase)."""
    bare = name.strip("_")
    if len(bare) > 1 and bare.isupper():
        return "UPPER"
    return "Camel" if bare[:1].isupper() else "snake"


def invent_name(old: str, pools: Pools, rng: random.Random) -> str:
    """A new name for `old` in its own style: somebody else's name, or a variation of the old one."""
    style = name_style(old)
    if rng.random() < 0.55:
        return pools.draw_name(style, rng)
    other = pools.draw_name(style, rng).strip("_")
    if style == "Camel":
        humps = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", old) or [old]
        humps[rng.randrange(len(humps))] = (re.findall(r"[A-Z][a-z0-9]+", other) or [other])[0]
        affix = rng.choice(["New", "Base", "My", "Default", "Simple", "Abstract", "Old", "Custom"])
        return rng.choice(
            ["".join(humps), "".join(humps), affix + old, old + affix, old + "2", old + other, other + old]
        )
    words = old.strip("_").split("_")
    swapped = list(words)
    swapped[rng.randrange(len(words))] = rng.choice(other.split("_")) or other
    joined = "_".join([*words, *other.split("_")])
    if style == "UPPER":
        return rng.choice(
            ["_".join(swapped), "NEW_" + old, old + "_NEW", "DEFAULT_" + old, joined, old + "_VALUE"]
        )
    prefix, suffix = rng.choice(PREFIXES), rng.choice(SUFFIXES)
    camel = words[0] + "".join(word.capitalize() for word in words[1:] or [other.split("_")[0]])
    return rng.choice(
        [
            "_".join(swapped),
            "_".join(swapped),
            "_".join([*other.split("_"), *words]),
            joined,
            f"{old}_{suffix}",
            f"{old}_{suffix}",
            f"{prefix}_{old.lstrip('_')}",
            f"{prefix}_{old.lstrip('_')}",
            old + rng.choice(["2", "s", "_", "1"]),
            "_" + old,
            camel,
            words[-1],
            rng.choice("abcdefghijkmnpqrstuvwxyz"),
            rng.choice(SHORT_NAMES),
        ]
    )


def find_names(text: str) -> set[str]:
    """Every identifier-like word of `text`, in code, comments and strings alike."""
    return set(IDENTIFIER.findall(text))
