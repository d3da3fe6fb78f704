"""A real Neovim with the plugin in it, driven by keys as a user would press them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pynvim

from specedit_lsp.lsp.client import SERVER_COMMAND
from specedit_lsp.transport.local.found_worker import find_all
from specedit_lsp.transport.local.runtime_folder import open_runtime_folder

PLUGIN = Path(__file__).parents[3] / "editors" / "nvim"
ARGUMENTS = ("--clean", "--embed", "--headless", "-n", "-i", "NONE")
SECONDS = 60.0
"""Longer than anything takes on a busy machine."""

RECORDER = """
vim.g.events = {}
vim.g.messages = {}
vim.api.nvim_create_autocmd("User", {
  pattern = "SpecEdit*",
  callback = function(event)
    local events = vim.g.events
    events[#events + 1] = { name = event.match:sub(9), data = event.data }
    vim.g.events = events
    if event.match == "SpecEditHunk" and vim.g.pause then
      vim.uv.kill(vim.g.pause, "sigstop")
    end
  end,
})
vim.notify = function(message)
  local messages = vim.g.messages
  messages[#messages + 1] = message
  vim.g.messages = messages
end
"""


def wait_until(condition: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Wait until something is true; its value is returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    raise TimeoutError


class Neovim:
    """One running editor."""

    def __init__(self, binary: str, folder: Path, options: dict[str, Any]) -> None:
        self.folder = folder
        self._count = 0
        self.nvim = pynvim.attach(
            "child",
            argv=[
                binary,
                "--clean",
                "--embed",
                "--headless",
                "-n",
                "-i",
                "NONE",
                "--cmd",
                f"set rtp^={PLUGIN}",
            ],
        )
        options = {"cmd": list(SERVER_COMMAND), **options}
        self.lua("vim.g.specedit = ...", options)
        self.lua(RECORDER)
        self.nvim.command(f"cd {folder}")
        self.open("ready = 1\n")
        self.nvim.command("lua require('specedit.server').attach(0, function() vim.g.attached = true end)")
        self.wait_for("vim.g.attached and require('specedit').status():match('ready')")

    def close(self) -> None:
        """End it as a user would."""
        self.end(self.nvim)

    @staticmethod
    def end(nvim: pynvim.Nvim) -> None:
        """End any Neovim as a user would."""
        # It answers no more once it has ended, which pynvim takes for an error.
        with contextlib.suppress(EOFError, OSError):
            nvim.command("qall!")
        nvim.close()

    def lua(self, code: str, *arguments: Any) -> Any:
        """Run Lua in the editor; its value is returned."""
        return self.nvim.exec_lua(code, *arguments)

    def keys(self, keys: str) -> None:
        """Press keys, and wait until the editor has taken them."""
        self.nvim.input(keys)
        self.nvim.eval("1")

    def open(self, text: str, name: str = "shop.py") -> None:
        """Edit a file with this text."""
        self._count += 1
        path = self.folder / str(self._count) / name
        path.parent.mkdir()
        path.write_bytes(text.encode())
        self.nvim.command(f"edit {path}")
        self.clear_events()

    @property
    def text(self) -> str:
        """The buffer's."""
        return "".join(f"{line}\n" for line in self.nvim.current.buffer[:])

    @property
    def events(self) -> list[dict[str, Any]]:
        """What autocommands said since the buffer was opened, oldest first."""
        return list(self.nvim.vars["events"])

    @property
    def messages(self) -> list[str]:
        """What the user was told since the buffer was opened."""
        return list(self.nvim.vars["messages"])

    def clear_events(self) -> None:
        """Forget events and messages."""
        self.lua("vim.g.events = {}; vim.g.messages = {}")

    def wait_for(self, condition: str) -> Any:
        """Wait until a Lua expression is true; its value is returned."""
        try:
            return wait_until(lambda: self.lua(f"return {condition}"))
        except TimeoutError:
            heard = f"events {self.events}, messages {self.messages}"
            raise TimeoutError(f"{condition} did not come true; {heard}") from None

    def wait_for_event(self, name: str) -> dict[str, Any]:
        """Wait for the first event of this name."""
        self.wait_for(f"vim.iter(vim.g.events):any(function(e) return e.name == '{name}' end)")
        return next(event["data"] for event in self.events if event["name"] == name)

    def rewrite(self, keys: str) -> dict[str, Any]:
        """Press keys that start a rewrite, and wait for its end."""
        self.clear_events()
        self.keys(keys)
        return self.wait_for_event("Finished")

    def worker(self) -> int:
        """The process id of the worker that all editors of the tests share."""
        [worker] = find_all(open_runtime_folder())
        return worker.record.process.pid

    @contextlib.contextmanager
    def paused_at_first_hunk(self, keys: str) -> Iterator[None]:
        """Press keys that start a rewrite; during the block it stands still, after its first hunk."""
        worker = self.worker()
        self.clear_events()
        self.nvim.vars["pause"] = worker
        try:
            self.keys(keys)
            self.wait_for_event("Hunk")
            yield
        finally:
            self.lua("vim.g.pause = nil")
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGCONT)
