---What the user means to have rewritten, as a span; or nil and a sentence that says what to do instead.
local text = require("specedit.text")

local api = vim.api
local M = {}

local BLOCKWISE = "a rewrite needs one piece of text: select it with v or V, not blockwise."
local CTRL_V = "\22"

---@param buf integer
---@param row integer from 0
---@return string
local function line_at(buf, row)
  return api.nvim_buf_get_lines(buf, row, row + 1, true)[1]
end

---@param buf integer
---@param from {[1]: integer, [2]: integer} row from 0, byte column from 0
---@param to {[1]: integer, [2]: integer} the character there is included, unless 'selection' excludes it
---@param exclusive boolean
---@return specedit.Span
local function characterwise(buf, from, to, exclusive)
  local line = line_at(buf, to[1])
  local end_col = math.min(to[2], #line)
  if not exclusive and end_col < #line then
    end_col = end_col + #vim.fn.strpart(line, end_col, 1, true)
  end
  return { row = from[1], col = math.min(from[2], #line_at(buf, from[1])), end_row = to[1], end_col = end_col }
end

---@param buf integer
---@param kind string `v`, `V` or CTRL-V
---@param from integer[] as from `getpos()`, in order
---@param to integer[]
---@param exclusive boolean
---@return specedit.Span?, string? problem
local function between(buf, kind, from, to, exclusive)
  if kind:sub(1, 1) == CTRL_V then
    return nil, BLOCKWISE
  elseif kind == "V" then
    return text.span_of_lines(buf, from[2] - 1, to[2] - 1)
  end
  return characterwise(buf, { from[2] - 1, from[3] - 1 }, { to[2] - 1, to[3] - 1 }, exclusive)
end

---The visual selection, while it is visible.
---@return specedit.Span?, string? problem
function M.visual()
  local from, to = vim.fn.getpos("v"), vim.fn.getpos(".")
  if from[2] > to[2] or (from[2] == to[2] and from[3] > to[3]) then
    from, to = to, from
  end
  return between(0, vim.fn.mode(), from, to, vim.o.selection == "exclusive")
end

---What a motion or text object covered, for `operatorfunc`.
---@param kind "char"|"line"|"block"
---@return specedit.Span?, string? problem
function M.motion(kind)
  local mode = ({ char = "v", line = "V", block = CTRL_V })[kind]
  return between(0, mode, vim.fn.getpos("'["), vim.fn.getpos("']"), false)
end

---The range of a command. `:'<,'>` stands for the visual selection itself, down to its columns.
---@param command {range: integer, line1: integer, line2: integer}
---@return specedit.Span?, string? problem
function M.command(command)
  if command.range == 0 then
    return M.around_cursor()
  end
  local from, to = vim.fn.getpos("'<"), vim.fn.getpos("'>")
  if command.range == 2 and command.line1 == from[2] and command.line2 == to[2] then
    return between(0, vim.fn.visualmode(), from, to, vim.o.selection == "exclusive")
  end
  return text.span_of_lines(0, command.line1 - 1, command.line2 - 1)
end

---The function around the cursor, where a tree-sitter parser knows it; else the line.
---@return specedit.Span
function M.around_cursor()
  local row = api.nvim_win_get_cursor(0)[1] - 1
  local found, parser = pcall(vim.treesitter.get_parser)
  if found and parser then
    -- Where no highlighter does, nobody else parses.
    parser:parse()
  end
  local parsed, node = pcall(vim.treesitter.get_node)
  while parsed and node do
    local kind = node:type()
    if kind:match("function") or kind:match("method") then
      local first, _, last, last_col = node:range()
      return text.span_of_lines(0, first, last_col == 0 and last - 1 or last)
    end
    node = node:parent()
  end
  return text.span_of_lines(0, row, row)
end

---@param span specedit.Span
---@return string words for a prompt
function M.describe(span)
  local last = span.end_col == 0 and span.end_row > span.row and span.end_row or span.end_row + 1
  if span.row + 1 == last then
    return ("line %d"):format(last)
  end
  return ("lines %d-%d"):format(span.row + 1, last)
end

return M
