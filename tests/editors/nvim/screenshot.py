"""A picture of a diff as it streams into Neovim. usage: scripts/screenshot_nvim"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path

from tests.conftest import FUNCTION, RENAME
from tests.editors.nvim.neovim import Neovim
from tests.editors.nvim.screen import Screen

WIDTH, HEIGHT = 88, 18
EVENTS = 1
"""The picture is taken when hunks have arrived as many times."""

TAKE_IT = """
local channel, events = ...
vim.api.nvim_create_autocmd("User", {
  pattern = "SpecEditHunk",
  callback = function(event)
    events = events - 1
    if events > 0 then
      return
    end
    vim.iter(vim.g.processes):each(function(pid) vim.uv.kill(pid, "sigstop") end)
    vim.defer_fn(function() vim.rpcnotify(channel, "drawn") end, 200)
    return true
  end,
})
"""


def take_screenshot(binary: str, path: str) -> Screen:
    """Start a rewrite, stop it after some hunks, and draw what there is to see then."""
    settings = {"draft": {"sources": []}, "stream": {"mode": "line"}, "worker": {"threads": 1}}
    with tempfile.TemporaryDirectory() as folder:
        neovim = Neovim(binary, Path(folder), {"settings": settings})
        neovim.open(f"from shop import items\n\n\n{FUNCTION}\n\nprint(total_price(items))\n")
        worker = neovim.worker()
        # What the worker has sent already is with the server.
        server = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
        neovim.nvim.vars["processes"] = [server, worker]
        screen = Screen(WIDTH, HEIGHT)
        neovim.lua("vim.o.termguicolors, vim.o.number, vim.o.laststatus = true, true, 2")
        neovim.lua("vim.o.statusline = \" shop.py%=%{v:lua.require'specedit'.status()} \"")
        neovim.nvim.ui_attach(WIDTH, HEIGHT, rgb=True, ext_linegrid=True)
        neovim.lua(TAKE_IT, neovim.nvim.channel_id, EVENTS)
        try:
            neovim.nvim.input(f":4,12SpecEdit {RENAME}<CR>")
            while (message := neovim.nvim.next_message()) and message[1] != "drawn":
                if message[1] == "redraw":
                    screen.draw(message[2])
        finally:
            for process in (server, worker):
                os.kill(process, signal.SIGCONT)
            neovim.close()
    screen.save_svg(path, "Neovim")
    return screen


if __name__ == "__main__":
    sys.stdout.write("\n".join(take_screenshot(os.environ["SPECEDIT_NVIM"], sys.argv[1]).lines))
