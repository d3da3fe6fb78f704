import { describe, expect, test } from "vitest";
import {
  follow,
  hunksOf,
  placeEdits,
  type Region,
  recordChanges,
  recordRestoration,
  restoration,
  startRegion,
  withoutHunks,
} from "../../src/rewriting/regions";
import { applyChanges, type Change } from "../../src/text/change";
import type { WireEdit } from "../../src/wire";

const TEXT = "top\none\ntwo\nthree\nend\n";
/** Lines `one` to `three`. */
const REGION = startRegion({ start: 4, end: 18 }, "one\ntwo\nthree\n", { line: 1, character: 0 });

const replaceLine = (line: number, newText: string, count = 1): WireEdit => ({
  range: { start: { line, character: 0 }, end: { line: line + count, character: 0 } },
  newText,
});

/** Writes the server's edits and gives text and regions after them. */
function write(
  text: string,
  regions: readonly Region[],
  edits: readonly WireEdit[],
  eol = "\n",
): { text: string; regions: readonly Region[] } {
  const changes = placeEdits(regions, edits, text, eol);
  return { text: applyChanges(text, changes), regions: recordChanges(regions, changes) };
}

describe("the server's edits", () => {
  test("keep their places while what comes before them grows", () => {
    let state = write(TEXT, [REGION], [replaceLine(1, "ONE\nMORE\n")]);
    state = write(state.text, state.regions, [replaceLine(3, "THREE\n")]);
    expect(state.text).toBe("top\nONE\nMORE\ntwo\nTHREE\nend\n");
    expect(hunksOf(state.regions).map(({ start, end }) => state.text.slice(start, end))).toEqual([
      "ONE\nMORE\n",
      "THREE\n",
    ]);
  });

  test("that arrive together are written together", () => {
    const state = write(TEXT, [REGION], [replaceLine(1, "ONE\nMORE\n"), replaceLine(3, "")]);
    expect(state.text).toBe("top\nONE\nMORE\ntwo\nend\n");
  });

  test("next to each other make one hunk", () => {
    let state = write(TEXT, [REGION], [replaceLine(1, "ONE\n")]);
    state = write(state.text, state.regions, [replaceLine(2, "TWO\n")]);
    expect(hunksOf(state.regions)).toEqual([{ start: 4, end: 12, original: "one\ntwo\n" }]);
  });

  test("take on the document's line ends", () => {
    const text = TEXT.replaceAll("\n", "\r\n");
    const region = startRegion({ start: 5, end: 22 }, "one\r\ntwo\r\nthree\r\n", { line: 1, character: 0 });
    let state = write(text, [region], [replaceLine(1, "ONE\nMORE\n")], "\r\n");
    state = write(state.text, state.regions, [replaceLine(3, "THREE\n")], "\r\n");
    expect(state.text).toBe("top\r\nONE\r\nMORE\r\ntwo\r\nTHREE\r\nend\r\n");
  });

  test("within a line leave the rest of it alone", () => {
    const text = "🙂 = 1; value = 2; rest\n";
    const region = startRegion({ start: 8, end: 17 }, "value = 2", { line: 0, character: 8 });
    const range = { start: { line: 0, character: 8 }, end: { line: 0, character: 17 } };
    expect(write(text, [region], [{ range, newText: "price = 2" }]).text).toBe("🙂 = 1; price = 2; rest\n");
  });

  test("outside the region are refused", () => {
    expect(() => placeEdits([REGION], [replaceLine(4, "END\n")], TEXT, "\n")).toThrow("outside the selection");
  });

  test("go to the region that they are meant for", () => {
    const regions = [
      startRegion({ start: 0, end: 4 }, "top\n", { line: 0, character: 0 }),
      startRegion({ start: 8, end: 12 }, "two\n", { line: 2, character: 0 }),
    ];
    const state = write(TEXT, regions, [replaceLine(0, "TOP\nTOP\n"), replaceLine(2, "TWO\n")]);
    expect(state.text).toBe("TOP\nTOP\none\nTWO\nthree\nend\n");
    expect(state.regions.map(({ start, end }) => state.text.slice(start, end))).toEqual(["TOP\nTOP\n", "TWO\n"]);
  });
});

