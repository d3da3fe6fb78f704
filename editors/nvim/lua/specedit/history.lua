---Instructions given before: in this Neovim, and to the same server by others.
local server = require("specedit.server")
local sessions = require("specedit.sessions")

local M = {}

local PATIENCE_MILLISECONDS = 200

---@param own string[]
---@param others string[]
---@return string[] newest first, no duplicates
local function merge(own, others)
  local seen, merged = {}, {}
  for _, instruction in ipairs(vim.list_extend(own, others)) do
    if not seen[instruction] then
      seen[instruction] = true
      merged[#merged + 1] = instruction
    end
  end
  return merged
end

---@param show fun(instructions: string[]) newest first
function M.fetch(show)
  local own, buf = sessions.instructions(), vim.api.nvim_get_current_buf()
  local client = server.client(buf)
  if not client or not server.offers(client, "history") then
    return show(own)
  end
  local shown = false
  local function show_once(_, result)
    if not shown then
      shown = true
      show(merge(own, result and result.instructions or {}))
    end
  end
  server.request(client, buf, "specedit/history", vim.empty_dict(), show_once)
  -- Nobody waits for a prompt because a server is slow.
  vim.defer_fn(show_once, PATIENCE_MILLISECONDS)
end

return M
