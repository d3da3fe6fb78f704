"""All faults there are."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from specedit_lsp.evaluation.faults.clocks import Clock, lacks_clock, open_clock
from specedit_lsp.evaluation.faults.disks import fill_disk, limit_files
from specedit_lsp.evaluation.faults.fault import Fault, Scene
from specedit_lsp.evaluation.faults.files import (
    delete_record,
    delete_runtime_folder,
    delete_socket,
    leave_lock,
    spoil_record,
)
from specedit_lsp.evaluation.faults.namespaces import lacks_namespaces, lacks_netem
from specedit_lsp.evaluation.faults.networks import Network, open_network
from specedit_lsp.evaluation.faults.pipes import stop_reading
from specedit_lsp.evaluation.faults.processes import (
    OTHER,
    kill_editor,
    kill_server,
    kill_starting_worker,
    kill_worker,
    kill_writing_worker,
    nothing,
    stop_server,
    stop_worker_long,
    stop_worker_shortly,
)
from specedit_lsp.evaluation.faults.stage import Stage, open_stage


@asynccontextmanager
async def _open_local() -> AsyncGenerator[tuple[Stage, Stage], None]:
    async with open_stage() as stage:
        yield stage, stage


PROCESSES = Scene(
    _open_local,
    (
        Fault("no fault", nothing),
        Fault("worker killed", kill_worker),
        Fault("worker killed as text arrives", kill_writing_worker),
        Fault("worker killed while it starts", kill_starting_worker),
        Fault("worker stopped shortly", stop_worker_shortly),
        Fault("worker stopped beyond the limit", stop_worker_long),
        Fault("server killed", kill_server, spares=OTHER),
        Fault("server stopped", stop_server, spares=OTHER),
        Fault("editor killed", kill_editor, spares=OTHER),
        Fault("editor does not read", stop_reading, spares=OTHER),
    ),
)
FILES = Scene(
    _open_local,
    (
        Fault("socket deleted", delete_socket),
        Fault("record deleted", delete_record),
        Fault("record is garbage", spoil_record),
        Fault("runtime folder deleted", delete_runtime_folder),
        Fault("holder of the lock killed", leave_lock),
        Fault("no room (limit of file size)", limit_files),
        Fault("no room (full tmpfs)", fill_disk, lacks=lacks_namespaces),
    ),
)
REMOTE = Scene(
    open_network,
    (
        Fault("remote, no fault", Network.do_nothing),
        Fault("remote, slow (proxy)", Network.be_slow),
        Fault("remote, cut off (proxy)", Network.cut),
        Fault("remote, stalled (proxy)", Network.stall),
        Fault("remote, bits changed (proxy)", Network.spoil),
        Fault("remote, cable pulled (two namespaces)", Network.pull_cable, lacks=lacks_namespaces),
        Fault("remote, packets lost (netem)", Network.lose_packets, lacks=lacks_netem),
    ),
)
CLOCK = Scene(open_clock, (Fault("clock jumps by a day", Clock.jump, lacks=lacks_clock),))

LANES: tuple[tuple[Scene[Any], ...], ...] = ((PROCESSES, CLOCK), (FILES, REMOTE))
"""What is played beside each other. Where one waits for a limit the other has the machine."""


def names() -> list[str]:
    """The names of all faults."""
    return [fault.name for lane in LANES for scene in lane for fault in scene.faults]
