---One undo step for each uninterrupted rewrite.
local M = {}

local api = vim.api

---End the undo step that is open, so that the next change begins a new one.
local function close_step()
  vim.bo.undolevels = vim.bo.undolevels
end

---Make a change that belongs to the undo step of our last one, unless somebody else changed the buffer since.
---Joining then would take back the user's typing along with the rewrite, and after an undo it is an error.
---@param buf integer
---@param first boolean whether this change begins a step of its own in any case
---@param change fun()
---@return integer tick `changedtick` as this change leaves it
function M.join(buf, first, change)
  api.nvim_buf_call(buf, function()
    if not first and vim.b.specedit_tick == api.nvim_buf_get_changedtick(buf) then
      vim.cmd("silent undojoin")
    else
      close_step()
    end
    change()
    -- What the user types next, without leaving insert mode even, is a step of its own.
    close_step()
  end)
  vim.b[buf].specedit_tick = api.nvim_buf_get_changedtick(buf)
  return vim.b[buf].specedit_tick
end

---@param buf integer
---@return integer sequence number of the newest change that is not undone
function M.position(buf)
  return api.nvim_buf_call(buf, function()
    return vim.fn.undotree().seq_cur
  end)
end

return M
