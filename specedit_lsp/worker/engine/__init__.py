"""From an order to verified text, by a loaded model."""
