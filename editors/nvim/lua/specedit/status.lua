---What a status line says.
local server = require("specedit.server")
local sessions = require("specedit.sessions")

local M = {}

local WORDS = { starting = "starting", ready = "ready", failed = "failed", ended = "asleep" }

---@param buf integer? 0 or nil is the current one
---@return string text such as `specedit: loading 43%`; empty where no server runs
function M.text(buf)
  buf = buf ~= 0 and buf or vim.api.nvim_get_current_buf()
  local client = server.client(buf)
  local running = vim.iter(sessions.of(buf)):any(function(rewrite)
    return not rewrite.outcome
  end)
  local status = client and sessions.status(client.id)
  if not status then
    return (client or running) and "specedit: starting" or ""
  end
  local words = WORDS[status.state]
  if status.state == "loading" then
    words = status.percent and ("loading %d%%"):format(status.percent) or "loading"
  elseif status.state == "busy" or running then
    words = status.queued > 0 and ("editing, %d waiting"):format(status.queued) or "editing"
  elseif status.state == "ready" and status.tokensPerSecond then
    words = ("ready %.0f tok/s"):format(status.tokensPerSecond)
  end
  return "specedit: " .. (words or status.state)
end

return M
