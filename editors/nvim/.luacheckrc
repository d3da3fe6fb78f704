std = "luajit"
read_globals = { "vim" }
-- Options are written through these.
globals = { "vim.g", "vim.b", "vim.bo", "vim.o", "vim.wo" }
max_line_length = 120
files["lua/specedit/settings.lua"] = { max_line_length = false } -- written by a machine
