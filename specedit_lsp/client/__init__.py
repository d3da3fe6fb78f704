"""Rewrites from a script: typed, asynchronous, and without an editor. See docs/headless.md."""

from specedit_lsp.client.connection import Client, connect
from specedit_lsp.client.rewrite import Hunk, NotFinished, Rewrite
from specedit_lsp.client.selection import BadSelection
from specedit_lsp.client.source_file import FileUnreadable
from specedit_lsp.client.synchronous import rewrite_text
from specedit_lsp.rewriting.job import Outcome
from specedit_lsp.settings import Settings
from specedit_lsp.transport.client import RewriteFailed

__all__ = [
    "BadSelection",
    "Client",
    "FileUnreadable",
    "Hunk",
    "NotFinished",
    "Outcome",
    "Rewrite",
    "RewriteFailed",
    "Settings",
    "connect",
    "rewrite_text",
]
