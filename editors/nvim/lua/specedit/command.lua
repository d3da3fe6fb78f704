---`:SpecEdit`: an instruction, or a sub-command.
local selection = require("specedit.selection")
local server = require("specedit.server")
local sessions = require("specedit.sessions")
local specedit = require("specedit")

local M = {}

---@class specedit.Command
---@field range integer
---@field line1 integer
---@field line2 integer
---@field bang boolean
---@field rest string what follows the sub-command

---@param command specedit.Command
---@return {[1]: integer, [2]: integer}? rows of the range; nil without one
local function rows(command)
  return command.range > 0 and { command.line1 - 1, command.line2 - 1 } or nil
end

---@param command specedit.Command
---@return boolean? review false after a bang; nil leaves it to the option
local function review(command)
  if command.bang then
    return false
  end
end

---@type table<string, fun(command: specedit.Command)>
local ACTIONS = {
  accept = function(command)
    specedit.accept(rows(command))
  end,
  reject = function(command)
    specedit.reject(rows(command))
  end,
  next = specedit.next,
  prev = specedit.prev,
  cancel = specedit.cancel,
  retry = specedit.retry,
  stats = function()
    specedit.stats()
  end,
  provenance = function()
    specedit.provenance()
  end,
  log = function()
    specedit.log()
  end,
  compose = function(command)
    local span, problem = selection.command(command)
    specedit.rewrite_span(span, problem, { multiline = true, review = review(command) })
  end,
  refine = function(command)
    specedit.refine(command.rest)
  end,
  prompt = function(command)
    local span = command.range > 0 and selection.command(command) or nil
    specedit.show_prompt(span, command.rest ~= "" and command.rest or nil)
  end,
}

local TAKE_TEXT = { refine = true, prompt = true }

---Carry out `:[range]SpecEdit[!] {what}`.
---@param command table as from |nvim_create_user_command()|
function M.run(command)
  local what = vim.trim(command.args)
  local word, rest = what:match("^(%S+)%s*(.*)$")
  local action = word and ACTIONS[word]
  if action and (rest == "" or TAKE_TEXT[word]) then
    return action(vim.tbl_extend("force", command, { rest = rest }))
  end
  local span, problem = selection.command(command)
  -- `--` sets an instruction apart that reads like a sub-command.
  specedit.rewrite_span(span, problem, { instruction = what:gsub("^%-%-%s*", ""), review = review(command) })
end

---@return string[] instructions: those given before, then the presets
local function instructions()
  return vim.list_extend(sessions.instructions(), vim.tbl_values(server.settings().presets))
end

---@param lead string
---@param candidates string[]
---@return string[]
local function beginning_with(lead, candidates)
  return vim.tbl_filter(function(each)
    return vim.startswith(each, lead)
  end, candidates)
end

---Complete `:SpecEdit`: sub-commands, and whole instructions.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local typed = line:match("SpecEdit!?%s+(.*)$") or ""
  local word, rest = typed:match("^(%S+)%s+(.*)$")
  local found = {}
  if not word then
    found = beginning_with(lead, vim.tbl_keys(ACTIONS))
    table.sort(found)
  elseif TAKE_TEXT[word] then
    typed = rest
  end
  for _, instruction in ipairs(beginning_with(typed, instructions())) do
    -- Neovim replaces the last word only.
    found[#found + 1] = instruction:sub(#typed - #lead + 1)
  end
  return found
end

---Complete an instruction that `vim.ui.input` asks for.
---@param lead string
---@return string[]
function M.complete_instruction(lead)
  return beginning_with(lead, instructions())
end

return M
