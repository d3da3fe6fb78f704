---Shows which text waits to be rewritten, and what for.
local api = vim.api
local namespace = api.nvim_create_namespace("specedit.pending")

---@class specedit.Pending
---@field private buf integer
---@field private id integer?
---@field private label integer?
---@field private message string
local Pending = {}
Pending.__index = Pending

---@param buf integer
---@param message string
---@return specedit.Pending
function Pending.new(buf, message)
  return setmetatable({ buf = buf, message = message }, Pending)
end

---@param region specedit.Span? of the whole rewrite
---@param row integer where the part begins that waits
---@param col integer
---@param message string? new words
function Pending:show(region, row, col, message)
  self.message = message or self.message
  if not region or region.row >= api.nvim_buf_line_count(self.buf) then
    return
  end
  self.id = api.nvim_buf_set_extmark(self.buf, namespace, row, col, {
    id = self.id,
    end_row = math.max(region.end_row, row),
    end_col = region.end_col,
    hl_group = "SpecEditPending",
    hl_eol = true,
    strict = false,
  })
  self.label = api.nvim_buf_set_extmark(self.buf, namespace, region.row, 0, {
    id = self.label,
    virt_text = { { "  " .. self.message, "SpecEditLabel" } },
    virt_text_pos = "eol",
  })
end

function Pending:clear()
  if api.nvim_buf_is_loaded(self.buf) then
    for _, id in pairs({ self.id, self.label }) do
      api.nvim_buf_del_extmark(self.buf, namespace, id)
    end
  end
  self.id, self.label = nil, nil
end

return Pending
