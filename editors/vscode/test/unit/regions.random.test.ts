import { expect, test } from "vitest";
import {
  follow,
  hunksOf,
  placeEdits,
  type Region,
  recordChanges,
  restoration,
  startRegion,
} from "../../src/rewriting/regions";
import { applyChanges, type Change } from "../../src/text/change";
import type { WireEdit } from "../../src/wire";

/** A generator of numbers that are the same in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const lines = (count: number, pick: (below: number) => number, name: string) =>
  Array.from({ length: count }, (_, at) => `${name}${at}${"x".repeat(pick(5))}\n`).join("");

test("whatever is typed around a rewrite, taking it back gives the text with only that typing", () => {
  for (let seed = 0; seed < 2000; seed += 1) {
    const pick = numbers(seed);
    const [above, count] = [pick(4), 1 + pick(8)];
    const [before, base, after] = [lines(above, pick, "a"), lines(count, pick, "r"), lines(pick(4), pick, "z")];
    let text = before + base + after;
    let plain = text; // What the document would read without the rewrite.
    let regions: readonly Region[] = [
      startRegion({ start: before.length, end: before.length + base.length }, base, { line: above, character: 0 }),
    ];
    const type = () => {
      const [{ start, end }] = regions;
      if (start === end) return; // Text typed where nothing is left has no side.
      const below = pick(2) === 0;
      const place = below ? end + pick(text.length - end + 1) : pick(start + 1);
      const inserted = `typed${pick(9)}\n`;
      const change: Change = { start: place, end: place, text: inserted };
      const inPlain = below ? place - (text.length - plain.length) : place;
      const followed = follow(regions, [change]);
      expect(followed.touched).toBe(false);
      regions = followed.regions;
      text = applyChanges(text, [change]);
      plain = applyChanges(plain, [{ start: inPlain, end: inPlain, text: inserted }]);
    };
    for (let line = 0; line < count;) {
      if (pick(3) === 0) type();
      const span = Math.min(count - line, pick(3));
      const edit: WireEdit = {
        range: { start: { line: above + line, character: 0 }, end: { line: above + line + span, character: 0 } },
        newText: lines(pick(3), pick, "n"),
      };
      const changes = placeEdits(regions, [edit], text, "\n");
      text = applyChanges(text, changes);
      regions = recordChanges(regions, changes);
      line += span + 1;
    }
    type();
    expect(applyChanges(text, restoration(hunksOf(regions))), `seed ${seed}`).toBe(plain);
  }
});
