---One rewrite: from the request to the last hunk, and until its changes are accepted or rejected.
---
---    starting ──> running ──> done | unchanged            the review of its hunks stays open
---        └───────────┴──────> cancelled | failed          the original text is back (unless stream.onCancel is keep)
---                    └──────> conflict                    the user's text stays as it is
local Guard = require("specedit.guard")
local HunkStream = require("specedit.hunk_stream")
local Hunks = require("specedit.hunks")
local Pending = require("specedit.pending")
local Region = require("specedit.region")
local RewriteRequest = require("specedit.rewrite_request")
local events = require("specedit.events")
local server = require("specedit.server")
local sessions = require("specedit.sessions")
local text = require("specedit.text")

local api = vim.api

---@class specedit.RewriteOptions
---@field buf integer
---@field span specedit.Span
---@field instruction string
---@field review boolean whether to show what changed until it is accepted
---@field refines string? id of the job whose instruction this one adds to

---@class specedit.Rewrite
---@field buf integer
---@field instruction string
---@field review boolean
---@field refines string?
---@field region specedit.Region
---@field guard specedit.Guard
---@field hunks specedit.Hunks
---@field client_id integer?
---@field outcome "done"|"unchanged"|"cancelled"|"conflict"|"failed"|nil nil while it runs
---@field message string?
---@field job_id string?
---@field stats table?
---@field token string partial results carry it
---@field private stream specedit.HunkStream?
---@field private pending specedit.Pending
---@field request specedit.RewriteRequest
local Rewrite = {}
Rewrite.__index = Rewrite

local REQUEST_CANCELLED = -32800

---@param options specedit.RewriteOptions
---@return specedit.Rewrite
function Rewrite.start(options)
  local self = setmetatable({
    buf = options.buf,
    instruction = options.instruction,
    review = options.review,
    refines = options.refines,
    region = Region.track(options.buf, options.span),
    hunks = Hunks.new(options.buf),
    pending = Pending.new(options.buf, options.instruction),
    token = ("specedit-%d"):format(vim.uv.hrtime()),
  }, Rewrite)
  self.guard = Guard.new(self.region)
  self.request = RewriteRequest.new(self)
  sessions.add(self)
  self:_watch()
  self:_show_pending()
  events.fire("Started", self:describe())
  server.attach(options.buf, function(client, problem)
    if self.outcome then
      return
    elseif problem or not client then
      self:_end("failed", problem)
    else
      self:_send(client)
    end
  end, function(client_id)
    self.client_id = client_id
  end)
  return self
end

---@return table data what autocommands are told of it
function Rewrite:describe()
  return {
    buf = self.buf,
    instruction = self.instruction,
    job_id = self.job_id,
    outcome = self.outcome,
    message = self.message,
    hunks = #self.hunks.list,
    stats = self.stats,
  }
end

---@param client vim.lsp.Client
function Rewrite:_send(client)
  if not self.guard:undisturbed() then
    return self:_end("conflict")
  end
  local predecessor = self.request:predecessor()
  if predecessor then
    return predecessor:when_over(function()
      if not self.outcome then
        self:_send(client)
      end
    end)
  end
  -- Text above may have grown while the server started.
  self.region:rebase(assert(self.region:span()))
  self.stream = HunkStream.new(self.region, client.offset_encoding)
  if not self.request:send(client) then
    return self:_end("failed", "The server does not take requests any more. Try again: it is started anew.")
  end
end

---A partial result arrived.
---@param partial {seq: integer, edits: specedit.WireEdit[]}
function Rewrite:receive(partial)
  if self.outcome then
    return
  elseif not self.guard:undisturbed() then
    return self:_stop_for_user()
  end
  local fits, problem = pcall(self._apply, self, partial.edits)
  if not fits then
    self:_abort("failed", "An edit could not be applied: " .. problem)
  end
end

---@param edits specedit.WireEdit[]
function Rewrite:_apply(edits)
  if #edits == 0 then
    return
  end
  self.guard:change(function()
    for _, edit in ipairs(edits) do
      self.hunks:add(self.stream:apply(edit))
    end
  end)
  self:_show_pending()
  events.fire("Hunk", self:describe())
end

---What the server says about the work, while it goes on.
---@param value {kind: string, message: string?}
function Rewrite:report(value)
  if not self.outcome and value.kind == "report" and value.message then
    self:_show_pending(("%s (%s)"):format(self.instruction, value.message))
  end
