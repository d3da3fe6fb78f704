---All that the plugin remembers while Neovim runs: rewrites, what servers said of themselves, instructions.
local M = {}

---@type table<integer, specedit.Rewrite[]> by buffer, oldest first: those that run or are under review
local open = {}
---@type table<integer, specedit.Rewrite> by buffer: the newest, ended or not
local newest = {}
---@type table<integer, specedit.Status> by client
local statuses = {}
---@type string[] newest first
local instructions = {}

local MOST_INSTRUCTIONS = 100

---@param rewrite specedit.Rewrite
function M.add(rewrite)
  open[rewrite.buf] = open[rewrite.buf] or {}
  table.insert(open[rewrite.buf], rewrite)
  newest[rewrite.buf] = rewrite
  M.remember(rewrite.instruction)
end

---@param instruction string to be recalled
function M.remember(instruction)
  instructions = vim.tbl_filter(function(each)
    return each ~= instruction
  end, instructions)
  table.insert(instructions, 1, instruction)
  instructions[MOST_INSTRUCTIONS + 1] = nil
end

---@param rewrite specedit.Rewrite
function M.remove(rewrite)
  open[rewrite.buf] = vim.tbl_filter(function(each)
    return each ~= rewrite
  end, open[rewrite.buf] or {})
end

---@param buf integer
---@return specedit.Rewrite[] open in this buffer, oldest first
function M.of(buf)
  return vim.list_slice(open[buf] or {})
end

---@return specedit.Rewrite[] open in any buffer
function M.all()
  return vim.iter(vim.tbl_values(open)):flatten():totable()
end

---@param buf integer
---@return specedit.Rewrite?
function M.newest(buf)
  return newest[buf]
end

---@param buf integer whose last rewrite is of no use any more
function M.forget(buf)
  open[buf], newest[buf] = nil, nil
end

---@return string[] newest first, no duplicates
function M.instructions()
  return vim.list_slice(instructions)
end

---@param client_id integer
---@param status specedit.Status?
function M.set_status(client_id, status)
  statuses[client_id] = status
end

---@param client_id integer
---@return specedit.Status?
function M.status(client_id)
  return statuses[client_id]
end

return M
