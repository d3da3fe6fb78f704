/** What is marked in the text of a hunk, as pure values. */

import type { Span } from "../text/change";
import { pairLines } from "../text/linePairs";
import { linesOf } from "../text/lines";
import { wordDiff } from "../text/wordDiff";

/** Removed text that is shown, struck through, before the place where it was. */
export interface Removal {
  readonly at: number;
  readonly text: string;
  /** Whole lines, shown behind the line that they stood above or below. */
  readonly lines: boolean;
}

/** Marks in one hunk; offsets count from the start of the hunk's text. */
export interface Marks {
  readonly inserted: readonly Span[];
  readonly removed: readonly Removal[];
}

/** How a hunk's text differs from what it replaced: by words where lines resemble each other, else by lines. */
export function markHunk(original: string, text: string): Marks {
  const [before, after] = [linesOf(original), linesOf(text)];
  const starts = lineStarts(text);
  const inserted: Span[] = [];
  const removed: Removal[] = [];
  let lost: string[] = [];
  let last = 0;
  const flush = () => {
    if (lost.length) removed.push({ at: last, text: lost.join("\n"), lines: true });
    lost = [];
  };
  for (const pair of pairLines(before, after)) {
    if (pair.after === undefined) {
      lost.push(before[pair.before as number]);
      continue;
    }
    const start = starts[pair.after];
    last = start + after[pair.after].length;
    if (pair.before === undefined) {
      inserted.push({ start, end: last });
    } else {
      for (const change of wordDiff(before[pair.before], after[pair.after])) {
        if (change.end > change.start) inserted.push({ start: start + change.start, end: start + change.end });
        if (change.text) removed.push({ at: start + change.start, text: change.text, lines: false });
      }
    }
    flush();
  }
  flush();
  return { inserted, removed };
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((end) => end.index + end[0].length)];
}
