"""The edits that an audit runs when it is given none."""

from __future__ import annotations

from pathlib import Path

from specedit_lsp.evaluation.edit_sets import EditCase, read_edit_set
from specedit_lsp.evaluation.quality_set import BUNDLED_SET, read_quality_set
from specedit_lsp.worker.tracing.log import read_traces


def read_last(folder: Path, limit: int) -> list[EditCase]:
    """Return the last rewrites that the worker kept, the newest first.

    Raises:
        ValueError: there are none, or one cannot be read.
    """
    return [
        EditCase(
            id=f"last/{number}",
            language=traced.order.language,
            instruction=traced.order.instruction,
            before=traced.order.selection,
            after=traced.text,
            context_before=traced.order.before,
            context_after=traced.order.after,
        )
        for number, traced in enumerate(read_traces(folder, limit), start=1)
    ]


def read_edits(path: Path | None, limit: int | None) -> list[EditCase]:
    """Return the edits of a file in its order, or the bundled ones; ``limit`` takes only the first.

    The bundled ones come shortest first: what a token costs grows with what stands before it, and many short
    edits have more beginnings and ends, where drafts go wrong, than a few long ones.

    Raises:
        ValueError: the file has no edits, or something else in it.
    """
    if path:
        return read_edit_set(path, limit)
    edits = sorted(read_quality_set(BUNDLED_SET), key=lambda edit: len(edit.before) + len(edit.after))
    return [
        EditCase(edit.id, edit.language, edit.instruction, edit.before, edit.after) for edit in edits[:limit]
    ]
