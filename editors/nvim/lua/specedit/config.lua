---The user's options: the table `vim.g.specedit`, over the defaults. Read anew whenever they count.
local M = {}

---@class specedit.Options
---@field cmd string[]? command of the server; nil looks for it (|specedit-install|)
---@field autostart boolean|string[] start the server for every file, or for these filetypes, not with the first edit
---@field review boolean show what changed until it is accepted or rejected
---@field prompt "input"|"window" where an instruction is typed: `vim.ui.input`, or a window for several lines
---@field warm boolean let the model read a selection that has settled, before there is an instruction
---@field settings specedit.Settings the server's settings
local DEFAULTS = {
  cmd = nil,
  autostart = false,
  review = true,
  prompt = "input",
  warm = true,
  settings = vim.empty_dict(),
}

local CHECKS = {
  cmd = { vim.islist, "a list of strings" },
  autostart = {
    function(value)
      return type(value) == "boolean" or vim.islist(value)
    end,
    "true, false or a list of filetypes",
  },
  review = {
    function(value)
      return type(value) == "boolean"
    end,
    "true or false",
  },
  prompt = {
    function(value)
      return value == "input" or value == "window"
    end,
    '"input" or "window"',
  },
  warm = {
    function(value)
      return type(value) == "boolean"
    end,
    "true or false",
  },
  settings = {
    function(value)
      return type(value) == "table"
    end,
    "a table",
  },
}

---@param given any
---@return specedit.Options, string[] problems one sentence for each option that is left at its default
function M.check(given)
  local options, problems = vim.deepcopy(DEFAULTS), {}
  if type(given) ~= "table" then
    return options, { "The options are no table: the defaults count." }
  end
  for name, value in vim.spairs(given) do
    local check = CHECKS[name]
    if not check then
      problems[#problems + 1] = ("There is no option %s: see :help specedit-options."):format(name)
    elseif not (type(value) == "table" or name ~= "cmd") or not check[1](value) then
      problems[#problems + 1] = ("Option %s is left at its default: it is to be %s."):format(name, check[2])
    else
      options[name] = value
    end
  end
  return options, problems
end

---@return specedit.Options
function M.read()
  return (M.check(vim.g.specedit or {}))
end

return M
