"""The ledger of quotas as a Ray actor, which Serve keeps alive beside the replicas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ray
from ray import serve
from ray.exceptions import RayError
from ray.serve.config import DeploymentActorConfig

from specedit_lsp.worker.cluster.quotas import QuotaLedger, Refusal
from specedit_lsp.worker.cluster.users import User

NAME = "quotas"


def describe_ledger() -> DeploymentActorConfig:
    """Return what Serve needs to start the ledger and to start it again."""
    return DeploymentActorConfig(
        name=NAME, actor_class=ray.remote(QuotaLedger), actor_options={"num_cpus": 0}
    )


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
            return await getattr(self._actor, method).remote(*arguments)
        except RayError:
            self._actor = None
            raise
