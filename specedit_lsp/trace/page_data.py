"""What the page's script knows of a trace: what is shown of a token or a forward that is chosen."""

from __future__ import annotations

import json
from typing import Any

from specedit_lsp.decoding.acceptance import count_agreed
from specedit_lsp.trace.palette import find_look
from specedit_lsp.trace.tokens import list_tokens
from specedit_lsp.trace.visible import make_visible
from specedit_lsp.transport.messages import TARGET
from specedit_lsp.worker.tracing.schema import RewriteTrace, TracedForward

_SHOWN = 12
"""Tokens of a draft that are shown from where it goes wrong."""


def write_data(trace: RewriteTrace) -> str:
    """Return it as JSON that may stand inside a `script` element."""
    sources = {TARGET, *trace.stats.sources}
    data = {
        "tokens": [
            [
                token.forward,
                find_look(token.source).label,
                token.id,
                make_visible(trace.vocabulary.get(token.id, "")),
                token.evidence,
                token.margin,
            ]
            for token in list_tokens(trace)
        ],
        "forwards": [_describe(trace, forward) for forward in trace.forwards],
        "meanings": {find_look(source).label: find_look(source).meaning for source in sources},
    }
    # Nothing in a string can end the element.
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def _describe(trace: RewriteTrace, forward: TracedForward) -> dict[str, Any]:
    def spell(*tokens: int) -> str:
        return make_visible("".join(trace.vocabulary.get(token, "") or "(end)" for token in tokens))

    branches = []
    for branch in forward.branches:
        agreed = count_agreed(branch.tokens, forward.verified)
        branches.append(
            {
                "source": find_look(branch.source).label,
                "evidence": branch.evidence,
                "tokens": len(branch.tokens),
                "agreed": agreed,
                "rest": spell(*branch.tokens[agreed : agreed + _SHOWN]),
            }
        )
    return {
        "rows": forward.rows,
        "runs": forward.runs,
        "milliseconds": round(1000 * forward.seconds, 2),
        "drafting": round(1000 * forward.drafting_seconds, 2),
        "accepted": forward.accepted,
        "own": None if forward.own is None else spell(forward.own),
        "branches": branches,
    }
