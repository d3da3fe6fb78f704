"""Edit selections with a local model, as fast as it can verify a draft of them."""
