/** What is rewritten when nothing is selected, found in the text alone: languages without a server of their own count too. */

/** Lines from `first` to `last`, both counted from 0 and included. */
export interface LineSpan {
  readonly first: number;
  readonly last: number;
  /** What it is, for people: `function total_price`, `line 4`. */
  readonly name: string;
}

const HEADER =
  /^\s*(?:(?:export|default|public|private|protected|static|async|pub(?:\([^)]*\))?|unsafe|const|override|final|abstract|inline)\s+)*(?:def|function\*?|func|fn|fun|sub)\s+(?:\([^)]*\)\s*)?([\p{L}_$][\p{L}\p{N}_$!?]*)/u;
const DECORATOR = /^\s*(?:@|#\[)/;
const CLOSER = /^\s*(?:[}\])]+[;,]?|end\b.*)\s*$/;

/** The innermost function that holds a line, by its header and its indentation; undefined outside of functions. */
export function enclosingFunction(lines: readonly string[], line: number): LineSpan | undefined {
  for (let header = line, reach = Infinity; header >= 0; header -= 1) {
    if (!lines[header].trim()) continue;
    const depth = indentation(lines[header]);
    const name = HEADER.exec(lines[header])?.[1];
    if (name !== undefined && (header === line || depth < reach)) {
      const last = lastLine(lines, header, depth);
      if (last >= line) return { first: withDecorators(lines, header, depth), last, name: `function ${name}` };
    }
    // The end of a signature, or a brace, stands as deep as the header that it belongs to.
    if (!/^\s*[)\]{}]/.test(lines[header])) reach = Math.min(reach, depth);
  }
  return undefined;
}

function lastLine(lines: readonly string[], header: number, depth: number): number {
  let last = header;
  let signature = !/[:{]\s*(?:#.*|\/\/.*)?$/.test(lines[header]);
  for (let line = header + 1; line < lines.length; line += 1) {
    const text = lines[line];
    if (!text.trim()) continue;
    if (indentation(text) <= depth) {
      // A signature may close, and a brace may open, at the depth of its function; the body goes on below.
      if (signature && /^\s*[)\]{]/.test(text)) {
        signature = false;
        last = line;
        continue;
      }
      return CLOSER.test(text) ? line : last;
    }
    last = line;
  }
  return last;
}

function withDecorators(lines: readonly string[], header: number, depth: number): number {
  let first = header;
  while (first > 0 && DECORATOR.test(lines[first - 1]) && indentation(lines[first - 1]) === depth) first -= 1;
  return first;
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
