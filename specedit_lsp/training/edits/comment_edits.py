"""Edits of comments: add, change and delete one, delete all, comment lines out and in."""

from __future__ import annotations

import random
import re

from specedit_lsp.training.corpus.languages import Language
from specedit_lsp.training.edits.line_edits import draw_line, indent_of
from specedit_lsp.training.edits.phrasing import phrase, quote_code, quote_words
from specedit_lsp.training.edits.pools import Pools
from specedit_lsp.training.edits.selection import Edit, Selection

LANDMARKS = {
    "the return[| statement]": r"return\b",
    "the [loop|for loop]": r"for\b",
    "the [loop|while loop]": r"while\b",
    "the if[| statement]": r"if\b",
    "the [assert|assertion]": r"assert\b",
    "the try[| block]": r"try\b",
    "the with[| statement]": r"with\b",
}
"""Lines that people point at by what they are."""


def write_comment(words: str, syntax: Language) -> str:
    """A comment of one line; where a language has none that ends with the line, it is closed."""
    if syntax.line_comment:
        return f"{syntax.line_comment} {words}"
    opener, closer = syntax.block_comment or ("#", "")
    return f"{opener} {words} {closer}"


def read_comment(comment: str) -> str | None:
    """The words of a plain comment of one line; None if it is no such thing."""
    match = re.fullmatch(r"(?:#|//|/\*|<!--) ([^\n`\"]*?)(?: \*/| -->)?", comment)
    return match[1] if match and match[1] and "*/" not in match[1] else None


