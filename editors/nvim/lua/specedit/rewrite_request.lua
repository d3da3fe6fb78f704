---The request of a rewrite: sent, cancelled, and under way until the server has let go of the region.
local server = require("specedit.server")
local sessions = require("specedit.sessions")
local text = require("specedit.text")

---@class specedit.RewriteRequest
---@field private rewrite specedit.Rewrite
---@field private id integer? while the server works on it
---@field private waiting fun()[] called once it is over
local RewriteRequest = {}
RewriteRequest.__index = RewriteRequest

---@param rewrite specedit.Rewrite
---@return specedit.RewriteRequest
function RewriteRequest.new(rewrite)
  return setmetatable({ rewrite = rewrite, waiting = {} }, RewriteRequest)
end

---@param client vim.lsp.Client
---@return boolean whether the server takes it
function RewriteRequest:send(client)
  local rewrite = self.rewrite
  self.id = server.request(client, rewrite.buf, "specedit/rewriteRange", {
    textDocument = server.document(rewrite.buf),
    range = text.to_range(rewrite.buf, rewrite.region.base, client.offset_encoding),
    expectedText = table.concat(rewrite.region.original, text.line_end(rewrite.buf)),
    instruction = rewrite.instruction,
    refines = rewrite.refines,
    partialResultToken = rewrite.token,
    workDoneToken = rewrite.token .. "-work",
  }, function(problem, result)
    rewrite:answer(problem, result)
  end)
  return self:is_under_way()
end

---@return specedit.RewriteRequest? predecessor of a rewrite that has ended here but not yet there: the server would
---refuse an overlap
function RewriteRequest:predecessor()
  local span = assert(self.rewrite.region:span())
  for _, other in ipairs(sessions.of(self.rewrite.buf)) do
    if other.outcome and other.request:is_under_way() and other.region:meets(span) then
      return other.request
    end
  end
end

---@return vim.lsp.Client? client it went to, while its server runs. Ids of jobs mean something to that one only: each
---counts from 1.
function RewriteRequest:client()
  local id = self.rewrite.client_id
  return id and vim.lsp.get_client_by_id(id)
end

function RewriteRequest:cancel()
  local client = self:client()
  if client and self.id then
    server.cancel(client, self.id)
  end
end

---@return boolean
function RewriteRequest:is_under_way()
  return self.id ~= nil
end

---@param callback fun()
function RewriteRequest:when_over(callback)
  table.insert(self.waiting, callback)
end

---The server is done with it, or has ended.
function RewriteRequest:over()
  self.id = nil
  vim.iter(self.waiting):each(vim.schedule)
  self.waiting = {}
end

return RewriteRequest
