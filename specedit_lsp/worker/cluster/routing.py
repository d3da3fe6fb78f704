"""Which replica gets an order: the one that knows its workspace, unless another is less busy."""

from __future__ import annotations

from enum import IntEnum

from ray.serve.experimental.consistent_hash_router import ConsistentHashRouter
from ray.serve.request_router import PendingRequest, RunningReplica

LOAD = "load"
"""What a replica reports about itself."""


class Load(IntEnum):
    """How a replica would take another rewrite."""

    FREE = 0
    """It would begin at once."""
    BUSY = 1
    """It would wait."""
    FULL = 2
    """It would be refused."""


class WorkspaceRouter(ConsistentHashRouter):  # type: ignore[misc] # Ray has no types
    """Consistent hashing over ``X-Session-ID``, which is the workspace: its prompts and memory are there.

    Serve would see the load of a replica in its open requests. Here most of those are editors that only
    listen to the status, so replicas say it themselves, about once a second. If one is busy, the next on the
    ring that is not takes over, always the same one. An order that is sent to a full one in between is
    refused there and tried again by the client.
    """

    async def choose_replicas(
        self, candidate_replicas: list[RunningReplica], pending_request: PendingRequest | None = None
    ) -> list[list[RunningReplica]]:
        """Return lists of replicas, to be tried one after the other."""
        ranks: list[list[RunningReplica]] = await super().choose_replicas(candidate_replicas, pending_request)
        return sorted(ranks, key=_read_load)


def _read_load(replicas: list[RunningReplica]) -> int:
    return min((replica.routing_stats.get(LOAD, Load.FREE) for replica in replicas), default=Load.FREE)
