"""Writes the pages that a browser is to try into a folder, the only argument."""

from __future__ import annotations

import sys
from pathlib import Path

from specedit_lsp.worker.tracing.schema import RewriteTrace
from tests.trace.samples import DOCSTRING, HOSTILE, load_engine, repeat, take

LONG = 5000
"""Output tokens of the longest."""


def main(folder: Path) -> None:
    """Write them."""
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[RewriteTrace] = []
    engine = load_engine(kept)
    docstring = take(engine, kept, DOCSTRING)
    pages = {
        "docstring": docstring,
        "hostile": take(engine, kept, HOSTILE),
        "long": repeat(docstring, -(-LONG // docstring.stats.output_tokens)),
    }
    for name, trace in pages.items():
        (folder / f"{name}.html").write_text(trace.to_html(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
