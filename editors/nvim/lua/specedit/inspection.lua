---What a rewrite cost, what the model read, and where each character came from.
local events = require("specedit.events")
local server = require("specedit.server")
local sessions = require("specedit.sessions")
local text = require("specedit.text")

local api = vim.api
local namespace = api.nvim_create_namespace("specedit.provenance")
local M = {}

local GROUPS = {
  selection = "SpecEditCopied",
  indented = "SpecEditCopied",
  rewrite = "SpecEditView",
  likely = "SpecEditView",
  induced = "SpecEditView",
  memory = "SpecEditSeen",
  lookup = "SpecEditSeen",
  rules = "SpecEditRules",
  common = "SpecEditRules",
  model = "SpecEditDraftModel",
  target = "SpecEditWritten",
}

---@param buf integer
---@param feature string
---@return vim.lsp.Client? client that has it; where none has, the user is told
local function client_with(buf, feature)
  local client = server.client(buf)
  if not client then
    events.tell("no server runs for this buffer yet: rewrite something first.", vim.log.levels.WARN)
  elseif not server.offers(client, feature) then
    events.tell(("this server has no %s: update it."):format(feature), vim.log.levels.WARN)
    return nil
  end
  return client
end

---@param feature string
---@param params table
---@param show fun(result: any)
local function inquire(feature, params, show)
  local buf = api.nvim_get_current_buf()
  local client = client_with(buf, feature)
  if not client then
    return
  end
  server.request(client, buf, "specedit/" .. feature, params, function(problem, result)
    if problem then
      events.tell(problem.message, vim.log.levels.ERROR)
    elseif not result or result == vim.NIL then
      events.tell("there is nothing to show: rewrite something first.")
    else
      show(result)
    end
  end)
end

---@param record table
---@return string[]
local function describe(record)
  local lines = { ("%s: %s"):format(record.instruction, record.message or record.outcome) }
  local stats = record.stats
  if stats then
    lines[#lines + 1] = ("%d tokens in %d forwards, %.2f s, first text after %.2f s"):format(
      stats.outputTokens,
      stats.forwards,
      stats.seconds,
      stats.firstTextSeconds
    )
    for name, source in vim.spairs(stats.sources) do
      lines[#lines + 1] = ("  %-10s %d of %d drafted tokens accepted"):format(
        name,
        source.accepted,
        source.proposed
      )
    end
  end
  if record.tokensPerSecond then
    lines[#lines + 1] = ("%.0f tokens/s"):format(record.tokensPerSecond)
  end
  if record.savedSeconds then
    lines[#lines + 1] = ("%.2f s saved"):format(record.savedSeconds)
  end
  return lines
end

---Show the figures of the newest rewrite: as the server has them, or as they came with the result.
function M.show_stats()
  local buf = api.nvim_get_current_buf()
  local rewrite, client = sessions.newest(buf), server.client(buf)
  local function show(record)
    api.nvim_echo({ { table.concat(describe(record), "\n") } }, true, {})
  end
  local known = not rewrite or rewrite.request:client()
  if client and known and server.offers(client, "stats") then
    return inquire("stats", { jobId = rewrite and rewrite.job_id }, show)
  elseif rewrite then
    return show(rewrite:describe())
  end
  events.tell("nothing was rewritten in this buffer yet.")
end

---@param title string
---@param lines string[]
local function open_scratch(title, lines)
  vim.cmd.new()
  local buf = api.nvim_get_current_buf()
  vim.bo[buf].buftype, vim.bo[buf].bufhidden, vim.bo[buf].swapfile = "nofile", "wipe", false
  api.nvim_buf_set_lines(buf, 0, -1, true, lines)
  vim.bo[buf].modifiable = false
  api.nvim_buf_set_name(buf, ("specedit://%d/%s"):format(buf, title))
end

---Show the exact text that the model reads, in a window of its own.
---@param span specedit.Span? nil is the text of the newest rewrite
---@param instruction string? nil is that of the newest rewrite
function M.show_prompt(span, instruction)
  local buf = api.nvim_get_current_buf()
  local rewrite = sessions.newest(buf)
  span = span or (rewrite and rewrite.region:span())
  instruction = instruction or (rewrite and rewrite.instruction)
  if not span or not instruction then
    return events.tell(
      "select text and give an instruction: :'<,'>SpecEdit prompt INSTRUCTION.",
      vim.log.levels.WARN
    )
  end
  local client = client_with(buf, "showPrompt")
  if not client then
    return
  end
  local params = {
    textDocument = server.document(buf),
    range = text.to_range(buf, span, client.offset_encoding),
    instruction = instruction,
  }
  inquire("showPrompt", params, function(result)
    local lines = vim.split(result.prompt, "\n", { plain = true })
    open_scratch(("%d tokens for %s"):format(result.tokens, result.model), lines)
  end)
end

---@param rewrite specedit.Rewrite
---@param spans table[]
---@param encoding string
local function colour(rewrite, spans, encoding)
  local region = assert(rewrite.region:span())
  local lines = text.read(rewrite.buf, region)
  local function place(position)
    local col = text.byte(lines[position.line + 1] or "", position.character, encoding)
    return region.row + position.line, position.line == 0 and region.col + col or col
  end
  for _, each in ipairs(spans) do
    local row, col = place(each.range.start)
    local end_row, end_col = place(each.range["end"])
    api.nvim_buf_set_extmark(rewrite.buf, namespace, row, col, {
      end_row = end_row,
      end_col = end_col,
      hl_group = GROUPS[each.source] or "SpecEditWritten",
      priority = 250,
      strict = false,
    })
  end
end

---Colour the newest rewrite by where its text came from, or stop that. |specedit-provenance| names the groups.
function M.toggle_provenance()
  local buf = api.nvim_get_current_buf()
  local rewrite = sessions.newest(buf)
  if #api.nvim_buf_get_extmarks(buf, namespace, 0, -1, { limit = 1 }) > 0 then
    return api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  elseif not rewrite or not rewrite.job_id then
    return events.tell("no rewrite of this buffer has come to its end yet.", vim.log.levels.WARN)
  elseif not rewrite.request:client() then
    local message = "the server that wrote this has ended: the origin of its text is not known any more."
    return events.tell(message, vim.log.levels.WARN)
  end
  inquire("provenance", { jobId = rewrite.job_id }, function(result)
    if not rewrite.guard:intact() then
      return events.tell("the text was changed since: its origin is not known any more.", vim.log.levels.WARN)
    end
    colour(rewrite, result.spans, assert(server.client(buf)).offset_encoding)
  end)
end

---@return string[] paths of logs, newest first: the server's own, then Neovim's of all language servers
local function logs()
  local state = vim.env.XDG_STATE_HOME or vim.fn.expand("~/.local/state")
  local folder = vim.fn.has("mac") == 1 and vim.fn.expand("~/Library/Logs/specedit")
    or state .. "/specedit/log"
  local found = vim.fn.glob(folder .. "/*.log", true, true)
  table.sort(found, function(one, other)
    return vim.fn.getftime(one) > vim.fn.getftime(other)
  end)
  found[#found + 1] = vim.lsp.get_log_path and vim.lsp.get_log_path() or vim.lsp.log.get_filename()
  return found
end

---Open the newest log in a window of its own.
function M.open_log()
  vim.cmd.split(vim.fn.fnameescape(logs()[1]))
  vim.bo.readonly = true
  vim.cmd("normal! G")
end

return M
