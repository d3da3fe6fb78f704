"""What whoever runs the cluster may choose: the arguments of `serve run`, or of a Serve configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from specedit_lsp.settings import Settings


class ClusterOptions(BaseModel):
    """Arguments of `specedit_lsp.worker.ray_app:app`. Frozen; an unknown one is refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    users: Path
    """The file of users, at the same place on every node: see :mod:`specedit_lsp.worker.cluster.users`."""
    model: str = ""
    """A folder with a model, at the same place on every node; else what ``settings`` say."""
    num_gpus: float = Field(default=1, ge=0)
    """GPUs of a replica; 0 runs the model on processors."""
    num_cpus: float = Field(default=1, gt=0)
    """Processors of a replica, and as many threads of the model."""
    min_replicas: int = Field(default=1, ge=1)
    """Replicas that are always there."""
    max_replicas: int = Field(default=1, ge=1)
    """Most replicas; more than ``min_replicas`` switches autoscaling on."""
    rewrites_per_replica: float = Field(default=2, gt=0)
    """Rewrites under way or waiting that one replica is meant to have; autoscaling follows it."""
    settings: Settings = Settings()
    """The worker's settings, in the words of an editor's: ``{"worker": {"maxQueued": 32}}``."""

    @model_validator(mode="after")
    def _check_replicas(self) -> Self:
        if self.max_replicas < self.min_replicas:
            raise ValueError(
                f"max_replicas is {self.max_replicas}, less than min_replicas ({self.min_replicas})"
            )
        return self

    def worker_settings(self) -> Settings:
        """The settings of one replica's worker."""
        settings = self.settings
        if self.model:
            model = settings.model.model_copy(update={"path": self.model})
            settings = settings.model_copy(update={"model": model})
        if not settings.worker.threads:
            # "All cores but one" would be all the node's, for each of its replicas.
            worker = settings.worker.model_copy(update={"threads": max(int(self.num_cpus), 1)})
            settings = settings.model_copy(update={"worker": worker})
        return settings
