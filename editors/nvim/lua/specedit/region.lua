---The part of a buffer that a rewrite may touch, followed by an extmark while text around it changes.
local text = require("specedit.text")

local api = vim.api
local namespace = api.nvim_create_namespace("specedit.region")

---@class specedit.Region
---@field buf integer
---@field base specedit.Span where it was at first
---@field lines string[] the whole lines that it stood on then
---@field original string[] what it read then
---@field private id integer of its extmark
local Region = {}
Region.__index = Region

---@param buf integer
---@param span specedit.Span
---@return specedit.Region
function Region.track(buf, span)
  local self = setmetatable({ buf = buf }, Region)
  self:rebase(span)
  return self
end

---Take the text as it is now for the original.
---@param span specedit.Span
function Region:rebase(span)
  self.base = span
  self.lines = api.nvim_buf_get_lines(self.buf, span.row, span.end_row + 1, false)
  self.original = text.read(self.buf, span)
  self:move(span)
end

---@return specedit.Span? span now; nil if the buffer was unloaded or loaded anew
function Region:span()
  if not api.nvim_buf_is_loaded(self.buf) then
    return nil
  end
  local mark = api.nvim_buf_get_extmark_by_id(self.buf, namespace, self.id, { details = true })
  local row, col, details = mark[1], mark[2], mark[3]
  if not row or details.end_row > api.nvim_buf_line_count(self.buf) then
    return nil
  end
  return { row = row, col = col, end_row = details.end_row, end_col = details.end_col }
end

---Say where the region is after a change of ours. Typing at its edges counts as typing inside.
---@param span specedit.Span
function Region:move(span)
  self.id = api.nvim_buf_set_extmark(self.buf, namespace, span.row, span.col, {
    id = self.id,
    end_row = span.end_row,
    end_col = span.end_col,
    right_gravity = false,
    end_right_gravity = true,
  })
end

---@return string[]? pieces of its text now
function Region:read()
  local span = self:span()
  return span and text.read(self.buf, span)
end

---@param pieces string[]?
---@return boolean whether it reads so
function Region:reads(pieces)
  local now = self:read()
  return now ~= nil and pieces ~= nil and table.concat(now, "\n") == table.concat(pieces, "\n")
end

---Write the original text back.
function Region:restore()
  local span = assert(self:span())
  local end_row, end_col = text.replace(self.buf, span, self.original)
  self:move({ row = span.row, col = span.col, end_row = end_row, end_col = end_col })
end

---@param span specedit.Span
---@return boolean whether it overlaps the region or touches it
function Region:meets(span)
  local own = self:span()
  if not own then
    return false
  end
  local function before(row, col, other_row, other_col)
    return row < other_row or (row == other_row and col < other_col)
  end
  return not before(span.end_row, span.end_col, own.row, own.col)
    and not before(own.end_row, own.end_col, span.row, span.col)
end

---Stop following it.
function Region:forget()
  if api.nvim_buf_is_loaded(self.buf) then
    api.nvim_buf_del_extmark(self.buf, namespace, self.id)
  end
end

return Region
