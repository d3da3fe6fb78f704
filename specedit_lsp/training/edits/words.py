"""Lists of words: those that are no names in some language, and those that names are often made with."""

from __future__ import annotations

import builtins
import keyword

KEYWORDS = frozenset(keyword.kwlist) | {
    "abstract", "any", "auto", "bool", "boolean", "byte", "case", "catch", "char", "chan", "const",
    "constexpr",
    "const_cast", "crate", "debugger", "declare", "default", "defer", "delete", "do", "done", "double",
    "dyn", "elif",
    "elseif", "enum", "esac", "export", "extends", "extern", "fallthrough", "fi", "final", "float", "fn",
    "friend",
    "func", "function", "goto", "impl", "implements", "inline", "instanceof", "int", "interface", "let",
    "local",
    "long", "loop", "map", "match", "mod", "move", "mut", "namespace", "native", "new", "nil", "noexcept",
    "none",
    "null", "number", "object", "of", "operator", "override", "package", "private", "protected", "pub",
    "public",
    "range", "readonly", "ref", "register", "select", "self", "short", "signed", "sizeof", "static", "str",
    "string",
    "struct", "super", "switch", "template", "then", "this", "throw", "throws", "trait", "true", "false",
    "type",
    "typedef", "typename", "typeof", "undefined", "union", "unsafe", "unsigned", "use", "using", "var",
    "virtual",
    "void", "volatile", "wchar_t", "where",
}  # fmt: skip
"""Words that are no names in one of the languages."""

BUILTINS = frozenset(dir(builtins))
LITERAL_PREFIXES = frozenset(
    {"r", "b", "f", "u", "l", "R", "B", "F", "U", "L", "rb", "br", "Rb", "RB", "fr", "u8"}
)
"""Words that may stand before a string and belong to it."""

PREFIXES = [
    "new", "old", "my", "the", "updated", "current", "first", "last", "next", "raw", "base", "all", "tmp",
    "is",
    "total", "get", "do", "num", "max", "min", "default",
]  # fmt: skip
SUFFIXES = [
    "updated", "new", "value", "name", "id", "list", "count", "index", "data", "info", "item", "old", "func",
    "result", "obj", "path", "key", "type", "size", "map", "text",
]  # fmt: skip
SHORT_NAMES = [
    "foo", "bar", "baz", "tmp", "val", "res", "ret", "idx", "cnt", "buf", "obj", "arr", "num", "fn2", "elem",
]  # fmt: skip
