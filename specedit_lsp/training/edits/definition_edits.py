"""Edits of a whole function: its documentation, decorators, async, and an early return."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.edits.line_edits import indent_of
from specedit_lsp.training.edits.phrasing import phrase, quote_code, quote_words
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection
from specedit_lsp.training.edits.signatures import find_signature

DOC_COMMENTS = {"go": "// {}", "rust": "/// {}"}
"""How documentation above a function is written, `/** {} */` unless it stands here."""

DOC_WORDS = {"python": "[docstring|docstring|doc string]"}
DECORATORS = {
    "python": [
        "@staticmethod", "@classmethod", "@property", "@cache", "@override", "@pytest.fixture",
        "@wraps(func)",
        "@abstractmethod", "@contextmanager", "@lru_cache(maxsize=None)", "@final", "@pytest.mark.slow",
        "@dataclass",
    ],
    "java": [
        "@Override", "@Deprecated", "@Test", "@Nullable", '@SuppressWarnings("unchecked")', "@SafeVarargs",
        "@Bean",
    ],
    "typescript": ["@Input()", "@Output()", "@HostListener('click')", "@Injectable()", "@deprecated"],
    "rust": [
        "#[inline]", "#[test]", "#[must_use]", "#[allow(dead_code)]", "#[cfg(test)]", "#[inline(always)]",
    ],
}  # fmt: skip


def document(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Give an undocumented function the documentation in the instruction."""
    signature = find_signature(selection)
    if signature is None or signature.body is None:
        return None
    text, sentence = selection.text, pools.draw_sentence(rng)
    if selection.language == "python":
        body = text[signature.body :]
        first = body.lstrip("\n").split("\n")[0]
        if first.lstrip()[:1] in {'"', "'"} or first.lstrip()[:2] in {'r"', "r'"}:
            return None
        if not first.strip() or body.startswith("\n"):
            return None
        line = f'{indent_of(first)}"""{sentence}"""\n'
        result = text[: signature.body] + line + body
    else:
        if signature.start:
            return None
        result = DOC_COMMENTS.get(selection.language, "/** {} */").format(sentence) + "\n" + text
    word = phrase(rng, DOC_WORDS.get(selection.language, "[doc comment|doc comment|documentation comment]"))
    return Edit(
        phrase(
            rng,
            "add [the|a] {word} {quoted}",
            "add a {word} [saying|that says|reading] {quoted}",
            "add [the|this] {word}: {sentence}",
            "[give it|give {name}] the {word} {quoted}",
            "document [it|{name}|the function] [as|with] {quoted}",
            "write the {word} {quoted}",
            word=word,
            quoted=quote_words(sentence, rng),
            sentence=sentence,
            name=signature.name,
        ),
        result,
    )


