"""Training `specedit-mini`, the bundled edit model, from scratch on permissively licensed Python code."""
