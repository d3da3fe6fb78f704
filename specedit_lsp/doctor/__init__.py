"""Does all that a rewrite needs work on this machine, and if not, what to do."""
