---Asks for an instruction: in one line, or in a window for several. Both recall earlier ones.
local config = require("specedit.config")
local history = require("specedit.history")

local api = vim.api
local M = {}

---@param said string?
---@return string? instruction nil if the user thought better of it
local function instruction_of(said)
  local instruction = vim.trim(said or "")
  return instruction ~= "" and instruction or nil
end

---@param title string
---@param ask fun(instruction: string?) nil if the user thought better of it
function M.ask(title, ask)
  if config.read().prompt == "window" then
    return M.compose(title, "", ask)
  end
  history.fetch(function(instructions)
    -- Where vim.ui.input is Neovim's own, <Up> goes through this history.
    for index = #instructions, 1, -1 do
      vim.fn.histadd("input", instructions[index])
    end
    vim.ui.input({
      prompt = title .. ": ",
      completion = "customlist,v:lua.require'specedit.command'.complete_instruction",
    }, function(said)
      ask(instruction_of(said))
    end)
  end)
end

---@param instructions string[]
---@param buf integer of the window
---@return fun(step: integer) browse
local function browser(instructions, buf)
  local at, draft = 0, {}
  return function(step)
    local target = math.max(0, math.min(#instructions, at + step))
    if target == at then
      return
    elseif at == 0 then
      draft = api.nvim_buf_get_lines(buf, 0, -1, true)
    end
    at = target
    local lines = at == 0 and draft or vim.split(instructions[at], "\n", { plain = true })
    api.nvim_buf_set_lines(buf, 0, -1, true, lines)
    api.nvim_win_set_cursor(0, { #lines, #lines[#lines] })
  end
end

---Ask in a floating window. <C-s>, or <CR> in normal mode, sends; <C-c>, or q in normal mode, closes;
---<C-p> and <C-n> go through earlier instructions.
---@param title string
---@param text string to begin with
---@param ask fun(instruction: string?) nil if the user thought better of it
function M.compose(title, text, ask)
  local buf = api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = "wipe"
  vim.bo[buf].filetype = "specedit"
  api.nvim_buf_set_lines(buf, 0, -1, true, vim.split(text, "\n", { plain = true }))
  local width = math.max(math.min(80, vim.o.columns - 4), 10)
  local window = api.nvim_open_win(buf, true, {
    relative = "cursor",
    row = 1,
    col = 0,
    width = width,
    height = math.max(math.min(5, vim.o.lines - 4), 1),
    style = "minimal",
    border = "rounded",
    title = " " .. title .. " ",
    footer = " <C-s> send  <C-p>/<C-n> earlier  <C-c> close ",
  })
  vim.wo[window].wrap = true

  local said
  api.nvim_create_autocmd("BufWipeout", {
    buffer = buf,
    -- However it is closed. What follows has autocommands of its own, which an autocommand would keep from firing.
    callback = vim.schedule_wrap(function()
      ask(instruction_of(said))
    end),
  })
  local function close()
    vim.cmd.stopinsert()
    api.nvim_buf_delete(buf, { force = true })
  end
  local function send()
    said = table.concat(api.nvim_buf_get_lines(buf, 0, -1, true), "\n")
    close()
  end
  local function map(modes, keys, action)
    vim.keymap.set(modes, keys, action, { buffer = buf, nowait = true })
  end
  map({ "n", "i" }, "<C-s>", send)
  map("n", "<CR>", send)
  map({ "n", "i" }, "<C-c>", close)
  map("n", "q", close)
  history.fetch(function(instructions)
    if not api.nvim_buf_is_valid(buf) then
      return
    end
    local browse = browser(instructions, buf)
    for key, step in pairs({ ["<C-p>"] = 1, ["<C-n>"] = -1 }) do
      map({ "n", "i" }, key, function()
        browse(step)
      end)
    end
  end)
  vim.cmd.startinsert({ bang = true })
end

return M
