---Starts the language server, and speaks to it. The one place that knows Neovim's versions apart.
local config = require("specedit.config")
local events = require("specedit.events")
local program = require("specedit.program")
local server_settings = require("specedit.server_settings")
local sessions = require("specedit.sessions")

local M = {}

local api = vim.api

M.NAME = "specedit"
local PROTOCOL = 1
local SERVER_ENDED = -32099
local ROOT_MARKERS = { ".specedit", ".git", "pyproject.toml", "package.json", "Cargo.toml", "go.mod" }

---@class specedit.Status
---@field state "starting"|"loading"|"ready"|"busy"|"failed"
---@field message string
---@field model string
---@field device string
---@field queued integer
---@field percent integer?
---@field tokensPerSecond number?

---@param client_id integer
---@param token string|integer
---@return specedit.Rewrite?, boolean rewrite that the token belongs to, and whether it is for partial results
local function find_by_token(client_id, token)
  for _, rewrite in ipairs(sessions.all()) do
    if rewrite.client_id == client_id and (token == rewrite.token or token == rewrite.token .. "-work") then
      return rewrite, token == rewrite.token
    end
  end
  return nil, false
end

local function on_progress(problem, params, context, ...)
  local rewrite, partial = find_by_token(context.client_id, params.token)
  if rewrite and partial then
    return rewrite:receive(params.value)
  elseif type(params.token) == "string" and params.token:match("^specedit%-%d+$") then
    -- Late, of a rewrite that has ended: not for status lines.
    return
  elseif rewrite then
    rewrite:report(params.value)
  end
  return vim.lsp.handlers["$/progress"](problem, params, context, ...)
end

local function on_status(_, status, context)
  sessions.set_status(context.client_id, status)
  events.fire("Status", vim.tbl_extend("force", { client_id = context.client_id }, status))
  vim.cmd.redrawstatus({ bang = true })
end

local on_exit = vim.schedule_wrap(function(code, signal, client_id)
  sessions.set_status(client_id, nil)
  local how = signal ~= 0 and "signal " .. signal or "exit status " .. code
  local message = "the server ended (%s). The next rewrite starts it again; :SpecEdit log may say why."
  for _, rewrite in ipairs(sessions.all()) do
    if rewrite.client_id == client_id then
      rewrite:answer({ code = SERVER_ENDED, message = message:format(how) })
    end
  end
end)

---Neovim would start one server, and so load one model, for each file outside of any project.
---@param client vim.lsp.Client
---@param wanted vim.lsp.ClientConfig
---@return boolean
local function serves_same_root(client, wanted)
  return client.name == wanted.name and client.config.root_dir == wanted.root_dir
end

---@return vim.lsp.ClientConfig config with the user's additions, where Neovim knows of any
local function configured()
  if vim.lsp.config then
    -- Neovim keeps what it resolved, and so the options of that time, until something is added.
    vim.lsp.config(M.NAME, {})
  end
  return vim.lsp.config and vim.lsp.config[M.NAME] or M.config()
end

---@return specedit.Settings settings that the user wants now
function M.settings()
  local wanted = configured()
  return server_settings.complete(wanted.init_options, vim.tbl_get(wanted, "settings", M.NAME))
end

---The last moment before a server starts. What it was told last stays in its `init_options`.
---@param params lsp.InitializeParams
---@param starting vim.lsp.ClientConfig
local function give_settings(params, starting)
  starting.init_options = M.settings()
  params.initializationOptions = starting.init_options
end

---What `lsp/specedit.lua` returns, for `vim.lsp.enable`, and what the plugin starts by itself.
---@return vim.lsp.ClientConfig
function M.config()
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  capabilities.experimental = { specedit = { status = true } }
  -- A server that asks for settings has them a moment later; told, they count for the very next request.
  capabilities.workspace.configuration = false
  return {
    name = M.NAME,
    cmd = program.command(),
    root_markers = ROOT_MARKERS,
    reuse_client = serves_same_root,
    capabilities = capabilities,
    before_init = give_settings,
    init_options = config.read().settings,
    handlers = { ["$/progress"] = on_progress, ["specedit/status"] = on_status },
    on_exit = on_exit,
  }
end

---@param buf integer
---@return integer? client_id, string? problem
local function start(buf)
  local problem = program.missing()
  if problem then
    return nil, problem
  end
  local wanted = vim.tbl_extend("force", configured(), { root_dir = vim.fs.root(buf, ROOT_MARKERS) })
  local options = { bufnr = buf, silent = true, reuse_client = serves_same_root }
  local started, id = pcall(vim.lsp.start, wanted, options)
  if not started or not id then
    return nil, "the server does not start. :checkhealth specedit may say why."
  end
  return id
end

