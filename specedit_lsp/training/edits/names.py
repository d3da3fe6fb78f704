"""Names in code: which text is one, how it is written, and new ones that people might choose."""

from __future__ import annotations

import builtins
import keyword
import random
import re
from collections.abc import Callable, Iterable

STYLES = {
    "snake": re.compile(r"_*[a-z][a-z0-9]*(?:_[a-z0-9]+)*_*"),
    "camel": re.compile(r"_*[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+_*"),
    "Pascal": re.compile(r"_*[A-Z](?:[a-z0-9]|[A-Z](?=[A-Za-z0-9]*[a-z]))*[a-z][A-Za-z0-9]*_*"),
    "SCREAMING": re.compile(r"_*[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*_*"),
    "kebab": re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"),
}
"""How words are joined: max_size, maxSize, MaxSize, MAX_SIZE, max-size; a single lower-case word counts as snake."""

OWN_STYLE = dict.fromkeys(("javascript", "typescript", "go", "java"), "camel") | dict.fromkeys(
    ("css", "html"), "kebab"
)
"""How names of several words are written in a language, snake unless it stands here."""

WORD_CHARACTERS = dict.fromkeys(("javascript", "typescript", "java"), r"\w$") | dict.fromkeys(
    ("css", "html"), r"\w\-"
)
"""What names consist of, letters, digits and underscores unless it stands here."""

KEYWORDS = frozenset(keyword.kwlist) | frozenset(
    """abstract any auto bool boolean break byte case catch char chan const constexpr const_cast continue crate debugger
    declare default defer delete do done double dyn elif else elseif enum esac export extends extern fallthrough fi final
    finally float fn for friend func function goto if impl implements import in inline instanceof int interface let local
    long loop map match mod move mut namespace native new nil noexcept none null number object of operator override package
    private protected pub public range readonly ref register return select self short signed sizeof static str string struct
    super switch template then this throw throws trait true false try type typedef typename typeof undefined union unsafe
    unsigned use using var virtual void volatile wchar_t where while""".split()
)
"""Words that are no names in one of the languages."""

BUILTINS = frozenset(dir(builtins))
LITERAL_PREFIXES = frozenset("r b f u l R B F U L rb br Rb RB fr u8".split())
"""Words that may stand before a string and belong to it."""

PREFIXES = [
    "new", "old", "my", "the", "updated", "current", "first", "last", "next", "raw", "base", "all", "tmp", "is",
    "total", "get", "do", "num", "max", "min", "default",
]  # fmt: skip
SUFFIXES = [
    "updated", "new", "value", "name", "id", "list", "count", "index", "data", "info", "item", "old", "func", "result",
    "obj", "path", "key", "type", "size", "map", "text",
]  # fmt: skip
SHORT_NAMES = [
    "foo",
    "bar",
    "baz",
    "tmp",
    "val",
    "res",
    "ret",
    "idx",
    "cnt",
    "buf",
    "obj",
    "arr",
    "num",
    "fn2",
    "elem",
]


def word_pattern(names: Iterable[str], language: str) -> re.Pattern[str]:
    """What finds any of the names as a whole word."""
    characters = WORD_CHARACTERS.get(language, r"\w")
    choice = "|".join(map(re.escape, names))
    return re.compile(rf"(?<![{characters}])(?:{choice})(?![{characters}])")


def find_names(text: str, language: str) -> set[str]:
    """Every word of `text` that could be a name, in code, comments and strings alike."""
    characters = WORD_CHARACTERS.get(language, r"\w")
    return set(re.findall(rf"(?<![{characters}])[^\W\d][{characters}]*|(?<![{characters}])\$\w+", text))


def rename_names(text: str, renames: dict[str, str], language: str) -> str:
    """Replace whole words at once, so that swapping two names works too."""
    return word_pattern(renames, language).sub(lambda match: renames[match[0]], text)


def is_renamable(name: str, language: str = "python") -> bool:
    """Whether people give names such as this one."""
    kebab = language in {"css", "html"} and STYLES["kebab"].fullmatch(name) is not None
    return (
        (name.isidentifier() or kebab)
        and name not in KEYWORDS
        and name not in BUILTINS
        and name.strip("_") != ""
        and name not in {"cls", "main"}
        and not name.startswith("__")
        and len(name) <= 40
    )


def name_style(name: str) -> str | None:
    """A key of `STYLES`, or None for a mixture."""
    return next((style for style, pattern in STYLES.items() if pattern.fullmatch(name)), None)


def split_words(name: str) -> list[str]:
    """The words of a name in lower case."""
    humps = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+|[^\W_]+", name)
    return [hump.lower() for hump in humps]


def join_words(words: list[str], style: str) -> str:
    """The words as one name of this style."""
    match style:
        case "camel":
            return words[0] + "".join(word.capitalize() for word in words[1:])
        case "Pascal":
            return "".join(word.capitalize() for word in words)
        case "SCREAMING":
            return "_".join(words).upper()
        case "kebab":
            return "-".join(words)
        case _:
            return "_".join(words)


def convert_name(name: str, style: str) -> str:
    """The same words in another style; underscores at the ends stay."""
    bare = name.strip("_")
    head, tail = name[: len(name) - len(name.lstrip("_"))], name[len(name.rstrip("_")) :]
    return head + join_words(split_words(bare), style) + tail


def invent_name(old: str, draw_other: Callable[[str], str], language: str, rng: random.Random) -> str:
    """A new name for `old` in its own style: somebody else's name, or a variation of the old one.

    `draw_other` gives any name of a style.
    """
    style = name_style(old) or OWN_STYLE.get(language, "snake")
    words = split_words(old) or ["x"]
    if len(words) == 1 and style == "snake":
        style = OWN_STYLE.get(language, "snake")
    if rng.random() < 0.5:
        return draw_other(style)
    other = split_words(draw_other(style)) or ["other"]
    swapped = list(words)
    swapped[rng.randrange(len(words))] = rng.choice(other)
    short = [rng.choice("abcdefghijkmnpqrstuvwxyz")] if style in {"snake", "camel"} else other[:1]
    new = rng.choice(
        [
            swapped,
            swapped,
            swapped,
            [*words, *other],
            [*other, *words],
            [*words, rng.choice(SUFFIXES)],
            [*words, rng.choice(SUFFIXES)],
            [rng.choice(PREFIXES), *words],
            [rng.choice(PREFIXES), *words],
            words[:-1] or other,
            words[1:] or other,
            [rng.choice(SHORT_NAMES)],
            short,
        ]
    )
    ends = rng.choices(["{}", "_{}", "{}_", "{}2", "{}s"], [40, 3, 1, 3, 1])[0]
    return ends.format(join_words(new, style)) if style != "kebab" else join_words(new, style)
