---Text of buffers as a server sees it: line ends, columns, ranges.
local M = {}

local api = vim.api

---A part of a buffer: rows and byte columns count from 0, the end is excluded. `end_row` may be the number of
---lines, with `end_col` 0: behind the last line end.
---@class specedit.Span
---@field row integer
---@field col integer
---@field end_row integer
---@field end_col integer

local LINE_ENDS = { unix = "\n", dos = "\r\n", mac = "\r" }

---@param buf integer
---@return string line_end as the buffer's file has it, and servers therefore see it
function M.line_end(buf)
  return LINE_ENDS[vim.bo[buf].fileformat]
end

---@param buf integer
---@param text string as a server sends it
---@return string[] pieces between the line ends, as the buffer would hold them; one more than there are line ends
function M.split(buf, text)
  local line_end = M.line_end(buf)
  if line_end ~= "\n" then
    text = text:gsub(line_end, "\n")
  end
  return vim.split(text, "\n", { plain = true })
end

---@param lines string[]
---@return string text with all line ends as `\n`, which hashes are made of
function M.normalise(lines)
  return (table.concat(lines, "\n"):gsub("\r\n", "\n"):gsub("\r", "\n"))
end

---@param buf integer
---@param first integer
---@param last integer both rows included
---@return specedit.Span span of whole lines
function M.span_of_lines(buf, first, last)
  local count = api.nvim_buf_line_count(buf)
  last = math.min(last, count - 1)
  if last == count - 1 and not vim.bo[buf].endofline then
    -- A server knows no line behind a last one that has no line end.
    local line = api.nvim_buf_get_lines(buf, last, last + 1, true)[1]
    return { row = first, col = 0, end_row = last, end_col = #line }
  end
  return { row = first, col = 0, end_row = last + 1, end_col = 0 }
end

---@param buf integer
---@param span specedit.Span
---@return string[] pieces of text between the line ends, one more than there are
function M.read(buf, span)
  local lines = api.nvim_buf_get_lines(buf, span.row, span.end_row + 1, false)
  if #lines < span.end_row - span.row + 1 then
    lines[#lines + 1] = ""
  end
  lines[#lines] = lines[#lines]:sub(1, span.end_col)
  lines[1] = lines[1]:sub(span.col + 1)
  return lines
end

---Replace the text of a span.
---@param buf integer
---@param span specedit.Span
---@param pieces string[] as from |specedit.text.split|
---@return integer end_row, integer end_col behind the new text
function M.replace(buf, span, pieces)
  local added = #pieces - 1
  if span.col == 0 and span.end_col == 0 and pieces[#pieces] == "" then
    api.nvim_buf_set_lines(buf, span.row, span.end_row, true, vim.list_slice(pieces, 1, added))
    return span.row + added, 0
  end
  local end_row, end_col = span.end_row, span.end_col
  if end_row == api.nvim_buf_line_count(buf) then
    -- The last line end is no text to Neovim: it stays, and the new text comes without its own.
    end_row = end_row - 1
    end_col = #api.nvim_buf_get_lines(buf, end_row, end_row + 1, true)[1]
    pieces = pieces[#pieces] == "" and vim.list_slice(pieces, 1, added) or pieces
  end
  api.nvim_buf_set_text(buf, span.row, span.col, end_row, end_col, pieces)
  local last = #pieces[#pieces]
  return span.row + #pieces - 1, #pieces == 1 and span.col + last or last
end

---@param line string
---@param byte integer column
---@param encoding string that client and server agreed on
---@return integer character
function M.character(line, byte, encoding)
  byte = math.min(byte, #line)
  if encoding == "utf-8" then
    return byte
  elseif vim.fn.has("nvim-0.11") == 1 then
    return vim.str_utfindex(line, encoding, byte, false)
  end
  local utf32, utf16 = vim.str_utfindex(line, byte)
  return encoding == "utf-16" and utf16 or utf32
end

---@param line string
---@param character integer column
---@param encoding string that client and server agreed on
---@return integer byte
function M.byte(line, character, encoding)
  if encoding == "utf-8" then
    return math.min(character, #line)
  elseif vim.fn.has("nvim-0.11") == 1 then
    return vim.str_byteindex(line, encoding, character, false)
  end
  local _, utf16_length = vim.str_utfindex(line)
  local utf32_length = vim.str_utfindex(line)
  local utf16 = encoding == "utf-16"
  return vim.str_byteindex(line, math.min(character, utf16 and utf16_length or utf32_length), utf16)
end

---@param buf integer
---@param span specedit.Span
---@param encoding string
---@return lsp.Range
function M.to_range(buf, span, encoding)
  local function position(row, col)
    local line = api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ""
    return { line = row, character = M.character(line, col, encoding) }
  end
  return { start = position(span.row, span.col), ["end"] = position(span.end_row, span.end_col) }
end

return M
