---Finds the program of the language server.
local config = require("specedit.config")

local M = {}

---@return string[] command of the server; the last resort is a name that :checkhealth explains
function M.command()
  local wanted = config.read().cmd
  if wanted then
    return wanted
  end
  -- A package manager may have linked the plugin to where it is.
  local here = vim.uv.fs_realpath(debug.getinfo(1, "S").source:sub(2)) or ""
  local checkout = vim.fn.fnamemodify(here, ":h:h:h:h:h")
  local places = {
    vim.env.VIRTUAL_ENV and vim.env.VIRTUAL_ENV .. "/bin/specedit" or "",
    vim.fn.exepath("specedit"),
    vim.fn.expand("~/.local/bin/specedit"),
    checkout .. "/.venv/bin/specedit",
  }
  for _, place in ipairs(places) do
    if place ~= "" and vim.fn.executable(place) == 1 then
      return { place, "lsp" }
    end
  end
  return { "specedit", "lsp" }
end

---@return string? problem that keeps the server from starting, and what to do
function M.missing()
  local path = M.command()[1]
  if vim.fn.executable(path) == 0 then
    return ("there is no program %q. Install the server, or say where it is: "):format(path)
      .. 'vim.g.specedit = { cmd = { "/path/to/specedit", "lsp" } }. See :help specedit-install.'
  end
end

return M
