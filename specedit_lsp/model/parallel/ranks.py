"""The processes that run one model together: rank 0 leads, the others follow."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from specedit_lsp.settings import ModelSettings

COLLECTIVE_SECONDS = 600.0
"""For one collective operation, by the backend's own clock. Whoever leads gives up long before."""
_LOOPBACK = {"linux": "lo", "darwin": "lo0"}.get(sys.platform)


class Seat(BaseModel):
    """What a process must know to take its part."""

    model_config = ConfigDict(frozen=True)

    rank: int
    size: int
    """Ranks, as many as devices."""
    folder: Path
    """Where the ranks find each other: for this user alone, removed by whoever ends last."""
    threads: int
    """CPU threads, where the devices are processors."""
    settings: ModelSettings
    """Of the model, with the folder and the kind of device that rank 0 chose."""


def join_ranks(seat: Seat) -> None:
    """Become one of the ranks; return when all are there.

    Raises:
        RuntimeError: they do not find each other.
    """
    import torch
    from torch import distributed

    os.environ["LOCAL_RANK"] = str(seat.rank)  # transformers takes the device from it
    if _LOOPBACK:
        # Ranks trust whoever connects, so nobody outside this machine shall.
        os.environ.setdefault("GLOO_SOCKET_IFNAME", _LOOPBACK)
        os.environ.setdefault("NCCL_SOCKET_IFNAME", _LOOPBACK)
    device = None
    if seat.settings.device == "cuda":
        device = torch.device("cuda", seat.rank)
        torch.cuda.set_device(device)
    else:
        torch.set_num_threads(seat.threads)
    distributed.init_process_group(
        "nccl" if device else "gloo",
        init_method=(seat.folder / "store").as_uri(),
        rank=seat.rank,
        world_size=seat.size,
        timeout=timedelta(seconds=COLLECTIVE_SECONDS),
        device_id=device,
    )


def has_joined() -> bool:
    """Whether this process is one of several ranks."""
    from torch import distributed

    return distributed.is_initialized()


def abort_collectives() -> None:
    """Break off what waits for a rank that is gone. On processors a broken connection does so by itself."""
    import torch
    from torch.distributed.distributed_c10d import _abort_process_group

    if torch.cuda.is_available() and has_joined():
        _abort_process_group()


def leave_ranks() -> None:
    """Be a process of its own again."""
    from torch import distributed

    if has_joined():
        distributed.destroy_process_group()
    os.environ.pop("LOCAL_RANK", None)
