"""The ledger of quotas as a Ray actor, which Serve keeps alive beside the replicas.

It is on the head node, as Serve's controller is, so that quotas outlive any other node. If its process dies,
Serve notices within 10 seconds and starts another one, which takes some seconds more.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import Context
from typing import Any

import ray
from ray import serve
from ray.exceptions import RayError
from ray.serve.config import DeploymentActorConfig

from specedit_lsp.worker.cluster.quotas import QuotaLedger, Refusal
from specedit_lsp.worker.cluster.users import User

NAME = "quotas"
HEAD_NODE = "node:__internal_head__"
"""What Ray calls the head among the resources of nodes."""


def describe_ledger() -> DeploymentActorConfig:
    """Return what Serve needs to start the ledger and to start it again."""
    # A node that is suddenly gone is missed after many seconds only, and until the ledger is back there is
    # neither a quota nor a new replica.
    options = {"num_cpus": 0, "resources": {HEAD_NODE: 0.001}}
    return DeploymentActorConfig(name=NAME, actor_class=ray.remote(QuotaLedger), actor_options=options)


class RayLedger:
    """The ledger as a replica reaches it."""

    def __init__(self) -> None:
        self._actor: Any = None

    async def begin(self, user: User, lease: str) -> Refusal | None:
        """Count a rewrite as begun, or say why not."""
        refusal: Refusal | None = await self._call("begin", user, lease)
        return refusal

    async def renew(self, leases: Mapping[str, str]) -> None:
        """These rewrites go on."""
        await self._call("renew", leases)

    async def end(self, user: User, lease: str) -> None:
        """A rewrite is over."""
        await self._call("end", user, lease)

    async def _call(self, method: str, *arguments: object) -> Any:
        # Finding it blocks, so it is found once; a ledger that died is replaced by another.
        self._actor = self._actor or serve.get_deployment_actor(NAME)
        try:
            # With a request Ray cancels the calls that were made in its context, and one that is cancelled on
            # its way leaves a gap in their sequence: the ledger would wait for it and hear nothing any more.
            return await Context().run(getattr(self._actor, method).remote, *arguments)
        except RayError:
            self._actor = None
            raise
