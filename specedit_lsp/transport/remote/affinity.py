"""Which worker of several should get an order: the one that knows its workspace."""

from __future__ import annotations

import hashlib

from specedit_lsp.transport.messages import RewriteOrder

SESSION_HEADER = "X-Session-ID"
"""What load balancers commonly keep together requests by, Ray Serve's among them."""


def name_session(order: RewriteOrder) -> dict[str, str]:
    """Return the header that keeps a workspace's orders together; none if it has no name.

    A digest, so that what stands on the way and writes logs learns no path.
    """
    if not order.workspace:
        return {}
    return {SESSION_HEADER: hashlib.sha256(order.workspace.encode("utf-8", "surrogatepass")).hexdigest()[:32]}
