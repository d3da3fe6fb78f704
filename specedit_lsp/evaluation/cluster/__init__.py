"""How a cluster of workers behaves and what it can take, with an engine of known speed instead of a model."""
