"""Several drafts as one tree: beginnings that they share are checked once."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

ROOT = -1
"""The parent of first tokens: the last token that is verified already."""


@dataclass(frozen=True, slots=True)
class DraftTree:
    """Draft tokens in an order in which parents come before their children (SpecInfer, Miao et al., 2023)."""

    tokens: tuple[int, ...]
    parents: tuple[int, ...]
    """For each token the index of the one before it, or ``ROOT``."""

    @classmethod
    def plant(cls, branches: Sequence[Sequence[int]], rows: int) -> DraftTree:
        """Return the tree of these branches, the first ones first, cut to ``rows`` tokens in all."""
        tokens: list[int] = []
        parents: list[int] = []
        children: dict[tuple[int, int], int] = {}
        for branch in branches:
            node = ROOT
            for token in branch:
                child = children.get((node, token))
                if child is None:
                    if len(tokens) == rows:
                        break
                    child = children[node, token] = len(tokens)
                    tokens.append(token)
                    parents.append(node)
                node = child
        return cls(tuple(tokens), tuple(parents))

    @property
    def is_chain(self) -> bool:
        """Whether there is only one branch, so that plain causal attention will do."""
        return all(parent == index - 1 for index, parent in enumerate(self.parents))

    def find_agreed(self, chosen: Sequence[int], stop_ids: Set[int]) -> list[int]:
        """Return the indices of the branch that the target model agrees with, from the root on.

        ``chosen[0]`` is what the model writes after the root, ``chosen[1 + i]`` what it writes after token
        ``i``: the greedy case of speculative sampling (Leviathan et al., 2023), on a tree. A stop token ends
        the branch and is the last of it.
        """
        children = {
            (parent, token): index
            for index, (token, parent) in enumerate(zip(self.tokens, self.parents, strict=True))
        }
        agreed: list[int] = []
        node = ROOT
        while (child := children.get((node, chosen[node + 1]))) is not None:
            agreed.append(child)
            node = child
            if self.tokens[child] in stop_ids:
                break
        return agreed

    def list_ancestors(self) -> list[list[int]]:
        """Return for each token the indices of the tokens it follows, itself included."""
        lineage: list[list[int]] = []
        for index, parent in enumerate(self.parents):
            lineage.append([*(lineage[parent] if parent != ROOT else ()), index])
        return lineage
