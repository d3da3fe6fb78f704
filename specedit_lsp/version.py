"""The version of the package, of both processes and of the wire between them."""

from importlib.metadata import version

VERSION = version("specedit-lsp")
