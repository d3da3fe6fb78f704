"""The process that owns the model: HTTP routes over a queue over one engine thread."""
