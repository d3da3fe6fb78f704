"""Turns an order into the tokens a model reads, and what the model writes back into replacement text."""
