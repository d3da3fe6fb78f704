---Accepting, rejecting and finding hunks.
local events = require("specedit.events")
local sessions = require("specedit.sessions")
local undo = require("specedit.undo")

local api = vim.api
local M = {}

---@param buf integer
---@return specedit.Rewrite[] that have ended and have hunks left
local function reviews(buf)
  return vim.tbl_filter(function(rewrite)
    return rewrite.outcome ~= nil and #rewrite.hunks.list > 0
  end, sessions.of(buf))
end

---@param rewrite specedit.Rewrite
---@param name string of the event
---@param count integer of hunks
---@return integer count
local function announce(rewrite, name, count)
  rewrite:close_if_reviewed()
  if count > 0 then
    events.fire(name, vim.tbl_extend("force", rewrite:describe(), { count = count }))
  end
  return count
end

---@param rewrite specedit.Rewrite
---@param each fun(index: integer)
---@param wanted (fun(hunk: specedit.Hunk): boolean)? nil is all of them
---@return integer count
local function go_through(rewrite, each, wanted)
  local count = 0
  for index = #rewrite.hunks.list, 1, -1 do
    if not wanted or wanted(rewrite.hunks.list[index]) then
      each(index)
      count = count + 1
    end
  end
  return count
end

---Accept hunks of a rewrite.
---@param rewrite specedit.Rewrite
---@param wanted (fun(hunk: specedit.Hunk): boolean)? nil is all of them
---@return integer count
function M.accept(rewrite, wanted)
  local count = go_through(rewrite, function(index)
    rewrite.hunks:accept(index)
  end, wanted)
  return announce(rewrite, "Accepted", count)
end

---Reject hunks of a rewrite, in one undo step of their own.
---@param rewrite specedit.Rewrite
---@param wanted (fun(hunk: specedit.Hunk): boolean)? nil is all of them
---@return integer count
function M.reject(rewrite, wanted)
  local count = 0
  undo.join(rewrite.buf, true, function()
    count = go_through(rewrite, function(index)
      rewrite.hunks:reject(index)
    end, wanted)
  end)
  rewrite.guard:accept_as_ours()
  return announce(rewrite, "Rejected", count)
end

---Accept or reject hunks of a buffer.
---@param buf integer
---@param verb "accept"|"reject"
---@param rows {[1]: integer, [2]: integer}? only hunks on these rows, both included
---@return integer count of hunks
function M.decide(buf, verb, rows)
  local count = 0
  for _, rewrite in ipairs(reviews(buf)) do
    local meant = {}
    for row = rows and rows[1] or 1, rows and rows[2] or 0 do
      local index = rewrite.hunks:at(row)
      if index then
        meant[rewrite.hunks.list[index]] = true
      end
    end
    local decided = M[verb](rewrite, function(hunk)
      return rows == nil or meant[hunk] == true
    end)
    count = count + decided
  end
  if count == 0 then
    local running = vim.iter(sessions.of(buf)):any(function(rewrite)
      return rewrite.outcome == nil
    end)
    events.tell(
      running and ("wait until the rewrite has ended, then %s what it changed; or cancel it."):format(verb)
        or ("there is nothing here to %s."):format(verb)
    )
  end
  return count
end

---@param buf integer
---@return integer[] rows where hunks begin, ascending
local function rows_of_hunks(buf)
  local rows, last = {}, api.nvim_buf_line_count(buf) - 1
  for _, rewrite in ipairs(sessions.of(buf)) do
    for _, hunk in ipairs(rewrite.hunks.list) do
      local span = rewrite.hunks:span(hunk)
      rows[#rows + 1] = span and math.min(span.row, last)
    end
  end
  table.sort(rows)
  return rows
end

---Move the cursor to the next hunk, or with a negative step to the previous one, around the ends of the buffer.
---@param step 1|-1
function M.jump(step)
  local rows = rows_of_hunks(api.nvim_get_current_buf())
  if #rows == 0 then
    return events.tell("there is no hunk in this buffer.")
  end
  local cursor = api.nvim_win_get_cursor(0)[1] - 1
  local target = step > 0 and rows[1] or rows[#rows]
  for index = step > 0 and #rows or 1, step > 0 and 1 or #rows, -step do
    if (rows[index] - cursor) * step > 0 then
      target = rows[index]
    end
  end
  vim.cmd("normal! m'")
  api.nvim_win_set_cursor(0, { target + 1, 0 })
  vim.cmd("normal! ^zv")
end

---Select the lines of the hunk under the cursor: a text object.
function M.select()
  local row = api.nvim_win_get_cursor(0)[1] - 1
  for _, rewrite in ipairs(sessions.of(api.nvim_get_current_buf())) do
    local index = rewrite.hunks:at(row)
    local span = index and rewrite.hunks:span(rewrite.hunks.list[index])
    if span and span.end_row > span.row then
      local last = span.end_col == 0 and span.end_row or span.end_row + 1
      return vim.cmd(
        ("normal! %sV%dGo%dG"):format(vim.fn.mode():match("[vV\22]") and "\27" or "", last, span.row + 1)
      )
    end
  end
end

return M
