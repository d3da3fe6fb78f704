"""How much processor time the parts of a cluster on this machine use, from ``/proc``."""

from __future__ import annotations

import os
from pathlib import Path

PARTS = {
    "proxy": "ray::ProxyActor",
    "replicas": "ray::ServeReplica",
    "controller": "ray::ServeController",
}
"""What their processes are called."""
EDITORS = "editors"
"""This process, which plays them all."""
_TICKS = os.sysconf("SC_CLK_TCK")


def read_processor_seconds() -> dict[str, float]:
    """Return what each part has used since it began; its name is in :data:`PARTS`, or :data:`EDITORS`."""
    used = dict.fromkeys((*PARTS, EDITORS), 0.0)
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            title = (folder / "cmdline").read_bytes().decode(errors="replace")
            # The name stands in parentheses and may hold anything; what comes behind has its order.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        for part, name in PARTS.items():
            if title.startswith(name):
                used[part] += (int(fields[11]) + int(fields[12])) / _TICKS
    times = os.times()
    used[EDITORS] = times.user + times.system
    return used
