"""How an order reaches the worker and how its text comes back. Torch-free; the only ground both processes share."""
