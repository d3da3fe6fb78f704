import { describe, expect, test } from "vitest";
import { mergeHistory, Recall } from "../../src/instruction/history";
import { groupOf } from "../../src/provenance/groups";
import { OwnSteps } from "../../src/rewriting/ownSteps";
import { digest, PastStates } from "../../src/rewriting/pastStates";
import { startRegion } from "../../src/rewriting/regions";
import { figuresOf } from "../../src/status/figures";
import { statusText, type Work } from "../../src/status/statusText";
import { offsetOf, withLineEnds } from "../../src/text/lines";
import type { Status } from "../../src/wire";

const STATUS: Status = { state: "ready", message: "", model: "mini", device: "cpu", queued: 0 };

const WORK: Work = { running: 1, wait: "" };

describe("the status item", () => {
  test.each<[Partial<Status>, string]>([
    [{ state: "starting" }, "$(loading~spin) specedit: starting"],
    [{ state: "loading", percent: 43 }, "$(loading~spin) specedit: loading 43 %"],
    [{ state: "ready" }, "$(sparkle) specedit"],
    [{ state: "busy", tokensPerSecond: 812.4 }, "$(sync~spin) specedit: editing 812 tok/s"],
    [{ state: "busy", queued: 2 }, "$(sync~spin) specedit: editing, 2 queued"],
    [{ state: "failed", message: "no memory" }, "$(error) specedit: failed"],
  ])("%o", (status, text) => {
    expect(statusText({ ...STATUS, ...status }, WORK).text).toBe(text);
  });

  test("says why it failed", () => {
    expect(statusText({ ...STATUS, state: "failed", message: "no memory" }, WORK)).toMatchObject({
      severity: "error",
      tooltip: expect.stringContaining("no memory"),
    });
  });

  test("says that the worker is at another window's rewrite", () => {
    expect(statusText({ ...STATUS, state: "busy", queued: 1 }, { running: 0, wait: "" }).text).toBe(
      "$(sync) specedit: busy elsewhere",
    );
  });

  test("says what a rewrite of this window waits for, in short, and why", () => {
    const busy: Status = { ...STATUS, state: "busy", queued: 3 };
    expect(statusText(busy, { running: 1, wait: "waiting, 2 ahead" }).text).toBe("$(watch) specedit: waiting, 2 ahead");
    expect(statusText(busy, { running: 1, wait: "reconnecting: The worker is retiring." })).toMatchObject({
      text: "$(watch) specedit: reconnecting",
      tooltip: expect.stringContaining("The worker is retiring."),
    });
  });

  test("shows a state that it does not know by its name", () => {
    const status = { ...STATUS, state: "moving" as Status["state"] };
    expect(statusText(status, WORK)).toMatchObject({ text: "$(info) specedit: moving", severity: "normal" });
  });
});

describe("earlier instructions", () => {
  test("newest first, none twice, none empty", () => {
    expect(mergeHistory(["b", " a "], ["a", "", "c"])).toEqual(["b", "a", "c"]);
    expect(
      mergeHistory(
        ["new"],
        Array.from({ length: 200 }, (_, at) => `${at}`),
      ),
    ).toHaveLength(100);
  });

  test("are walked through as in a shell, and what was being typed is not lost", () => {
    const recall = new Recall(["new", "old"]);
    expect(recall.newer()).toBeUndefined();
    expect([recall.older("typ"), recall.older("new"), recall.older("old")]).toEqual(["new", "old", undefined]);
    expect([recall.newer(), recall.newer(), recall.newer()]).toEqual(["new", "typ", undefined]);
  });
});

test("what a text was like is remembered, and the oldest forgotten", () => {
  const past = new PastStates();
  const regions = [startRegion({ start: 0, end: 1 }, "a", { line: 0, character: 0 })];
  past.remember("first", regions);
  expect(past.recall("first")).toBe(regions);
  expect(past.recall("other")).toBeUndefined();
  for (let at = 0; at < 200; at += 1) past.remember(`${at}`, []);
  expect(past.recall("first")).toBeUndefined();
});

test("undo does not stop between two changes of a rewrite, but wherever somebody else had a part", () => {
  const steps = new OwnSteps();
  for (const text of ["one", "two"]) steps.wrote(text);
  steps.interrupt();
  for (const text of ["two, typed", "three", "four"]) steps.wrote(text);
  const stops = ["base", "one", "two", "two, typed", "three", "four"].filter((text) => !steps.holds(text));
  expect(stops).toEqual(["base", "two", "four"]);
});

test("digests are those of the server: SHA-256 of UTF-8", () => {
  expect(digest("🙂\n")).toBe("8bfc725da0be07262af827dce94b8209cc262d634b21c65dc19dcd92943254f0");
  expect(digest("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("positions count from where the text begins", () => {
  expect(offsetOf("one\r\ntwo\r\n", { line: 6, character: 2 }, { line: 5, character: 4 })).toBe(7);
  expect(offsetOf("rest", { line: 5, character: 6 }, { line: 5, character: 4 })).toBe(2);
  expect(() => offsetOf("one\n", { line: 2, character: 0 })).toThrow(RangeError);
  expect(withLineEnds("a\nb\r\nc\r", "\r\n")).toBe("a\r\nb\r\nc\r\n");
});

test("a source that is new to us is shown as the model's own writing", () => {
  expect([groupOf("induced"), groupOf("target"), groupOf("new source")]).toEqual(["view", "written", "written"]);
});

test("figures name what each source brought", () => {
  const stats = {
    promptTokens: 72,
    outputTokens: 62,
    forwards: 2,
    seconds: 0.2,
    firstTextSeconds: 0.1,
    sources: { rewrite: { proposed: 63, accepted: 60 }, lookup: { proposed: 0, accepted: 0 } },
  };
  const page = figuresOf({ jobId: "1", instruction: "rename a", outcome: "done", stats, savedSeconds: 2.4 });
  expect(page).toContain("| rewrite | rewritten copy of the selection | 60 | 63 |");
  expect(page).toContain("31.0 tokens each");
  expect(page).toContain("2.40");
  expect(page).not.toContain("lookup");
});