end

---The server is done with the request.
---@param problem lsp.ResponseError?
---@param result table?
function Rewrite:answer(problem, result)
  self.request:over()
  if self.outcome then
    return self:close_if_reviewed()
  elseif not self.guard:undisturbed() then
    return self:_stop_for_user()
  elseif problem then
    return self:_abort(problem.code == REQUEST_CANCELLED and "cancelled" or "failed", problem.message)
  end
  local fits, complaint = pcall(self._apply, self, assert(result).edits)
  if not fits then
    return self:_abort("failed", "An edit could not be applied: " .. complaint)
  elseif result.sha256 and vim.fn.sha256(text.normalise(self.guard:text())) ~= result.sha256 then
    return self:_abort(
      "failed",
      "What arrived is not what the model wrote. The original text is back: try again."
    )
  end
  self.job_id, self.stats = result.jobId, result.stats
  self:_end(result.outcome)
end

---Stop it. The original text comes back, unless the setting `stream.onCancel` says `keep`.
function Rewrite:cancel()
  if not self.outcome then
    self.request:cancel()
    self:_abort("cancelled")
  end
end

---End it without a result.
---@param outcome "cancelled"|"failed"
---@param message string?
function Rewrite:_abort(outcome, message)
  local keep = outcome == "cancelled" and vim.tbl_get(server.settings(), "stream", "onCancel") == "keep"
  if not keep and #self.hunks.list > 0 and self.region:span() then
    self.hunks:clear()
    self.guard:restore()
  end
  self:_end(outcome, message)
end

---The user changed the region, or undid something: what they have now stays.
function Rewrite:_stop_for_user()
  self.request:cancel()
  if not self.region:span() or self.guard:undone() then
    self.hunks:clear()
  end
  self:_end("conflict")
end

---@param outcome string
---@param message string?
function Rewrite:_end(outcome, message)
  self.outcome, self.message = outcome, message
  self.pending:clear()
  if outcome == "failed" then
    events.tell(message or "The rewrite failed; :SpecEdit log may say why.", vim.log.levels.ERROR)
  elseif outcome == "conflict" then
    events.tell("stopped, because its text was changed. Your text stays as it is.", vim.log.levels.WARN)
  elseif outcome == "unchanged" then
    events.tell("the model kept the text as it is.")
  end
  events.fire("Finished", self:describe())
  if not self.review then
    self.hunks:clear()
  end
  self:close_if_reviewed()
end

---Leave the list of open rewrites once there is nothing left to accept, to reject or to wait for.
function Rewrite:close_if_reviewed()
  if self.outcome and #self.hunks.list == 0 and not self.request:is_under_way() then
    sessions.remove(self)
  end
end

---Put the original text back, so that the same place can be rewritten again.
---@return boolean whether that took nothing of the user's away
function Rewrite:rewind()
  if not self.guard:intact() then
    return false
  end
  self.hunks:clear()
  self:close_if_reviewed()
  if not self.region:reads(self.region.original) then
    self.guard:restore()
  end
  return true
end

---@param message string?
function Rewrite:_show_pending(message)
  local span = self.region:span()
  if span then
    local row, col = span.row, span.col
    if self.stream then
      row, col = self.stream:head()
    end
    self.pending:show(span, row, col, message)
  end
end

---Look at what the user did to the buffer.
function Rewrite:look()
  if not self.outcome and not self.guard:undisturbed() then
    self:_stop_for_user()
  elseif self.outcome and #self.hunks.list > 0 and self.region:reads(self.region.original) then
    -- Undone as a whole: there is nothing left to review.
    self.hunks:clear()
    self:close_if_reviewed()
  end
end

---The buffer was unloaded, or loaded anew.
function Rewrite:leave()
  if not self.outcome then
    self:_stop_for_user()
  end
  self.hunks:clear()
  self:close_if_reviewed()
end

---Follow what happens to the buffer for as long as it matters.
function Rewrite:_watch()
  local look = vim.schedule_wrap(function()
    self:look()
  end)
  local leave = vim.schedule_wrap(function()
    self:leave()
  end)
  api.nvim_buf_attach(self.buf, false, {
    on_lines = function()
      if self.outcome and #self.hunks.list == 0 then
        return true
      end
      look()
    end,
    on_reload = leave,
    on_detach = leave,
  })
end

return Rewrite
