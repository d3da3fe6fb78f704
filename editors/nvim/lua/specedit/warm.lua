---Tells the server of a selection that has settled, so that the model may read it before there is an instruction.
local config = require("specedit.config")
local selection = require("specedit.selection")
local server = require("specedit.server")
local text = require("specedit.text")

local api = vim.api
local M = {}

local SETTLED_MILLISECONDS = 150

---@param buf integer
local function announce(buf)
  local client = api.nvim_get_current_buf() == buf and server.client(buf)
  local span = vim.fn.mode():match("[vV]") and selection.visual()
  if client and span and server.offers(client, "warm") then
    server.notify(client, "specedit/warm", {
      textDocument = server.document(buf),
      range = text.to_range(buf, span, client.offset_encoding),
    })
  end
end

---Follow selections while in visual mode, in buffers that have a server.
---@param group integer
function M.follow(group)
  local timer = assert(vim.uv.new_timer())
  api.nvim_create_autocmd({ "ModeChanged", "CursorMoved" }, {
    group = group,
    callback = function(event)
      timer:stop()
      if vim.fn.mode():match("[vV]") and config.read().warm and server.client(event.buf) then
        timer:start(
          SETTLED_MILLISECONDS,
          0,
          vim.schedule_wrap(function()
            announce(event.buf)
          end)
        )
      end
    end,
  })
end

return M
