"""The same edits by all methods on this machine, with a model that really writes them."""
