-- For vim.lsp.enable("specedit"), from Neovim 0.11 on. vim.lsp.config("specedit", {...}) changes it.
return require("specedit.server").config()
