"""What a rewrite did and what it cost, for people."""

from __future__ import annotations

from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from specedit_lsp.transport.messages import RewriteStats

STYLES = {"+": "green", "-": "red", "@": "cyan"}


def coloured_diff(patch: str) -> Text:
    """A patch with the usual colours."""
    text = Text()
    for line in patch.splitlines():
        style = "bold" if line.startswith(("+++", "---")) else STYLES.get(line[:1], "")
        text.append(line + "\n", style)
    return text


def cost_table(stats: RewriteStats, first_hunk_seconds: float | None = None) -> Table:
    """What one rewrite cost."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column()
    tokens_per_second = stats.output_tokens / max(stats.seconds, 1e-9)
    table.add_row("forwards", f"{stats.forwards} for {stats.output_tokens} tokens")
    table.add_row("tokens per forward", f"{stats.tokens_per_forward:.1f}")
    for name, count in sorted(stats.sources.items()):
        table.add_row(f"accepted from {name}", f"{count.accepted} of {count.proposed} tokens proposed")
    table.add_row("seconds", f"{stats.seconds:.2f} ({tokens_per_second:.0f} tokens/s)")
    if first_hunk_seconds is not None:
        table.add_row("first hunk after", f"{first_hunk_seconds:.2f} s")
    return table


def highlighted(code: str, language: str) -> Syntax:
    """Code with the colours of its language."""
    return Syntax(code, language, theme="ansi_dark", background_color="default", word_wrap=True)
