---The server's settings, all of them: what the user says, and the defaults of what is not said.
local DEFAULTS = require("specedit.settings")

local M = {}

---@param value any
---@return boolean whether it can be a group of settings; else it is for the server to name it
local function is_group(value)
  return type(value) == "table" and (vim.tbl_isempty(value) or not vim.islist(value))
end

---A setting that is not said any more is thus told too, and at its default.
---@param ... specedit.Settings? the later ones count before the earlier, setting by setting
---@return specedit.Settings
function M.complete(...)
  local complete = vim.deepcopy(DEFAULTS)
  for place = 1, select("#", ...) do
    for name, value in pairs((select(place, ...)) or {}) do
      if name ~= "presets" and is_group(complete[name]) and is_group(value) then
        complete[name] = vim.tbl_extend("force", complete[name], value)
      elseif name == "presets" and is_group(value) and vim.tbl_isempty(value) then
        complete[name] = vim.empty_dict() -- any other empty table would arrive as a list
      else
        complete[name] = value
      end
    end
  end
  return complete
end

return M
