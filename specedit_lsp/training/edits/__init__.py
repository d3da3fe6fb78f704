"""Edits as people ask for them: an instruction, a selection, and the text that following it gives."""