def change_documentation(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Replace or remove the only documentation of one line, which is written first if there is none."""
    made = None if '"""' in selection.text or "/**" in selection.text else document(selection, pools, rng)
    text = made.result if made else selection.text
    shape = r'"""([^"\n]+)"""' if selection.language == "python" else r"/\*\* ([^*\n]+) \*/"
    shape = r"/// ([^\n]+)" if selection.language == "rust" else shape
    matches = list(re.finditer(rf"(?m)^[ \t]*{shape}$", text))
    if len(matches) != 1 or text.count('"""') > 2 or text.count("/**") > 1:
        return None
    match, sentence = matches[0], pools.draw_sentence(rng)
    word = phrase(rng, DOC_WORDS.get(selection.language, "[doc comment|documentation comment|documentation]"))
    if rng.random() < 0.35:
        result = text[: match.start()] + text[match.end() :].removeprefix("\n")
        if (
            not result.strip()
            or result != result.strip("\n")
            or text[match.end() : match.end() + 2] == "\n\n"
        ):
            return None
        return Edit(phrase(rng, "[remove|delete|drop|get rid of] the {word}", word=word), result, text)
    if sentence == match[1]:
        return None
    return Edit(
        phrase(
            rng,
            "[change|rewrite|set|update] the {word} to {quoted}",
            "replace the {word} [with|by] {quoted}",
            "[change|set] the {word} to: {sentence}",
            "the {word} should [say|read|be] {quoted}",
            "make the {word} [say|read] {quoted}",
            word=word,
            quoted=quote_words(sentence, rng),
            sentence=sentence,
        ),
        text[: match.start(1)] + sentence + text[match.end(1) :],
        text,
    )


def decorate(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Add the decorator, annotation or attribute in the instruction above a definition, or remove one."""
    text = selection.text
    word = {"python": "decorator", "typescript": "decorator", "java": "annotation", "rust": "attribute"}[
        selection.language
    ]
    own = [line for line in selection.lines if re.fullmatch(r"\s*(?:@\w[\w.]*(?:\(.*\))?|#\[.+\])", line)]
    if own and rng.random() < 0.5:
        line = rng.choice(own)
        if selection.lines.count(line) != 1 or len(selection.lines) < 3:
            return None
        index = selection.lines.index(line)
        which = line.strip().partition("(")[0] if "(" in line and rng.random() < 0.4 else line.strip()
        if text.count(which) != 1:
            return None
        kept = selection.lines[:index] + selection.lines[index + 1 :]
        removal = phrase(
            rng,
            "[remove|delete|drop] [the {word} |the |]{which}",
            "[remove|delete|drop] [the {which} {word}|the {which}]",
            word=word,
            which=quote_code(which, rng, 0.6),
        )
        only = f"remove the {word}" if len(own) == 1 and rng.random() < 0.3 else removal
        return Edit(only, "\n".join(kept))
    head = (
        r"(?:async )?def |class "
        if selection.language == "python"
        else r"(?:pub |public |private |protected |export |class |fn |static |struct )"
    )
    heads = [index for index, line in enumerate(selection.code_lines) if re.match(rf"\s*(?:{head})", line)]
    if not heads or heads[0]:
        return None
    new = rng.choice(DECORATORS[selection.language])
    if rng.random() < 0.25 and selection.language == "python":
        new = "@" + pools.draw_name("python", "snake", rng)
    if new in text or (len(heads) > 1 and not re.match(head, selection.code)):
        return None
    lines = list(selection.lines)
    lines.insert(heads[0], indent_of(lines[heads[0]]) + new)
    quoted = quote_code(new, rng, 0.6)
    signature = find_signature(selection)
    name = signature.name if signature and rng.random() < 0.3 else rng.choice(["it", "this"])
    return Edit(
        phrase(
            rng,
            "add [the|a|the] [{word}|{word}] {new}",
            "add [the |]{new} [{word}|{word} to {name}|to {name}]",
            "[decorate|mark|annotate] {name} with {new}",
            "put {new} [on|above] {name}",
            word=word,
            new=quoted,
            name=name,
        ),
        "\n".join(lines),
    )


def make_async(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Make a function asynchronous, or the other way round; perhaps with a call that is awaited."""
    text, signature = selection.text, find_signature(selection)
    if signature is None:
        return None
    head = text[signature.start : signature.opening]
    if re.search(r"\basync\b", head):
        if re.search(r"\bawait\b|\.await\b|async (?:for|with)", selection.code):
            return None
        result = text[: signature.start] + head.replace("async ", "", 1) + text[signature.opening :]
        templates: tuple[str, ...] = (
            "make [it|this|{name}] [sync|synchronous][| again]",
            "remove [the |]async[| from {name}| keyword]",
        )
        return Edit(phrase(rng, *templates, name=signature.name), result)
    words = {"python": r"def ", "rust": r"(?:unsafe )?fn "}.get(selection.language, r"function\b")
    match = re.search(words, head)
    if match is None and ("(" in head or not re.fullmatch(r"(?:static |public |private )?[\w$]+ ?", head)):
        return None
    if signature.name in {"constructor", "__init__"} or re.match(r"(?:get|set) ", head):
        return None
    at = signature.start + (match.start() if match else head.rstrip().rfind(" ") + 1)
    calls = [] if rng.random() < 0.5 else find_calls(selection, signature.opening, signature.closing)
    if calls and selection.language != "rust":
        name, place = rng.choice(calls)
        result = text[:at] + "async " + text[at:place] + "await " + text[place:]
        templates = (
            "make [it|{name}|this] async and await [{call}|the call to {call}|the {call} call]",
            "make [it|{name}] async[,|;] await {call}",
            "turn [this|{name}] into an async function [that awaits|and await] {call}",
        )
        return Edit(phrase(rng, *templates, name=signature.name, call=quote_code(name, rng, 0.6)), result)
    templates = (
        "make [it|this|{name}|the function|this function|this {word}] [async|async|asynchronous]",
        "turn [this|{name}|it] into [an async function|a coroutine|an async {word}]",
        "add async[| to {name}]",
        "[declare|mark] [it|{name}|the function] [as |]async",
        "use async {word}" if match else "make {name} async",
    )
    word = {"python": "def", "rust": "fn"}.get(selection.language, "function")
    return Edit(phrase(rng, *templates, name=signature.name, word=word), text[:at] + "async " + text[at:])


def find_calls(selection: Selection, opening: int, closing: int) -> list[tuple[str, int]]:
    """Calls in the body that begin a statement or what is assigned or returned, by names that stand once."""
    pattern = (
        r"(?m)(?:^[ \t]+|(?<==) |return )(?!await\b|return\b|if\b|for\b|while\b)((?:[a-zA-Z_]\w*\.)*\w+)\("
    )
    calls = []
    for match in re.finditer(pattern, selection.code):
        name = match[1]
        alone = len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", selection.text)) == 1
        if (
            alone
            and match.start(1) > closing
            and name not in {"super", "switch", "catch", "function", "print", "await"}
        ):
            calls.append((name, match.start(1)))
    return calls
