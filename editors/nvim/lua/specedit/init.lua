---Select code, say what should change, and watch it change. What the plugin offers to configurations and maps.
local Region = require("specedit.region")
local Rewrite = require("specedit.rewrite")
local config = require("specedit.config")
local events = require("specedit.events")
local inspection = require("specedit.inspection")
local prompt = require("specedit.prompt")
local review = require("specedit.review")
local selection = require("specedit.selection")
local server = require("specedit.server")
local sessions = require("specedit.sessions")
local status = require("specedit.status")

local api = vim.api
local M = {}

---@param buf integer
---@return string? problem that keeps this buffer from being rewritten, and what to do
local function unfit(buf)
  if not api.nvim_buf_is_loaded(buf) then
    return "this buffer is not loaded: open it in a window first."
  elseif not vim.bo[buf].modifiable then
    return "this buffer cannot be changed: it is 'nomodifiable'."
  elseif vim.bo[buf].readonly then
    return "this buffer is read-only: allow changes with :set noreadonly first."
  elseif api.nvim_buf_get_name(buf) == "" then
    return "this buffer has no name, by which a server could know it: give it one with :file NAME."
  elseif vim.bo[buf].buftype ~= "" then
    return ("this is no file but a %s buffer: copy the text into a file."):format(vim.bo[buf].buftype)
  end
end

---@class specedit.Request
---@field buf integer? 0 or nil is the current one
---@field span specedit.Span? nil is the function around the cursor, or the line
---@field instruction string? nil asks for it
---@field review boolean? nil is the option of that name
---@field multiline boolean? ask in a window for several lines
---@field refines string? id of the job whose instruction this one adds to

---Have a part of a buffer rewritten.
---@param request specedit.Request?
function M.rewrite(request)
  request = request or {}
  local buf = request.buf ~= 0 and request.buf or api.nvim_get_current_buf()
  local problem = unfit(buf)
  if problem then
    return events.tell(problem, vim.log.levels.ERROR)
  end
  local span = request.span or selection.around_cursor()
  local with_review = request.review
  if with_review == nil then
    with_review = config.read().review
  end
  local function start(instruction)
    for _, other in ipairs(sessions.of(buf)) do
      -- What is rewritten again is no longer what there was to review.
      if other.outcome and other.region:meets(span) then
        review.accept(other)
      end
    end
    Rewrite.start({
      buf = buf,
      span = span,
      instruction = instruction,
      review = with_review,
      refines = request.refines,
    })
  end
  if request.instruction and vim.trim(request.instruction) ~= "" then
    return start(vim.trim(request.instruction))
  end
  -- What is above may grow or shrink while the instruction is typed.
  local place = Region.track(buf, span)
  local function answered(instruction)
    local now = place:reads(place.original) and place:span()
    place:forget()
    if instruction and now then
      span = now
      start(instruction)
    elseif instruction then
      sessions.remember(instruction)
      local message = "the text was changed meanwhile: select what to rewrite and recall the instruction."
      events.tell(message, vim.log.levels.WARN)
    end
  end
  local title = "Edit " .. selection.describe(span)
  if request.multiline then
    prompt.compose(title, "", answered)
  else
    prompt.ask(title, answered)
  end
end

---Rewrite the visual selection; for maps in visual mode.
---@param request specedit.Request?
function M.rewrite_visual(request)
  local span, problem = selection.visual()
  api.nvim_feedkeys("\27", "nx", false)
  M.rewrite_span(span, problem, request)
end

---@param span specedit.Span?
---@param problem string? why there is no span
---@param request specedit.Request?
function M.rewrite_span(span, problem, request)
  if not span then
    return events.tell(problem or "there is nothing to rewrite.", vim.log.levels.ERROR)
  end
  M.rewrite(vim.tbl_extend("force", request or {}, { span = span }))
end

---The operator: `g@`, with the motion's text rewritten. For expression maps.
---@return string keys
function M.operator()
  vim.o.operatorfunc = "v:lua.require'specedit'.rewrite_motion"
  return "g@"
end

---@param kind "char"|"line"|"block" as Neovim calls an 'operatorfunc'
function M.rewrite_motion(kind)
  local span, problem = selection.motion(kind)
  M.rewrite_span(span, problem)
