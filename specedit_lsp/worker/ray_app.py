"""The worker's routes on a Ray cluster: ``serve run specedit_lsp.worker.ray_app:app users=users.toml``."""

# Without `from __future__ import annotations`: Serve looks at the type of the builder's argument itself.

from ray import serve

from specedit_lsp.worker.cluster.deployment import bind_cluster
from specedit_lsp.worker.cluster.options import ClusterOptions
from specedit_lsp.worker.process.server import load_engine


def app(options: ClusterOptions) -> serve.Application:
    """Return the application with the model that the options name."""
    return bind_cluster(options, load_engine)
