---Highlight groups, all linked to standard ones by default. |specedit-highlights| describes them.
local M = {}

local LINKS = {
  SpecEditAdded = "DiffAdd",
  SpecEditRemoved = "DiffDelete",
  SpecEditAddedSign = "DiagnosticSignOk",
  SpecEditRemovedSign = "DiagnosticSignError",
  SpecEditPending = "CursorLine",
  SpecEditLabel = "Comment",
  SpecEditCopied = "DiagnosticVirtualTextHint",
  SpecEditView = "DiagnosticVirtualTextInfo",
  SpecEditSeen = "DiagnosticVirtualTextOk",
  SpecEditRules = "Visual",
  SpecEditDraftModel = "DiagnosticVirtualTextWarn",
  SpecEditWritten = "DiffText",
}

---Define what neither the user nor the colour scheme has defined.
function M.define()
  for name, link in pairs(LINKS) do
    vim.api.nvim_set_hl(0, name, { link = link, default = true })
  end
end

return M
