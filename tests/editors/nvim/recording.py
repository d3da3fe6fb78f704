"""A recording of an edit in a real Neovim, with its own timing. usage: scripts/record_nvim"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.editors.nvim.animation import Frame, write_animation
from tests.editors.nvim.neovim import Neovim
from tests.editors.nvim.screen import Screen

WIDTH, HEIGHT = 84, 33
SAMPLE = Path(__file__).parents[3] / "scripts" / "demo_sample.py"
KEY_MILLISECONDS = 45
"""Between two keys of the one who types. All else takes the time that it takes."""

STEPS: tuple[dict[str, Any], ...] = (
    {"wait": 900},
    {"press": "6GV17j", "wait": 600},
    {"type": ":SpecEdit rename user to account", "wait": 400},
    {"press": "<CR>", "until": "SpecEditFinished", "wait": 3500},
    {"type": ":SpecEdit accept", "press": "<CR>", "wait": 1200},
    {"type": ":SpecEdit provenance", "press": "<CR>", "wait": 3500},
)

PLAY = """
local channel, steps, pause = ...
local go_on
local player = coroutine.create(function()
  local function wait(milliseconds)
    vim.defer_fn(go_on, milliseconds)
    coroutine.yield()
  end
  for _, step in ipairs(steps) do
    if step["until"] then
      vim.api.nvim_create_autocmd("User", {
        pattern = step["until"], once = true, callback = vim.schedule_wrap(function() go_on() end),
      })
    end
    for key in (step.type or ""):gmatch(".") do
      vim.api.nvim_input(key)
      wait(pause)
    end
    vim.api.nvim_input(step.press or "")
    if step["until"] then
      coroutine.yield()
    end
    wait(step.wait or 0)
  end
  vim.rpcnotify(channel, "played")
end)
go_on = function() assert(coroutine.resume(player)) end
vim.schedule(go_on)
"""


def record(binary: str) -> str:
    """Play :data:`STEPS` in a Neovim with plugin, real server and bundled model; return an SVG."""
    with tempfile.TemporaryDirectory() as folder:
        neovim = Neovim(binary, Path(folder), {})
        screen = Screen(WIDTH, HEIGHT)
        try:
            neovim.open(SAMPLE.read_text("utf-8"))
            neovim.lua("vim.o.termguicolors, vim.o.laststatus, vim.o.number = true, 2, true")
            neovim.lua("vim.o.statusline = \" shop.py%=%{v:lua.require'specedit'.status()} \"")
            neovim.nvim.ui_attach(WIDTH, HEIGHT, rgb=True, ext_linegrid=True)
            neovim.lua(PLAY, neovim.nvim.channel_id, STEPS, KEY_MILLISECONDS)
            frames, seconds = _film(neovim, screen)
        finally:
            neovim.close()
    return write_animation(frames, seconds, screen.look)


def _film(neovim: Neovim, screen: Screen) -> tuple[list[Frame], float]:
    began = time.monotonic()
    frames: list[Frame] = []
    while (message := neovim.nvim.next_message()) and message[1] != "played":
        if message[1] != "redraw":
            continue
        screen.draw(message[2])
        rows = tuple(tuple(row) for row in screen.cells)
        if rows and (not frames or rows != frames[-1].rows):
            frames.append(Frame(time.monotonic() - began if frames else 0.0, rows))
    return frames, time.monotonic() - began


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(record(os.environ["SPECEDIT_NVIM"]), "utf-8")
