-- Commands and <Plug> maps. Everything else is loaded when it is first used.
if vim.g.loaded_specedit then
  return
end
vim.g.loaded_specedit = true

if vim.fn.has("nvim-0.10") == 0 then
  vim.notify("specedit: this plugin needs Neovim 0.10 or newer.", vim.log.levels.ERROR)
  return
end

vim.api.nvim_create_user_command("SpecEdit", function(command)
  require("specedit.command").run(command)
end, {
  bang = true,
  nargs = "*",
  range = true,
  desc = "Rewrite the range as told, or carry out a sub-command",
  complete = function(...)
    return require("specedit.command").complete(...)
  end,
})

---@param modes string|string[]
---@param name string
---@param call string
---@param description string
local function plug(modes, name, call, description)
  local keys = ("<Plug>(specedit%s)"):format(name)
  vim.keymap.set(modes, keys, ("<Cmd>lua require('specedit').%s<CR>"):format(call), { desc = description })
end

plug("n", "", "rewrite()", "Rewrite the function or line under the cursor")
plug("x", "", "rewrite_visual()", "Rewrite the selection")
plug("n", "-compose", "rewrite({ multiline = true })", "The same, with an instruction of several lines")
plug(
  "x",
  "-compose",
  "rewrite_visual({ multiline = true })",
  "The same, with an instruction of several lines"
)
plug("n", "-accept", "accept()", "Accept all hunks of the buffer")
plug("n", "-reject", "reject()", "Reject all hunks of the buffer")
plug("n", "-accept-hunk", "accept(require('specedit').cursor_rows())", "Accept the hunk under the cursor")
plug("n", "-reject-hunk", "reject(require('specedit').cursor_rows())", "Reject the hunk under the cursor")
plug("n", "-next", "next()", "Go to the next hunk")
plug("n", "-prev", "prev()", "Go to the previous hunk")
plug({ "n", "i" }, "-cancel", "cancel()", "Cancel the rewrites of the buffer")
plug("n", "-retry", "retry()", "Rewrite once more")
plug("n", "-refine", "refine()", "Rewrite once more, with a further instruction")
plug("n", "-stats", "stats()", "Show the figures of the last rewrite")
plug("n", "-provenance", "provenance()", "Colour the last rewrite by where its text came from")
plug({ "o", "x" }, "-hunk", "select_hunk()", "The hunk under the cursor")
vim.keymap.set("n", "<Plug>(specedit-operator)", function()
  return require("specedit").operator()
end, { expr = true, desc = "Rewrite the text of a motion" })

local group = vim.api.nvim_create_augroup("specedit", {})
vim.api.nvim_create_autocmd("ColorScheme", {
  group = group,
  callback = function()
    require("specedit.highlights").define()
  end,
})
require("specedit.highlights").define()
-- A selection is of interest only where a server runs: loading waits for the first.
vim.api.nvim_create_autocmd("LspAttach", {
  group = group,
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == "specedit" then
      require("specedit.warm").follow(group)
      return true
    end
  end,
})
-- After the user's configuration has had its say.
vim.api.nvim_create_autocmd("VimEnter", {
  group = group,
  once = true,
  callback = function()
    if type(vim.g.specedit) == "table" and vim.g.specedit.autostart then
      require("specedit.server").autostart()
    end
  end,
})
