import type { Change } from "./change";

/** Words, runs of blanks, and single other characters (a surrogate pair is one). */
const PIECES = /[\p{L}\p{N}_]+|\s+|./gsu;
const MOST_PIECES = 400;

/** Whether two lines have a third of their words in common, so that a reader takes one for the other. */
export function areSimilar(before: string, after: string): boolean {
  const words = (line: string) => (line.match(PIECES) ?? []).filter((piece) => piece.trim());
  const [old, now] = [words(before), words(after)];
  const rest = new Map<string, number>();
  for (const word of old) rest.set(word, (rest.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of now) {
    const left = rest.get(word) ?? 0;
    if (!left) continue;
    rest.set(word, left - 1);
    shared += 1;
  }
  return shared * 3 >= Math.max(old.length, now.length);
}

/**
 * What changed from one line to another, word by word: replacements of spans of `after` by what `before` had there.
 *
 * Longest common subsequence of words; a line of more than 400 is one change.
 */
export function wordDiff(before: string, after: string): Change[] {
  const [old, now] = [before.match(PIECES) ?? [], after.match(PIECES) ?? []];
  if (old.length > MOST_PIECES || now.length > MOST_PIECES) {
    return [{ start: 0, end: after.length, text: before }];
  }
  const common = commonLengths(old, now);
  const changes: Change[] = [];
  let [i, j, at] = [0, 0, 0];
  let open: { start: number; text: string } | undefined;
  const close = () => {
    if (open) changes.push({ start: open.start, end: at, text: open.text });
    open = undefined;
  };
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      close();
      at += now[j].length;
      i += 1;
      j += 1;
      continue;
    }
    open ??= { start: at, text: "" };
    if (j >= now.length || (i < old.length && common[i + 1][j] >= common[i][j + 1])) {
      open.text += old[i];
      i += 1;
    } else {
      at += now[j].length;
      j += 1;
    }
  }
  close();
  return changes;
}

/** Table of the longest common subsequences of the rests: `[i][j]` for `old` from i and `now` from j. */
function commonLengths(old: readonly string[], now: readonly string[]): number[][] {
  const table = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      table[i][j] = old[i] === now[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  return table;
}
