---Puts hunks into the buffer as they arrive.
---
---They come in coordinates of the text that the request was made for, in order and disjoint. So it is enough to
---remember where the last one ended, there and here: what follows is still untouched.
local text = require("specedit.text")

---@class specedit.WireEdit
---@field range lsp.Range
---@field newText string

---A hunk as it lies in the buffer now.
---@class specedit.Arrival
---@field span specedit.Span of the new text
---@field old string[] pieces of the text that it replaced
---@field removed string[] whole lines that it replaced, for showing
---@field follows boolean whether it begins where the one before ends

---@class specedit.HunkStream
---@field private region specedit.Region
---@field private encoding string
---@field private base {row: integer, col: integer} end of the last hunk in the original text
---@field private here {row: integer, col: integer} the same place, relative to the region's start now
---@field private begun boolean
local HunkStream = {}
HunkStream.__index = HunkStream

---@param region specedit.Region
---@param encoding string that client and server agreed on
---@return specedit.HunkStream
function HunkStream.new(region, encoding)
  return setmetatable({
    region = region,
    encoding = encoding,
    base = { row = region.base.row, col = region.base.col },
    here = { row = 0, col = 0 },
    begun = false,
  }, HunkStream)
end

---Apply one hunk.
---@param edit specedit.WireEdit
---@return specedit.Arrival
function HunkStream:apply(edit)
  local region, from, to = self.region, self:_base(edit.range.start), self:_base(edit.range["end"])
  local span = assert(region:span())
  local start, stop = self:_locate(from, span), self:_locate(to, span)
  local target = { row = start.row, col = start.col, end_row = stop.row, end_col = stop.col }
  local old = text.read(region.buf, target)
  local lines_before = vim.api.nvim_buf_line_count(region.buf)
  local end_row, end_col = text.replace(region.buf, target, text.split(region.buf, edit.newText))
  local follows = self.begun and from.row == self.base.row and from.col == self.base.col
  self.base = to
  self.here = { row = end_row - span.row, col = end_row == span.row and end_col - span.col or end_col }
  self.begun = true
  region:move({
    row = span.row,
    col = span.col,
    end_row = span.end_row + vim.api.nvim_buf_line_count(region.buf) - lines_before,
    end_col = span.end_row == stop.row and end_col + span.end_col - stop.col or span.end_col,
  })
  local first = from.row - region.base.row
  local count = to.row - from.row + (to.col > 0 and 1 or 0)
  return {
    span = { row = start.row, col = start.col, end_row = end_row, end_col = end_col },
    old = old,
    removed = vim.list_slice(region.lines, first + 1, first + count),
    follows = follows,
  }
end

---@return integer row, integer col up to where the text is verified
function HunkStream:head()
  local span = assert(self.region:span())
  local here = self:_locate(self.base, span)
  return here.row, here.col
end

---@param position lsp.Position in the original text
---@return {row: integer, col: integer} base with a byte column
function HunkStream:_base(position)
  local line = self.region.lines[position.line - self.region.base.row + 1] or ""
  return { row = position.line, col = text.byte(line, position.character, self.encoding) }
end

---@param base {row: integer, col: integer} not before the end of the last hunk
---@param span specedit.Span of the region now
---@return {row: integer, col: integer} place in the buffer
function HunkStream:_locate(base, span)
  local row = self.here.row + base.row - self.base.row
  local col = base.row == self.base.row and self.here.col + base.col - self.base.col or base.col
  return { row = span.row + row, col = row == 0 and span.col + col or col }
end

return HunkStream