end

---@return specedit.Rewrite?
local function newest()
  local rewrite = sessions.newest(api.nvim_get_current_buf())
  if not rewrite then
    events.tell("nothing was rewritten in this buffer yet.", vim.log.levels.WARN)
  end
  return rewrite
end

---@param rewrite specedit.Rewrite
---@return boolean whether no server knows its instruction any more, which the user is told
local function forgotten(rewrite)
  if rewrite.request:client() then
    return false
  end
  local advice = rewrite.refines and "select what to rewrite and ask anew." or "use :SpecEdit retry."
  events.tell("the server that wrote this has ended: " .. advice, vim.log.levels.WARN)
  return true
end

---@param rewrite specedit.Rewrite
---@param instruction string
---@param refines string?
local function again(rewrite, instruction, refines)
  if refines and forgotten(rewrite) then
    return
  end
  rewrite:cancel()
  local span = rewrite:rewind() and rewrite.region:span()
  if not span then
    local message = "you have changed the text since: select what to rewrite and ask anew."
    return events.tell(message, vim.log.levels.WARN)
  end
  M.rewrite({
    buf = rewrite.buf,
    span = span,
    instruction = instruction,
    review = rewrite.review,
    refines = refines,
  })
end

---Put the original text back and rewrite it again, by the same instruction.
function M.retry()
  local rewrite = newest()
  if rewrite then
    again(rewrite, rewrite.instruction, rewrite.refines)
  end
end

---Put the original text back and rewrite it by the same instruction and a further one.
---@param instruction string? nil asks for it
function M.refine(instruction)
  local rewrite = newest()
  if not rewrite then
    return
  elseif not rewrite.job_id then
    return events.tell("there is no finished rewrite to refine: use :SpecEdit retry.", vim.log.levels.WARN)
  elseif forgotten(rewrite) then
    return
  end
  local function start(further)
    if further then
      again(rewrite, further, rewrite.job_id)
    end
  end
  if instruction and vim.trim(instruction) ~= "" then
    start(vim.trim(instruction))
  else
    prompt.ask(("Refine %q"):format(rewrite.instruction), start)
  end
end

---Cancel what runs in the current buffer.
function M.cancel()
  local cancelled = false
  for _, rewrite in ipairs(sessions.of(api.nvim_get_current_buf())) do
    if not rewrite.outcome then
      cancelled = true
      rewrite:cancel()
    end
  end
  if not cancelled then
    events.tell("nothing runs in this buffer.")
  end
end

---Accept hunks: their text stays.
---@param rows {[1]: integer, [2]: integer}? rows from 0, both included; nil is the whole buffer
function M.accept(rows)
  review.decide(api.nvim_get_current_buf(), "accept", rows)
end

---Reject hunks: the text comes back that they replaced.
---@param rows {[1]: integer, [2]: integer}? rows from 0, both included; nil is the whole buffer
function M.reject(rows)
  review.decide(api.nvim_get_current_buf(), "reject", rows)
end

---@return {[1]: integer, [2]: integer} rows of the cursor, for |specedit.accept()| and |specedit.reject()|
function M.cursor_rows()
  local row = api.nvim_win_get_cursor(0)[1] - 1
  return { row, row }
end

---Go to the next hunk.
function M.next()
  review.jump(1)
end

---Go to the previous hunk.
function M.prev()
  review.jump(-1)
end

---Select the hunk under the cursor; for maps in operator-pending and visual mode.
M.select_hunk = review.select
---A few words for a status line; empty where no server runs.
M.status = status.text
---Show the figures of the newest rewrite.
M.stats = inspection.show_stats
---Colour the newest rewrite by where its text came from, or stop that.
M.provenance = inspection.toggle_provenance
---Show what the model is given to read.
M.show_prompt = inspection.show_prompt
---Open the newest log.
M.log = inspection.open_log

---Set options. Not needed: `vim.g.specedit` does the same, and without either the defaults count.
---@param options specedit.Options?
function M.setup(options)
  local _, problems = config.check(options or {})
  for _, problem in ipairs(problems) do
    events.tell(problem, vim.log.levels.WARN)
  end
  vim.g.specedit = options or {}
  server.renew_settings()
  server.autostart()
end

return M
