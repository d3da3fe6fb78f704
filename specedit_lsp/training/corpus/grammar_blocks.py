"""Functions, types, rule sets, elements and the like, cut out of source files by tree-sitter's grammars."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from tree_sitter import Node

from specedit_lsp.training.corpus.blocks import ROLES, Block, fits
from specedit_lsp.training.corpus.grammar_nodes import (
    DECLARED,
    LEADING,
    NAMES,
    NEIGHBOURLY,
    SELECTABLE,
    TRANSPARENT,
    TRANSPARENT_FIELDS,
    UNNAMEABLE,
)
from specedit_lsp.training.corpus.languages import parser_for

MAX_LINE = 200
"""Characters; a longer line was not written by hand."""

MAX_COMMENT_LINES = 6
"""Of the comments taken along with what they stand above."""

LEAST_LINES = 3
"""Of a node that makes a block by itself."""

RUN_LINES = range(3, 21)
"""Lines of a run of small neighbours."""

SMALL = 4
"""Lines of one such neighbour, at most."""

LINE_END = re.compile(rb"\s*[;,]?\s*(//.*|#.*|/\*.*\*/\s*)?")
"""What may stand behind the last node of a block."""


def extract_with_grammar(project: str, language: str, source: bytes) -> Iterator[Block]:
    """Every block of one source file that is short enough; none that the grammar finds an error in.

    A block is a node of whole lines with the short comment right above it, or a run of small neighbours.
    """
    try:
        text = source.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return
    lines = text.split("\n")
    tree = parser_for(language).parse(text.encode())
    pending = [tree.root_node]
    while pending:
        node = pending.pop()
        pending += [child for child in reversed(node.children) if height(child) > 1]
        spans = [*find_runs(node, language)]
        if node.type in SELECTABLE[language] and height(node) >= LEAST_LINES:
            spans.append(with_leading(node))
        for nodes in spans:
            block = cut(project, language, nodes, lines)
            if block is not None:
                yield block


def height(node: Node) -> int:
    """The lines that a node stands on; a line break at its end counts to it, not as a line."""
    return last_row(node) - node.start_point.row + 1


def last_row(node: Node) -> int:
    """The number of the last line that holds something of `node`."""
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point.row else row


def with_leading(node: Node) -> list[Node]:
    """A node and the attributes and short comments that stand right above it."""
    nodes = [node]
    above = node.prev_sibling
    while above is not None and above.type in LEADING and last_row(above) == nodes[0].start_point.row - 1:
        before = above.prev_sibling
        if before is not None and last_row(before) == above.start_point.row:
            break  # a comment behind the line above, which is about that line
        nodes.insert(0, above)
        above = before
    return nodes if node.start_point.row - nodes[0].start_point.row <= MAX_COMMENT_LINES else [node]


def find_runs(parent: Node, language: str) -> Iterator[list[Node]]:
    """Runs of small neighbours among the children of a node, each as long as it may be."""
    run: list[Node] = []
    for child in [*parent.named_children, None]:
        if child is not None and child.type in LEADING:
            if run:
                run.append(child)
            continue
        joins = child is not None and child.type in NEIGHBOURLY[language] and height(child) <= SMALL
        full = run and child is not None and last_row(child) - run[0].start_point.row >= RUN_LINES.stop - 1
        if not joins or full:
            while run and run[-1].type in LEADING:
                run.pop()
            if len(run) > 2 and last_row(run[-1]) - run[0].start_point.row + 1 in RUN_LINES:
                yield run
            run = []
        if joins and child is not None:
            run.append(child)


def cut(project: str, language: str, nodes: list[Node], lines: list[str]) -> Block | None:
    """The lines of neighbouring nodes as a block, if they are whole, faultless and written by hand."""
    first, last = nodes[0], nodes[-1]
    taken = lines[first.start_point.row : last_row(last) + 1]
    if any(node.has_error for node in nodes) or max(map(len, taken)) > MAX_LINE:
        return None
    text = textwrap.dedent("\n".join(taken)).rstrip()
    before = lines[first.start_point.row].encode()[: first.start_point.column]
    after = lines[last_row(last)].encode()[last.end_point.column :] if last.end_point.column else b""
    if before.strip() or not LINE_END.fullmatch(after):
        return None
    if text.startswith((" ", "\t")) or not fits(text):  # tabs and spaces in turn share no indentation
        return None
    return Block(project, language, text, name_roles(nodes, language, text))


def name_roles(nodes: list[Node], language: str, text: str) -> dict[str, str]:
    """Map each name in `nodes` to one of `ROLES`; what nothing declares in CSS is a word of its own."""
    roles: dict[str, str] = {}
    pending: list[tuple[Node, str | None]] = [(node, None) for node in nodes]
    while pending:
        node, declared = pending.pop()
        for name in names_in(node):
            role = declared or (None if language == "css" else NAMES[node.type])
            if role is not None and is_renamable(name, language, text):
                roles[name] = max(role, roles.get(name, role), key=ROLES.index)
        for index, child in enumerate(node.children):
            field = node.field_name_for_child(index)
            inherited = declared if node.type in TRANSPARENT and field in TRANSPARENT_FIELDS else None
            pending.append((child, DECLARED.get((node.type, field), inherited)))
    return roles


def names_in(leaf: Node) -> list[str]:
    """The names that a node without children holds: one, or the words of an HTML `class` or `id`."""
    if leaf.type not in NAMES or leaf.children:
        return []
    text = (leaf.text or b"").decode()
    if leaf.type != "attribute_value":
        return [text]
    attribute = leaf.parent.prev_named_sibling if leaf.parent else None
    return text.split() if attribute is not None and attribute.text in {b"class", b"id"} else []


def is_renamable(name: str, language: str, text: str) -> bool:
    """Whether a name is a plain word of the programmer's own.

    Part of a hyphenated word is none: whether to rename it there as well would be anyone's guess.
    """
    if not re.fullmatch(r"[A-Za-z_]\w*", name) or name in UNNAMEABLE:
        return False
    return language not in {"css", "html"} or not re.search(rf"-{name}\b|\b{name}-", text)
