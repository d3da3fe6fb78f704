"""Ways to draft that a replay compares: the baselines as published, and our own."""
