import { describe, expect, test } from "vitest";
import { markHunk } from "../../src/review/marks";
import { pairLines } from "../../src/text/linePairs";
import { wordDiff } from "../../src/text/wordDiff";

/** The hunk as a reader sees it: {+written+} and [-removed-]. */
function shown(original: string, text: string): string {
  const { inserted, removed } = markHunk(original, text);
  const notes = [
    ...removed.map(({ at, text: gone, lines }) => ({ at, order: lines ? 3 : 0, note: `[-${gone}-]` })),
    ...inserted.flatMap(({ start, end }) => [
      { at: start, order: 1, note: "{+" },
      { at: end, order: 2, note: "+}" },
    ]),
  ].sort((one, other) => other.at - one.at || other.order - one.order);
  return notes.reduce((now, { at, note }) => now.slice(0, at) + note + now.slice(at), text);
}

describe("marks", () => {
  test("a renamed word is shown beside its old name", () => {
    expect(shown("result = 0\n", "total = 0\n")).toBe("[-result-]{+total+} = 0\n");
  });

  test("a line with nothing in common is new as a whole, and the old one is shown behind it", () => {
    expect(shown("return a\n", "yield from everything(now)\n")).toBe("{+yield from everything(now)+}[-return a-]\n");
  });

  test("added lines are new, lines around them are compared", () => {
    expect(shown("first = a\nlast = b\n", "first = x\nmiddle()\nlast = b\n")).toBe(
      "first = [-a-]{+x+}\n{+middle()+}\nlast = b\n",
    );
  });

  test("lines that are gone are shown at the end of those that stay", () => {
    expect(shown("keep = old\ngone one\ngone two\n", "keep = new\n")).toBe(
      "keep = [-old-]{+new+}[-gone one\ngone two-]\n",
    );
  });

  test("a hunk without text shows all that it removed", () => {
    expect(shown("gone\n", "")).toBe("[-gone-]");
  });

  test("blanks that come and go are changes too", () => {
    expect(shown("  deep(a)\n", "deep(a)\n")).toBe("[-  -]deep(a)\n");
  });
});

test("pairs never cross, and every line is in one", () => {
  const pairs = pairLines(["alpha one", "beta two", "gamma three"], ["beta two", "gamma 3 three", "new"]);
  expect(pairs).toEqual([{ before: 0 }, { before: 1, after: 0 }, { before: 2, after: 1 }, { after: 2 }]);
});

test("a very long line is one change, not a table of millions of words", () => {
  const long = "a ".repeat(2000);
  expect(wordDiff(long, `${long}b`)).toEqual([{ start: 0, end: long.length + 1, text: long }]);
});
