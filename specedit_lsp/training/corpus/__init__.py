"""The code that edits are made of: pinned projects, cut into blocks."""
