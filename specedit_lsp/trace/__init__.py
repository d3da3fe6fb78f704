"""Looking at how a rewrite came about: ``load`` a trace, and a notebook shows it as a page."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from specedit_lsp.worker.tracing.schema import TRACE_VERSION, RewriteTrace

__all__ = ["Trace", "TraceUnreadable", "load"]


class TraceUnreadable(ValueError):
    """A file that is no trace of this version. The message says what to do."""


class Trace(RewriteTrace):
    """One rewrite, as the worker took it down."""

    def to_html(self) -> str:
        """Return the page that ``specedit trace --html`` writes."""
        from specedit_lsp.trace.page import make_page

        return make_page(self)

    def _repr_html_(self) -> str:
        from specedit_lsp.trace.page import make_frame

        return make_frame(self)


def load(path: str | Path) -> Trace:
    """Read a trace from a file.

    Raises:
        TraceUnreadable: there is no such file, or it is no trace, or one of another version.
    """
    try:
        text = Path(path).read_text("utf-8")
        raw = json.loads(text)
    except OSError as error:
        raise TraceUnreadable(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise TraceUnreadable(f"{path} is no trace: it is not JSON ({error}).") from error
    version = raw.get("version", 1 if "order" in raw else None) if isinstance(raw, dict) else None
    if version == 1:
        raise TraceUnreadable(
            f"{path} was kept by an earlier version of specedit, without its forwards. Do the rewrite again "
            "with this one; `specedit audit --last` can still use the old file."
        )
    if version is not None and version != TRACE_VERSION:
        raise TraceUnreadable(
            f"{path} is a trace of version {version}, and this specedit reads version {TRACE_VERSION}: "
            "install the specedit that kept it."
        )
    try:
        return Trace.model_validate_json(text)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"])) or "the file"
        raise TraceUnreadable(f"{path} is no trace: {where}: {problem['msg']}.") from error
