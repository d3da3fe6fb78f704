"""A worker of others, and what can happen on the way to it."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass

from specedit_lsp.evaluation.faults.namespaces import (
    FAR_ADDRESS,
    FarSide,
    lacks_namespaces,
    open_far_side,
)
from specedit_lsp.evaluation.faults.processes import moment
from specedit_lsp.evaluation.faults.proxy import CHUNK_BYTES, Proxy, open_proxy
from specedit_lsp.evaluation.faults.stage import SILENCE_SECONDS, Stage, open_stage

BAD_SECONDS = 5.0
SERVE_SECONDS = 60.0
PORT = 9258


@dataclass(frozen=True, slots=True)
class Network:
    """The way to the worker: a proxy in the bench, and behind it a cable if there are namespaces."""

    proxy: Proxy
    far: FarSide | None

    async def do_nothing(self, dice: random.Random) -> None:
        """No fault at all."""

    async def be_slow(self, dice: random.Random) -> None:
        """Delay everything, and let it through in drips."""
        await moment(dice)
        self.proxy.delay_seconds, self.proxy.drip_bytes = dice.uniform(0.02, 0.15), 100
        try:
            await asyncio.sleep(BAD_SECONDS)
        finally:
            self.proxy.delay_seconds, self.proxy.drip_bytes = 0.0, CHUNK_BYTES

    async def cut(self, dice: random.Random) -> None:
        """Break all connections off, three times."""
        for _ in range(3):
            await moment(dice, 2.0)
            self.proxy.cut()

    async def stall(self, dice: random.Random) -> None:
        """Let nothing through for longer than a worker may be silent."""
        await moment(dice)
        self.proxy.passes.clear()
        try:
            await asyncio.sleep(1.5 * SILENCE_SECONDS)
        finally:
            self.proxy.passes.set()

    async def spoil(self, dice: random.Random) -> None:
        """Change a bit of several chunks, in both directions."""
        self.proxy.dice = dice
        for _ in range(4):
            await moment(dice, 1.0)
            self.proxy.spoiled_chunks += 1
        await asyncio.sleep(1.0)
        self.proxy.spoiled_chunks = 0

    async def pull_cable(self, dice: random.Random) -> None:
        """Pull the cable out for moments: packets are lost, connections stay."""
        assert self.far is not None
        for _ in range(3):
            await moment(dice, 2.0)
            self.far.plug("down")
            await asyncio.sleep(dice.uniform(0.1, 1.5))
            self.far.plug("up")

    async def lose_packets(self, dice: random.Random) -> None:
        """Delay and lose packets."""
        assert self.far is not None
        await moment(dice)
        with self.far.bad_weather():
            await asyncio.sleep(BAD_SECONDS)


@asynccontextmanager
async def open_network() -> AsyncGenerator[tuple[Stage, Network], None]:
    """A stage whose worker is reached over a network.

    Raises:
        TimeoutError: that worker does not start.
    """
    with ExitStack() as stack:
        far = None if lacks_namespaces() else stack.enter_context(open_far_side())
        host = FAR_ADDRESS if far else "127.0.0.1"
        environment = {"SPECEDIT_TOKEN": secrets.token_urlsafe()}
        async with open_proxy() as proxy:
            worker = {"url": f"http://127.0.0.1:{proxy.port}"}
            async with open_stage(environment, worker) as stage:
                address = f"{host}:{PORT if far else 0}"
                options = ("--insecure-plain-http", "--listen", address)
                command = stage.command(("-m", "specedit_lsp", "worker", "serve", *options))
                serving = await asyncio.create_subprocess_exec(
                    *(far.command(*command) if far else command),
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                )
                try:
                    assert serving.stdout is not None
                    line = await asyncio.wait_for(serving.stdout.readline(), SERVE_SECONDS)
                    proxy.target = (host, int(line.decode().rpartition(":")[2]))
                    stage.keepers.add(serving.pid)
                    yield stage, Network(proxy, far)
                finally:
                    serving.kill()
                    await serving.wait()
