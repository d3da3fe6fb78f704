---Tells the user's changes of a region from ours.
local undo = require("specedit.undo")

local api = vim.api

---@class specedit.Guard
---@field private region specedit.Region
---@field private left string[] what the region read after our last change
---@field private tick integer? `changedtick` after our last change; nil before the first
---@field private position integer of the undo history after our last change
---@field private modified boolean whether the buffer had unsaved changes before the first
local Guard = {}
Guard.__index = Guard

---@param region specedit.Region
---@return specedit.Guard
function Guard.new(region)
  return setmetatable({
    region = region,
    left = region.original,
    position = undo.position(region.buf),
    modified = vim.bo[region.buf].modified,
  }, Guard)
end

---Change the buffer ourselves; uninterrupted changes are one undo step.
---@param change fun()
function Guard:change(change)
  self.tick = undo.join(self.region.buf, self.tick == nil, change)
  self:accept_as_ours()
end

---Take what the region reads now for ours.
function Guard:accept_as_ours()
  self.left = self.region:read() or self.left
  self.position = undo.position(self.region.buf)
end

---@return string[] left what the region read after our last change
function Guard:text()
  return self.left
end

---@return boolean whether nothing at all changed in the buffer since our last change
function Guard:uninterrupted()
  return self.tick == api.nvim_buf_get_changedtick(self.region.buf)
end

---@return boolean whether the user undid something since our last change
function Guard:undone()
  return undo.position(self.region.buf) < self.position
end

---@return boolean whether the region reads as we left it
function Guard:intact()
  return self.region:reads(self.left)
end

---@return boolean whether the rewrite may go on
function Guard:undisturbed()
  return self:uninterrupted() or (self:intact() and not self:undone())
end

---Write the original text back. A buffer that had no unsaved changes, and was changed by nobody else, has none again.
function Guard:restore()
  local ours_alone = self:uninterrupted()
  self:change(function()
    self.region:restore()
  end)
  if ours_alone and not self.modified then
    vim.bo[self.region.buf].modified = false
  end
end

return Guard
