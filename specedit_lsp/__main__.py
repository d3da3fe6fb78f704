"""``python -m specedit_lsp`` is the ``specedit`` command."""

from specedit_lsp.cli.app import main

main()
