"""What earlier rewrites of a workspace looked like, for drafting later ones. Never on disk."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from specedit_lsp.drafting.draft import Draft
from specedit_lsp.drafting.names import IDENTIFIER, LEXEME
from specedit_lsp.drafting.prompt_lookup import PromptLookup
from specedit_lsp.drafting.substitution import Substitution
from specedit_lsp.drafting.view_bank import ViewBank

_MOST_CHARACTERS = 60_000
"""Of the texts that one workspace has in memory; the oldest go first."""
_MOST_PAIRS = 64
_MOST_WORKSPACES = 8
_MOST_LINES = 200
"""Lines of a text up to which those that were added or lost are found: matching takes cubic time at worst."""
_LONGEST = 400
"""Lexemes of a changed piece beyond which its changes are not looked for, for the same reason."""


@dataclass
class WorkspaceMemory:
    """Texts that rewrites led to, and the names they replaced, the most recent last."""

    texts: OrderedDict[str, None] = field(default_factory=OrderedDict)
    pairs: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def remember(self, before: str, after: str) -> None:
        """Take in a rewrite that was carried out."""
        self.texts.pop(after, None)
        self.texts[after] = None
        while len(self.texts) > 1 and sum(map(len, self.texts)) > _MOST_CHARACTERS:
            self.texts.popitem(last=False)
        for old, new in find_pairs(before, after).items():
            # A name that was given back is no longer an old one.
            self.pairs.pop(new, None)
            self.pairs.pop(old, None)
            self.pairs[old] = new
        while len(self.pairs) > _MOST_PAIRS:
            self.pairs.popitem(last=False)


class SessionMemory:
    """The memories of the workspaces that were worked in last."""

    def __init__(self) -> None:
        self._workspaces: OrderedDict[str, WorkspaceMemory] = OrderedDict()

    def recall(self, workspace: str) -> WorkspaceMemory:
        """Return the memory of a workspace, empty at first; the one used longest ago is forgotten."""
        memory = self._workspaces.pop(workspace, None) or WorkspaceMemory()
        self._workspaces[workspace] = memory
        if len(self._workspaces) > _MOST_WORKSPACES:
            self._workspaces.popitem(last=False)
        return memory


class MemoryViews:
    """Draft source "memory": renames of earlier rewrites, and what their results went on with."""

    name = "memory"

    def __init__(self, bank: ViewBank, memory: WorkspaceMemory) -> None:
        self._bank = bank
        context = bank.context
        if memory.pairs:
            view = Substitution(dict(memory.pairs)).apply(context.text, context.language)
            if view != context.text:
                bank.add(self.name, view)
        tokens = [token for text in memory.texts for token in context.codec.encode(text + "\n")]
        self._lookup = PromptLookup(tokens) if tokens else None

    def hear(self, verified: Sequence[int]) -> None:
        """Take in the tokens verified since the last call."""
        if self._lookup:
            self._lookup.hear(verified)

    def propose(self, width: int) -> Sequence[Draft]:
        """Return the rest of the selection with earlier renames, and what earlier results went on with."""
        drafts = [draft for view in self._bank.list_views(self.name) for draft in view.propose(width, 1)]
        if self._lookup and self._bank.transcript.tokens:
            found = self._lookup.propose(width)[:2]
            drafts += (
                Draft(self.name, draft.tokens, draft.evidence) for draft in found if draft.evidence > 1
            )
        return drafts


def find_pairs(before: str, after: str) -> dict[str, str]:
    """Return the names that a rewrite replaced everywhere by one other name."""
    pairs: dict[str, str] = {}
    kept: set[str] = set()
    for old, new in _match_lines(before.split("\n"), after.split("\n")):
        for name, replacement in _match_lexemes(LEXEME.findall(old), LEXEME.findall(new)):
            if name == replacement or pairs.setdefault(name, replacement) != replacement:
                kept.add(name)
    return {
        name: other
        for name, other in pairs.items()
        if name not in kept and len(name) > 1 and IDENTIFIER.fullmatch(name) and IDENTIFIER.fullmatch(other)
    }


def _match_lines(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield pieces of two texts that stand for each other: lines, and blocks that have more or fewer now."""
    if max(len(old), len(new)) > _MOST_LINES:
        if len(old) == len(new):
            yield from zip(old, new, strict=True)
        return
    for tag, start, stop, other, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if stop - start == end - other:
            yield from zip(old[start:stop], new[other:end], strict=True)
        elif tag == "replace":
            yield "\n".join(old[start:stop]), "\n".join(new[other:end])


def _match_lexemes(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield lexemes that stand for each other, the same ones too."""
    if old == new:
        yield from zip(old, new, strict=True)
    elif max(len(old), len(new)) <= _LONGEST:
        for _, start, stop, other, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if stop - start == end - other:
                yield from zip(old[start:stop], new[other:end], strict=True)
