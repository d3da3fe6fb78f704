---What a rewrite changed, hunk by hunk: shown over the buffer, and taken back on demand.
local text = require("specedit.text")

local api = vim.api
local namespace = api.nvim_create_namespace("specedit.hunks")

---@class specedit.Hunk
---@field id integer extmark over the new text
---@field old string[] pieces of the text that it replaced
---@field removed string[] the whole lines that it replaced, for showing
---@field sign integer? extmark of its sign
---@field tail integer? extmark of the removed lines, where there is no line below to hang them on

---@class specedit.Hunks
---@field buf integer
---@field list specedit.Hunk[] in the order of the buffer
local Hunks = {}
Hunks.__index = Hunks

---@param buf integer
---@return specedit.Hunks
function Hunks.new(buf)
  return setmetatable({ buf = buf, list = {} }, Hunks)
end

---@param line string
---@param tabstop integer
---@return string line as wide as a screen, so that its background is
local function screen_line(line, tabstop)
  local expanded = line:gsub("\t", (" "):rep(tabstop))
  local shown = vim.fn.strtrans(expanded)
  return shown .. (" "):rep(vim.o.columns - vim.fn.strdisplaywidth(shown))
end

---Neovim draws lines above the first one only if a window is scrolled up to them.
---@param buf integer
---@param height integer
local function reveal_above_first_line(buf, height)
  for _, window in ipairs(vim.fn.win_findbuf(buf)) do
    api.nvim_win_call(window, function()
      local view = vim.fn.winsaveview()
      if view.topline == 1 and view.topfill < height then
        vim.fn.winrestview({ topfill = height })
      end
    end)
  end
end

---@param hunk specedit.Hunk
---@param span specedit.Span
function Hunks:_draw(hunk, span)
  local lines = {}
  for _, line in ipairs(hunk.removed) do
    lines[#lines + 1] = { { screen_line(line, vim.bo[self.buf].tabstop), "SpecEditRemoved" } }
  end
  local empty = span.row == span.end_row and span.col == span.end_col
  local last = api.nvim_buf_line_count(self.buf) - 1
  -- Behind the last line there is none to hang removed lines on.
  local beyond = span.row > last
  hunk.id = api.nvim_buf_set_extmark(self.buf, namespace, span.row, span.col, {
    id = hunk.id,
    end_row = span.end_row,
    end_col = span.end_col,
    hl_group = not empty and "SpecEditAdded" or nil,
    hl_eol = true,
    virt_lines = not beyond and #lines > 0 and lines or nil,
    virt_lines_above = true,
    right_gravity = false,
    end_right_gravity = false,
  })
  -- Signs stand on the last row of a range too, even where it ends before the first column.
  local last_row = span.end_col == 0 and span.end_row > span.row and span.end_row - 1 or span.end_row
  hunk.sign = api.nvim_buf_set_extmark(self.buf, namespace, math.min(span.row, last), 0, {
    id = hunk.sign,
    end_row = math.min(last_row, last),
    sign_text = empty and "▁▁" or "▎ ",
    sign_hl_group = empty and "SpecEditRemovedSign" or "SpecEditAddedSign",
  })
  if beyond and #lines > 0 then
    hunk.tail = api.nvim_buf_set_extmark(self.buf, namespace, last, 0, { id = hunk.tail, virt_lines = lines })
  end
  if span.row == 0 then
    reveal_above_first_line(self.buf, #lines)
  end
end

---Show one more; what begins where the last one ends is part of it.
---@param arrival specedit.Arrival
function Hunks:add(arrival)
  local last = self.list[#self.list]
  local before = last and arrival.follows and self:span(last)
  if before then
    last.old[#last.old] = last.old[#last.old] .. arrival.old[1]
    vim.list_extend(last.old, arrival.old, 2)
    vim.list_extend(last.removed, arrival.removed)
    local span = arrival.span
    self:_draw(last, { row = before.row, col = before.col, end_row = span.end_row, end_col = span.end_col })
    return
  end
  local hunk = { old = arrival.old, removed = arrival.removed }
  self:_draw(hunk, arrival.span)
  self.list[#self.list + 1] = hunk
end

---@param hunk specedit.Hunk
---@return specedit.Span? span of its text now; nil if the buffer was unloaded or loaded anew
function Hunks:span(hunk)
  if not api.nvim_buf_is_loaded(self.buf) then
    return nil
  end
  local mark = api.nvim_buf_get_extmark_by_id(self.buf, namespace, hunk.id, { details = true })
  if not mark[1] then
    return nil
  end
  return { row = mark[1], col = mark[2], end_row = mark[3].end_row, end_col = mark[3].end_col }
end

---@param row integer
---@return integer? index of the hunk on this line
function Hunks:at(row)
  local last = api.nvim_buf_line_count(self.buf) - 1
  for index, hunk in ipairs(self.list) do
    local span = self:span(hunk)
    if span then
      local first = math.min(span.row, last)
      local behind = math.max(span.end_row + (span.end_col > 0 and 1 or 0), first + 1)
      if first <= row and row < behind then
        return index
      end
    end
  end
end

---@param hunk specedit.Hunk
function Hunks:_erase(hunk)
  for _, id in pairs({ hunk.id, hunk.sign, hunk.tail }) do
    api.nvim_buf_del_extmark(self.buf, namespace, id)
  end
end

---Take a hunk for good: its text stays, its mark goes.
---@param index integer
function Hunks:accept(index)
  self:_erase(table.remove(self.list, index))
end

---Put the text back that a hunk replaced. Other changes, the user's among them, stay.
---@param index integer
function Hunks:reject(index)
  local hunk = table.remove(self.list, index)
  local span = self:span(hunk)
  self:_erase(hunk)
  if span then
    text.replace(self.buf, span, hunk.old)
  end
end

---Show nothing any more.
function Hunks:clear()
  if api.nvim_buf_is_loaded(self.buf) then
    for _, hunk in ipairs(self.list) do
      self:_erase(hunk)
    end
  end
  self.list = {}
end

return Hunks
