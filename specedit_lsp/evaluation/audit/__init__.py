"""Whether drafting changes a token: the same edits with drafting off, on, and with drafts made to mislead."""
