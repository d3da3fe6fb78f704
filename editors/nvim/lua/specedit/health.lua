---`:checkhealth specedit`
local Rewrite = require("specedit.rewrite")
local config = require("specedit.config")
local program = require("specedit.program")
local server = require("specedit.server")
local sessions = require("specedit.sessions")
local text = require("specedit.text")

local api, health = vim.api, vim.health
local M = {}

local START_MILLISECONDS = 60000
local EDIT_MILLISECONDS = 60000

local SAMPLE = { "def double(result):", "    result = 2 * result", "    return result" }
local INSTRUCTION = "rename result to total"

local function check_editor()
  if vim.fn.has("nvim-0.10") == 1 then
    health.ok("Neovim " .. tostring(vim.version()))
  else
    health.error("Neovim is older than 0.10", "Install a newer one.")
  end
end

local function check_options()
  local _, problems = config.check(vim.g.specedit or {})
  for _, problem in ipairs(problems) do
    health.warn(problem)
  end
  if #problems == 0 then
    health.ok("options are well-formed")
  end
end

---@return boolean whether the server's program is there
local function check_program()
  local problem = program.missing()
  if problem then
    health.error(problem)
    return false
  end
  health.ok("server: " .. table.concat(program.command(), " "))
  return true
end

---@param buf integer
---@return vim.lsp.Client?
local function check_server(buf)
  local client, problem
  local begin = vim.uv.hrtime()
  server.attach(buf, function(ready, why)
    client, problem = ready, why
  end)
  vim.wait(START_MILLISECONDS, function()
    return client ~= nil or problem ~= nil
  end, 10)
  if not client then
    health.error(problem or "the server does not answer", ":SpecEdit log may say why.")
    return nil
  end
  local info = client.server_info or {}
  health.ok(
    ("%s %s answers after %.1f s, protocol and plugin match"):format(
      info.name or "server",
      info.version or "",
      (vim.uv.hrtime() - begin) / 1e9
    )
  )
  return client
end

---@param client vim.lsp.Client
---@return boolean whether the model can be used
local function check_worker(client)
  local function settled()
    local status = sessions.status(client.id)
    return status and vim.list_contains({ "ready", "busy", "failed" }, status.state)
  end
  vim.wait(START_MILLISECONDS, settled, 10)
  local status = sessions.status(client.id)
  if not settled() or not status then
    health.error(
      "the worker does not start: " .. (status and status.state or "no word of it"),
      ":SpecEdit log"
    )
    return false
  elseif status.state == "failed" then
    health.error(status.message)
    return false
  end
  health.ok(("worker: model %s on %s"):format(status.model, status.device))
  return true
end

---@param buf integer
local function check_edit(buf)
  local begin = vim.uv.hrtime()
  local rewrite = Rewrite.start({
    buf = buf,
    span = text.span_of_lines(buf, 0, #SAMPLE - 1),
    instruction = INSTRUCTION,
    review = false,
  })
  vim.wait(EDIT_MILLISECONDS, function()
    return rewrite.outcome ~= nil
  end, 5)
  local seconds = (vim.uv.hrtime() - begin) / 1e9
  if rewrite.outcome == "done" or rewrite.outcome == "unchanged" then
    health.ok(
      ("a test edit of %d lines took %.2f s (%d tokens in %d forwards)"):format(
        #SAMPLE,
        seconds,
        rewrite.stats.outputTokens,
        rewrite.stats.forwards
      )
    )
  else
    rewrite:cancel()
    health.error("a test edit failed: " .. (rewrite.message or "no answer"), ":SpecEdit log may say why.")
  end
end

---Run all checks, one timed edit among them. Nothing of the user's is touched.
function M.check()
  health.start("specedit")
  check_editor()
  check_options()
  if not check_program() then
    return
  end
  local buf = api.nvim_create_buf(false, false)
  vim.bo[buf].swapfile, vim.bo[buf].buflisted = false, false
  api.nvim_buf_set_name(buf, vim.fn.tempname() .. ".py")
  vim.bo[buf].filetype = "python"
  api.nvim_buf_set_lines(buf, 0, -1, true, SAMPLE)
  local client = check_server(buf)
  if client and check_worker(client) then
    check_edit(buf)
  end
  api.nvim_buf_delete(buf, { force = true })
end

return M