def add_comment(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Put a comment, given in the instruction, above a line or at its end."""
    words = pools.draw_comment(selection.language, rng)
    comment = write_comment(words, selection.syntax)
    lines = list(selection.lines)
    choices = []
    for name, start in LANDMARKS.items():
        hits = [index for index, line in enumerate(selection.code_lines) if re.match(rf"\s*{start}", line)]
        if len(hits) == 1 and len(re.findall(rf"(?<!\w){start}", selection.code)) == 1:
            choices.append((phrase(rng, name), hits[0]))
    found = draw_line(selection, rng)
    if found is not None:
        line = rng.choice(["", "the line ", "the line "]) + quote_code(lines[found].strip(), rng, 0.1)
        choices += [(line, found)] * 4
    if rng.random() < 0.25:
        choices += [
            (rng.choice(["the first line", "the selection", "this", "everything", "it", "all this"]), 0)
        ]
    if not choices:
        return None
    where, index = rng.choice(choices)
    what = rng.choice(
        [
            f"the comment {quote_words(words, rng)}",
            f"the comment {quote_words(words, rng)}",
            f"the comment `{comment}`",
            f"a comment {quote_words(words, rng)}",
            phrase(
                rng,
                "a comment [saying|that says|reading|with the text] {words}",
                words=quote_words(words, rng),
            ),
            f"`{comment}`",
        ]
    )
    can_trail = selection.language not in {"html", "shell"} and index == found
    if can_trail and rng.random() < 0.15 and selection.code_lines[index] == lines[index]:
        gap = "  " if selection.language == "python" else " "
        lines[index] += gap + comment
        place = "[at|to] the end of"
        where = where if "`" in where or "line" in where else f"the line {where}"
    else:
        lines.insert(index, indent_of(lines[index]) + comment)
        place = "[above|above|before|on top of|over]"
    return Edit(
        phrase(rng, f"[add|add|add|insert|put|write] {{what}} {place} {{where}}", what=what, where=where),
        "\n".join(lines),
    )


def list_comments(selection: Selection) -> list[tuple[int, int, str]]:
    """Start, end and words of the one-line comments that stand once, not among lines of comments."""
    comments = []
    is_comment = [set(line.strip()) == {"\x02"} for line in ["", *selection.code_lines, ""]]
    for piece in selection.pieces:
        text = selection.text[piece.start : piece.end]
        words = read_comment(text) if piece.kind == "comment" else None
        if words and 2 < len(words) <= 90 and selection.text.count(words) == 1:
            line = selection.text.count("\n", 0, piece.start) + 1
            if not (is_comment[line] and (is_comment[line - 1] or is_comment[line + 1])):
                comments.append((piece.start, piece.end, words))
    return comments


def ensure_comments(selection: Selection, pools: Pools, rng: random.Random) -> Selection:
    """The selection, with a comment put into it if it has none."""
    made = None if list_comments(selection) else add_comment(selection, pools, rng)
    return Selection(made.result, selection.language, selection.roles) if made else selection


def change_comment(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Give a comment other words."""
    selection = ensure_comments(selection, pools, rng)
    comments = list_comments(selection)
    if not comments:
        return None
    start, _, old = rng.choice(comments)
    new = pools.draw_comment(selection.language, rng)
    words = old.split(" ")
    if rng.random() < 0.3:
        words[rng.randrange(len(words))] = rng.choice(new.split(" "))
        new = " ".join(words)
    if new == old:
        return None
    at = selection.text.index(old, start)
    result = selection.text[:at] + new + selection.text[at + len(old) :]
    alone = sum(piece.kind == "comment" for piece in selection.pieces) == 1
    which = "the comment" if alone and rng.random() < 0.7 else f"the comment {quote_words(old, rng)}"
    return Edit(
        phrase(
            rng,
            "[change|change|rewrite|edit|update] {which} to {new}",
            "replace {which} [with|by] {new}",
            "make {which} [say|read] {new}",
            "{which} should [say|read|be] {new}",
            which=which,
            new=quote_words(new, rng),
        ),
        result,
        selection.text,
    )


def cut_comment(selection: Selection, start: int, end: int) -> str:
    """The text without a comment: without its whole line, or without the blanks before it."""
    text = selection.text
    line_start, line_end = text.rfind("\n", 0, start) + 1, (text + "\n").index("\n", end)
    if not text[line_start:start].strip() and not text[end:line_end].strip():
        return (
            text[:line_start] + text[line_end + 1 :]
            if line_end < len(text)
            else text[: max(0, line_start - 1)]
        )
    if text[end:line_end].strip():
        return text[:start] + text[end:].lstrip(" ")
    return text[:start].rstrip() + text[line_end:]


def delete_comment(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Delete a comment that the instruction quotes."""
    selection = ensure_comments(selection, pools, rng)
    comments = list_comments(selection)
    if not comments:
        return None
    start, end, words = rng.choice(comments)
    result = cut_comment(selection, start, end)
    if not is_trimmed(result):
        return None
    alone = sum(piece.kind == "comment" for piece in selection.pieces) == 1
    quoted = rng.choice([quote_words(words, rng), quote_words(words, rng), f"`{selection.text[start:end]}`"])
    which = "the comment" if alone and rng.random() < 0.6 else f"the comment {quoted}"
    return Edit(
        phrase(rng, "[delete|remove|remove|drop|get rid of] {which}", which=which), result, selection.text
    )


def delete_comments(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Delete every comment."""
    comments = [piece for piece in selection.pieces if piece.kind == "comment"]
    if not comments:
        return None
    text = selection.text
    for piece in reversed(comments):
        if text[piece.start : piece.end].startswith("#!"):
            return None
        text = cut_comment(Selection(text, selection.language, {}), piece.start, piece.end)
    if not is_trimmed(text):
        return None
    return Edit(
        phrase(
            rng,
            "[remove|delete|drop|strip|remove] [all|all the|the] comments[|| here| from this| in this code]",
            "[remove|delete|strip] all comments[| and keep the code|, keep the code]",
            "get rid of [the|all] comments",
            "no comments[| please]",
        ),
        text,
    )


def is_trimmed(text: str) -> bool:
    """Whether something is left, with no blank line at either end."""
    return text.strip() != "" and text == text.strip("\n") and text.split("\n")[0].strip() != ""


def comment_out(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Turn a line that the instruction quotes into a comment."""
    index = draw_line(selection, rng)
    if index is None or "/*" in selection.lines[index] or "-->" in selection.lines[index]:
        return None
    lines = list(selection.lines)
    line = lines[index].strip()
    lines[index] = indent_of(lines[index]) + write_comment(line, selection.syntax)
    where = rng.choice(["", "the line ", "the line "]) + quote_code(line, rng)
    return Edit(
        phrase(
            rng,
            "comment out {where}",
            "comment {where} out",
            "turn {where} into a comment",
            "make {where} a comment",
            where=where,
        ),
        "\n".join(lines),
    )


def comment_out_all(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Turn every line into a comment, or put all of it into one where comments must be closed."""
    syntax = selection.syntax
    if syntax.line_comment:
        lines = [f"{syntax.line_comment} {line}" if line.strip() else line for line in selection.lines]
        result = "\n".join(lines)
    else:
        if any(piece.kind == "comment" for piece in selection.pieces):
            return None
        result = write_comment(selection.text, syntax)
    return Edit(
        phrase(
            rng,
            "comment out [this|everything|the selection|all of it|all of this|this code|the code]",
            "comment out [it|the whole thing|all lines|these lines]",
            "comment [this|everything|it|all of this] out",
            "turn [all of this|this|everything] into a comment",
            "comment [the selection|this block|these lines] out",
        ),
        result,
    )


def uncomment(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Make code again of a line that is made a comment first."""
    made = comment_out(selection, pools, rng)
    if made is None:
        return None
    pairs = zip(selection.lines, made.result.split("\n"), strict=True)
    line = next(before.strip() for before, after in pairs if before != after)
    quoted = rng.choice(["", "the line "]) + quote_code(line, rng)
    templates = ("uncomment {line}", "uncomment {line}", "comment {line} back in", "comment in {line}")
    return Edit(phrase(rng, *templates, line=quoted), selection.text, made.result)


def uncomment_all(selection: Selection, pools: Pools, rng: random.Random) -> Edit | None:
    """Make code again of everything, which is made comments first."""
    made = comment_out_all(selection, pools, rng)
    if made is None or any(piece.kind == "comment" for piece in selection.pieces):
        return None
    what = "[this|everything|the selection|all of it|this code|the code|these lines|all lines]"
    templates = (
        f"uncomment {what}",
        f"uncomment {what}",
        f"comment {what} back in",
        "remove the comment markers",
    )
    return Edit(phrase(rng, *templates), selection.text, made.result)
