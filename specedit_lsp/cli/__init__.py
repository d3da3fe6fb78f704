"""The `specedit` command: thin, no logic of its own."""
