"""Mounts and networks in namespaces that ``scripts/faults`` starts the bench in: they vanish with it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "SPECEDIT_FAULTS_NAMESPACES"
"""Set by ``scripts/faults`` where there are some."""
DISK = "size=8m"
NEAR_ADDRESS, FAR_ADDRESS = "10.77.0.1", "10.77.0.2"
NETEM = ("netem", "delay", "60ms", "20ms", "loss", "5%")
_START_SECONDS = 10.0


def lacks_namespaces() -> str:
    """Say why there are none; empty if there are."""
    return "" if os.environ.get(VARIABLE) else "namespaces of its own (unshare) are not permitted here"


def mount_disk(folder: Path) -> None:
    """Mount a filesystem with little room, in memory.

    Raises:
        subprocess.CalledProcessError: the system does not let us.
    """
    _run("mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(folder))


def mount_over(path: Path, own: Path) -> None:
    """Have one file read as another one does, which may change."""
    _run("mount", "--bind", str(own), str(path))


def unmount(path: Path) -> None:
    """Take a mount away, even if it is in use."""
    _run("umount", "--lazy", str(path))


@dataclass(frozen=True, slots=True)
class FarSide:
    """A network namespace at the other end of a cable."""

    pid: int
    """Of the process that holds it."""

    def command(self, *words: str) -> tuple[str, ...]:
        """How a program is started there."""
        return "nsenter", f"--net=/proc/{self.pid}/ns/net", *words

    def plug(self, state: str) -> None:
        """Plug the cable in (``up``) or pull it out (``down``)."""
        _run(*self.command("ip", "link", "set", "far", state))

    @contextmanager
    def bad_weather(self) -> Iterator[None]:
        """Delay and lose packets on their way there.

        Raises:
            subprocess.CalledProcessError: the kernel cannot.
        """
        _run("tc", "qdisc", "add", "dev", "near", "root", *NETEM)
        try:
            yield
        finally:
            _run("tc", "qdisc", "del", "dev", "near", "root")


def lacks_netem() -> str:
    """Say why packets cannot be lost here; empty if they can."""
    if missing := lacks_namespaces():
        return missing
    try:
        _run("tc", "qdisc", "add", "dev", "lo", "root", *NETEM)
    except (OSError, subprocess.CalledProcessError):
        return "this kernel has no netem (module sch_netem)"
    _run("tc", "qdisc", "del", "dev", "lo", "root")
    return ""


@contextmanager
def open_far_side() -> Iterator[FarSide]:
    """A second network namespace and a cable to it (a veth pair).

    Raises:
        subprocess.CalledProcessError: the system does not let us.
    """
    with subprocess.Popen(("unshare", "--net", "sleep", "1200")) as holder:
        try:
            far = FarSide(holder.pid)
            _wait_for_namespace(holder.pid)
            _run("ip", "link", "set", "lo", "up")
            _run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", str(far.pid))
            _run("ip", "addr", "add", f"{NEAR_ADDRESS}/30", "dev", "near")
            _run("ip", "link", "set", "near", "up")
            _run(*far.command("ip", "addr", "add", f"{FAR_ADDRESS}/30", "dev", "far"))
            far.plug("up")
            yield far
        finally:
            holder.kill()


def _wait_for_namespace(pid: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net"):
        if time.monotonic() > deadline:
            raise TimeoutError("no network namespace came about")
        time.sleep(0.02)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
