/** A place in a text, as on the wire: lines from 0, characters in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

const LINE_END = /\r\n|\r|\n/g;

/** The lines of a text without their ends; a text that ends in a line end has no empty line after it. */
export function linesOf(text: string): string[] {
  const lines = text.split(LINE_END);
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

/** The text with every line end as `eol`. */
export function withLineEnds(text: string, eol: string): string {
  return text.replace(LINE_END, eol);
}

/** The offset of a position in a text whose first character is at the position `origin`. */
export function offsetOf(text: string, position: Position, origin: Position = { line: 0, character: 0 }): number {
  const below = position.line - origin.line;
  if (below === 0) return position.character - origin.character;
  let line = 0;
  for (const end of text.matchAll(LINE_END)) {
    line += 1;
    if (line === below) return end.index + end[0].length + position.character;
  }
  throw new RangeError(`line ${position.line} is not in the text`);
}

/** Where a text ends that begins at `origin`. */
export function endOf(text: string, origin: Position): Position {
  const ends = [...text.matchAll(LINE_END)];
  const last = ends[ends.length - 1];
  if (!last) return { line: origin.line, character: origin.character + text.length };
  return { line: origin.line + ends.length, character: text.length - last.index - last[0].length };
}

/** Whether one position comes before another. */
export function isBefore(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}