describe("changes by somebody else", () => {
  const written = write(TEXT, [REGION], [replaceLine(1, "ONE\n"), replaceLine(3, "THREE\n")]);
  const at = (part: string, extra = 0) => written.text.indexOf(part) + extra;
  const after = (change: Change) => {
    const text = applyChanges(written.text, [change]);
    const { regions, touched } = follow(written.regions, [change]);
    return {
      touched,
      region: text.slice(regions[0].start, regions[0].end),
      hunks: regions[0].hunks.map(({ start, end }) => text.slice(start, end)),
      restored: applyChanges(text, restoration(hunksOf(regions))),
    };
  };

  test("above and below shift and go on", () => {
    for (const place of [0, at("end"), written.text.length]) {
      const { touched, region, restored } = after({ start: place, end: place, text: "x\n" });
      expect({ touched, region }).toEqual({ touched: false, region: "ONE\ntwo\nTHREE\n" });
      expect(restored).toBe(applyChanges(TEXT, [{ start: place, end: place, text: "x\n" }]));
    }
  });

  test("a line put in directly above is outside, a word in the first line is inside", () => {
    expect(after({ start: 4, end: 4, text: "x\n" }).touched).toBe(false);
    expect(after({ start: 4, end: 4, text: "x" }).touched).toBe(true);
  });

  test("inside keep their text when the hunks around are taken back", () => {
    const { touched, restored } = after({ start: at("two"), end: at("two", 3), text: "typed" });
    expect(touched).toBe(true);
    expect(restored).toBe(TEXT.replace("two", "typed"));
  });

  test("inside a hunk belong to the hunk", () => {
    expect(after({ start: at("ONE", 1), end: at("ONE", 1), text: "!" })).toMatchObject({
      hunks: ["O!NE\n", "THREE\n"],
      restored: TEXT,
    });
  });

  test("that cut through a hunk leave its text to the user", () => {
    const { hunks, restored } = after({ start: at("NE"), end: at("wo"), text: "" });
    expect(hunks).toEqual(["THREE\n"]);
    expect(restored).toBe("top\nOwo\nthree\nend\n");
  });

  test("that delete everything leave nothing to take back", () => {
    expect(after({ start: 0, end: written.text.length, text: "" })).toMatchObject({
      region: "",
      hunks: [],
      restored: "",
    });
  });

  test("beside removed lines do not become part of them", () => {
    const { text, regions } = write(TEXT, [REGION], [replaceLine(2, "")]);
    const place = text.indexOf("three");
    const change = { start: place, end: place, text: "typed\n" };
    const now = follow(regions, [change]).regions;
    expect(applyChanges(applyChanges(text, [change]), restoration(hunksOf(now)))).toBe(
      "top\none\ntwo\ntyped\nthree\nend\n",
    );
  });
});

describe("decisions", () => {
  const { text, regions } = write(TEXT, [REGION], [replaceLine(1, "ONE\nMORE\n"), replaceLine(3, "THREE\n")]);
  const [first, second] = hunksOf(regions);

  test("a hunk taken back leaves the others in place", () => {
    const restored = applyChanges(text, restoration([first]));
    const rest = hunksOf(recordRestoration(regions, [first]));
    expect(restored).toBe("top\none\ntwo\nTHREE\nend\n");
    expect(rest.map(({ start, end }) => restored.slice(start, end))).toEqual(["THREE\n"]);
  });

  test("all taken back is the text as it was", () => {
    expect(applyChanges(text, restoration([first, second]))).toBe(TEXT);
    expect(recordRestoration(regions, [first, second])).toMatchObject([{ start: 4, end: 18, hunks: [] }]);
  });

  test("a hunk that was accepted is not taken back any more", () => {
    const rest = withoutHunks(regions, (hunk) => hunk === first);
    expect(applyChanges(text, restoration(hunksOf(rest)))).toBe("top\nONE\nMORE\ntwo\nthree\nend\n");
  });
});
