import { areSimilar } from "./wordDiff";

/** Old line `before` became new line `after`; one that is undefined has no partner. */
export interface LinePair {
  readonly before?: number;
  readonly after?: number;
}

const MOST_LINES = 60;

/**
 * Which old line became which new one, in order, none crossing: as many similar lines as possible are paired.
 *
 * Beyond 60 lines on a side a table is too dear for every keystroke: line n is paired with line n.
 */
export function pairLines(before: readonly string[], after: readonly string[]): LinePair[] {
  const pairs: LinePair[] = [];
  const bulky = before.length > MOST_LINES || after.length > MOST_LINES;
  const similar = (i: number, j: number) => (bulky ? i === j : areSimilar(before[i], after[j]));
  const most = bulky ? undefined : mostPairs(before.length, after.length, similar);
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && similar(i, j) && (!most || most[i][j] === most[i + 1][j + 1] + 1)) {
      pairs.push({ before: i++, after: j++ });
    } else if (i < before.length && (j >= after.length || !most || most[i + 1][j] >= most[i][j + 1])) {
      pairs.push({ before: i++ });
    } else {
      pairs.push({ after: j++ });
    }
  }
  return pairs;
}

function mostPairs(old: number, now: number, similar: (i: number, j: number) => boolean): number[][] {
  const table = Array.from({ length: old + 1 }, () => new Array<number>(now + 1).fill(0));
  for (let i = old - 1; i >= 0; i -= 1) {
    for (let j = now - 1; j >= 0; j -= 1) {
      table[i][j] = Math.max(table[i + 1][j], table[i][j + 1], similar(i, j) ? table[i + 1][j + 1] + 1 : 0);
    }
  }
  return table;
}
