"""How an order reaches the worker and its text comes back. Torch-free ground that both processes share."""
