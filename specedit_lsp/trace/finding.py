"""Which file is meant by what a user calls a trace."""

from __future__ import annotations

from pathlib import Path

from specedit_lsp.trace import TraceUnreadable
from specedit_lsp.worker.tracing.log import list_traces

NONE_KEPT = (
    "No rewrite has been kept: set `trace.keep` to `last` in your editor's settings of specedit, rewrite "
    "something, then try again. (A remote worker keeps its traces on its own machine.)"
)


def find_trace(name: str, folder: Path) -> Path:
    """Return the file of the trace called ``name``: ``last``, a file, or the beginning of an id.

    Raises:
        TraceUnreadable: there is none, or there are several; the message says what to do.
    """
    path = Path(name)
    if path.suffix == ".json" or path.is_file():
        return path
    kept = list_traces(folder)
    if not kept:
        raise TraceUnreadable(NONE_KEPT)
    if name == "last":
        return kept[0]
    found = [path for path in kept if path.stem.startswith(name)]
    if not found:
        raise TraceUnreadable(f"{name!r} is no kept rewrite and no file: `specedit trace --list` lists them.")
    if len(found) > 1:
        raise TraceUnreadable(f"{len(found)} kept rewrites begin with {name!r}: give more of the id.")
    return found[0]
