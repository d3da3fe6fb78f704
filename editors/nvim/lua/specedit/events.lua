---What others may listen to: `User` autocommands, and messages to the user.
local M = {}

---@param name string without its prefix: `Started` fires `User SpecEditStarted`
---@param data table
function M.fire(name, data)
  vim.api.nvim_exec_autocmds("User", { pattern = "SpecEdit" .. name, modeline = false, data = data })
end

---@param message string
---@param level integer? of `vim.log.levels`
function M.tell(message, level)
  vim.notify("specedit: " .. message, level or vim.log.levels.INFO, { title = "specedit" })
end

return M
