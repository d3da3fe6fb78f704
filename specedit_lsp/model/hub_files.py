"""Which files of a model on the hub are its own: fetched, and looked for in the hub's cache."""

MODEL_FILES = ["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja", "LICENSE*", "README.md"]
OTHER_FILES = ["*/*", "consolidated*"]
"""What matches besides: other formats of the same weights."""