---@param client vim.lsp.Client
---@param feature string
---@return boolean whether the server has a feature of docs/protocol.md
function M.offers(client, feature)
  local offered = vim.tbl_get(client.server_capabilities or {}, "experimental", "specedit", feature)
  return offered == PROTOCOL
end

---@param buf integer
---@return vim.lsp.Client? that is attached to the buffer and ready
function M.client(buf)
  return vim.lsp.get_clients({ bufnr = buf, name = M.NAME })[1]
end

---Have a server for a buffer.
---@param buf integer
---@param ready fun(client: vim.lsp.Client?, problem: string?) called once it takes requests, or cannot
---@param started fun(client_id: integer)? called as soon as its process runs
function M.attach(buf, ready, started)
  local function greet(client)
    if M.offers(client, "rewriteRange") then
      return ready(client)
    end
    local problem = "%s speaks another version of the protocol. Update the plugin and the server."
    ready(nil, problem:format(program.command()[1]))
  end
  local client = M.client(buf)
  local id, problem = client and client.id, nil
  if not id then
    id, problem = start(buf)
  end
  if not id then
    return ready(nil, problem)
  end
  if started then
    started(id)
  end
  client = vim.lsp.get_client_by_id(id)
  if client and client.initialized and vim.lsp.buf_is_attached(buf, id) then
    return greet(client)
  end
  api.nvim_create_autocmd("LspAttach", {
    buffer = buf,
    callback = function(event)
      if event.data.client_id == id then
        greet(vim.lsp.get_client_by_id(id))
        return true
      end
    end,
  })
end

---Start the server with every file, if the option `autostart` says so, and not with the first rewrite.
function M.autostart()
  local wanted = config.read().autostart
  local group = api.nvim_create_augroup("specedit.autostart", {})
  if not wanted then
    return
  end
  local function open(buf)
    if vim.bo[buf].buftype == "" and api.nvim_buf_get_name(buf) ~= "" and not M.client(buf) then
      start(buf)
    end
  end
  api.nvim_create_autocmd("FileType", {
    group = group,
    pattern = type(wanted) == "table" and wanted or "*",
    callback = function(event)
      open(event.buf)
    end,
  })
  for _, buf in ipairs(api.nvim_list_bufs()) do
    local filetype = vim.bo[buf].filetype
    if
      api.nvim_buf_is_loaded(buf)
      and filetype ~= ""
      and (wanted == true or vim.list_contains(wanted, filetype))
    then
      open(buf)
    end
  end
end

---@param buf integer
---@return lsp.VersionedTextDocumentIdentifier document as the server will know it once the request arrives
function M.document(buf)
  return { uri = vim.uri_from_bufnr(buf), version = vim.lsp.util.buf_versions[buf] }
end

---@param client vim.lsp.Client
---@param method string
---@param params table
function M.notify(client, method, params)
  if vim.fn.has("nvim-0.11") == 1 then
    client:notify(method, params)
  else
    client.notify(method, params)
  end
end

---Tell running servers of settings that are others now than they were told last.
function M.renew_settings()
  local wanted
  for _, client in ipairs(vim.lsp.get_clients({ name = M.NAME })) do
    wanted = wanted or M.settings()
    if not vim.deep_equal(client.config.init_options, wanted) then
      client.config.init_options = wanted
      client.settings = vim.tbl_extend("force", client.settings, { [M.NAME] = wanted })
      M.notify(client, "workspace/didChangeConfiguration", { settings = client.settings })
    end
  end
end

---Send a request, by settings of this moment. Neovim keeps the answers to cancelled requests to itself: here they
---arrive as errors.
---@param client vim.lsp.Client
---@param buf integer
---@param method string
---@param params table
---@param answer fun(problem: lsp.ResponseError?, result: any)
---@return integer? id nil if the server does not take it
function M.request(client, buf, method, params, answer)
  M.renew_settings()
  local answered = false
  local function handle(problem, result)
    if not answered then
      answered = true
      answer(problem, result)
    end
  end
  local sent, id
  if vim.fn.has("nvim-0.11") == 1 then
    sent, id = client:request(method, params, handle, buf)
  else
    sent, id = client.request(method, params, handle, buf)
  end
  if not sent then
    return nil
  end
  api.nvim_create_autocmd("LspRequest", {
    callback = function(event)
      local data = event.data
      if data.client_id ~= client.id or data.request_id ~= id or data.request.type ~= "complete" then
        return
      end
      vim.schedule(function()
        handle({ code = -32800, message = "The request was cancelled." })
      end)
      return true
    end,
  })
  return id
end

---@param client vim.lsp.Client
---@param id integer of the request
function M.cancel(client, id)
  if vim.fn.has("nvim-0.11") == 1 then
    client:cancel_request(id)
  else
    client.cancel_request(id)
  end
end

return M
