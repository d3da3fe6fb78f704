"""Many askers, one model: who waits, whose turn it is, what they are told meanwhile."""
