"""Lines, positions, edits and diffs of text: standard library only, usable by every other package."""
