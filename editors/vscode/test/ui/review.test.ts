/** What only a screen shows: keys, boxes, lenses, colours. Each test leaves pictures in `test-results/`. */

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FILES, LONG_FUNCTION, RENAME } from "../host/files";
import { startWorkbench, type Workbench } from "../workbench/workbench";
import { READY, Screen } from "./screen";

const SETTINGS = { "editor.minimap.enabled": false, "workbench.colorTheme": "Default Dark Modern" };

let workbench: Workbench;
let screen: Screen;

beforeAll(async () => {
  workbench = await startWorkbench({ files: { ...FILES, "long.py": LONG_FUNCTION.repeat(3) }, workspace: SETTINGS });
  screen = await Screen.open(workbench);
});

afterAll(() => workbench?.stop());

async function setSettings(settings: Record<string, unknown>): Promise<void> {
  await writeFile(path.join(workbench.folder, ".vscode/settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
}

describe("on the screen", () => {
  test("a rewrite shows what is new, what was there, and what can be decided", async () => {
    await screen.openFile("shop.py");
    await screen.selectLines(4, 12);
    await screen.ask(RENAME);
    await screen.picture("asking");
    await screen.page.keyboard.press("Enter");
    await screen.lens("Accept all 2").waitFor();
    await expect.poll(() => screen.text()).toContain("return total");
    await expect.poll(() => screen.ghosts()).toEqual(["result", "result", "result", "result"]);
    await screen.picture("review-dark");
    await setSettings({ "workbench.colorTheme": "Default Light Modern" });
    await screen.page.locator(".monaco-workbench.vs").waitFor();
    await screen.page.waitForTimeout(500);
    await screen.picture("review-light");
  });

  test("hunks are accepted and taken back by key", async () => {
    await screen.goToLine(6);
    await screen.chord("Control+K", "x");
    await screen.lens("Accept all").waitFor();
    await expect.poll(() => screen.text()).toContain("result = 0");
    await screen.chord("Control+K", "Control+Enter");
    await screen.lens("Accept all").waitFor({ state: "detached" });
    expect(await screen.text()).toContain("return total");
  });

  test("↑ recalls the last instruction, ↓ what was being typed", async () => {
    await screen.goToLine(6);
    await screen.ask("ren");
    await screen.page.keyboard.press("ArrowUp");
    await expect.poll(() => screen.input()).toBe(RENAME);
    await screen.picture("recalled");
    await screen.page.keyboard.press("ArrowDown");
    await expect.poll(() => screen.input()).toBe("ren");
    await screen.page.keyboard.press("Escape");
  });

  test("several lines are written in a box below the code", async () => {
    await screen.goToLine(6);
    await screen.chord("Control+K", "Control+G");
    await screen.page.locator(".quick-input-titlebar .action-label[aria-label='Write several lines']").click();
    await screen.page.locator(".review-widget .monaco-editor.focused").waitFor();
    await screen.page.keyboard.type("rename discount\nto rebate");
    await screen.picture("several-lines");
    await screen.page.locator(".review-widget .monaco-text-button", { hasText: "Rewrite" }).click();
    await screen.lens("Accept all").waitFor();
    expect(await screen.text()).toContain("rebate=0");
    await screen.picture("several-lines-review");
  });

  test("a further instruction refines the rewrite, over the original text", async () => {
    await screen.lens("Refine").click();
    await expect.poll(() => screen.page.locator(".quick-input-title").innerText()).toContain("Refine “rename discount");
    await screen.page.keyboard.type("rename items to goods");
    await screen.picture("refining");
    await screen.page.keyboard.press("Enter");
    await expect.poll(() => screen.text()).toContain("goods");
    await screen.lens("Accept all").waitFor();
    const text = await screen.text();
    expect(text).toContain("rebate");
    await screen.picture("refined");
  });

  test("an open review is back after the window was loaded again, and nothing is lost", async () => {
    const before = await screen.text();
    // A browser's VS Code writes down what extensions remember every five seconds.
    await screen.page.waitForTimeout(6000);
    await screen.page.reload();
    await screen.status(READY);
    await screen.lens("Accept all").waitFor();
    await expect.poll(() => screen.text()).toBe(before);
    await screen.picture("reloaded");
    await screen.page.locator(".editor-instance .monaco-editor").first().click();
    await screen.goToLine(6);
    await screen.chord("Control+K", "Control+Backspace");
    await screen.lens("Accept all").waitFor({ state: "detached" });
    await expect.poll(() => screen.text()).not.toContain("goods");
    expect(await screen.text()).toContain("discount=0");
  });

  test("the prompt is shown as the model would read it", async () => {
    await screen.selectLines(4, 12);
    await screen.run("Show the Prompt");
    await screen.page.locator(".quick-input-title", { hasText: "Rewrite lines 4–12" }).waitFor();
    await screen.page.keyboard.type("count the items");
    await screen.page.keyboard.press("Enter");
    await screen.page.locator(".tab.active", { hasText: "Prompt.txt" }).waitFor();
    const prompt = screen.page.locator(".editor-instance .view-lines", { hasText: "count the items" });
    await prompt.waitFor();
    expect(await prompt.innerText()).toContain("<|out|>");
    await screen.picture("prompt");
    await screen.page.keyboard.press("Control+W");
    await screen.page.locator(".tab", { hasText: "Prompt.txt" }).waitFor({ state: "detached" });
    await screen.goToLine(6);
    await screen.ask(RENAME);
    await screen.page.keyboard.press("Enter");
    await screen.lens("Accept all").waitFor();
  });

  test("colours show where the text came from, and the figures what it cost", async () => {
    await screen.goToLine(14);
    await screen.chord("Control+K", "Control+Enter");
    await expect.poll(() => screen.colours()).toBe(0);
    await screen.run("Toggle Colours of Provenance");
    await expect.poll(() => screen.colours(), { timeout: 30_000 }).toBeGreaterThan(0);
    await screen.picture("provenance");
    await screen.run("Toggle Colours of Provenance");
    await screen.run("Show Figures of the Last Rewrite");
    await screen.page.locator(".tab", { hasText: "Last rewrite" }).waitFor();
    await screen.page.waitForTimeout(2000);
    await screen.picture("figures");
  });

  test("Esc cancels while text streams in, and everything reads as before", async () => {
    // With these settings the theme is dark again, by which the screen tells that VS Code has read them.
    await setSettings({ "specedit.draft.sources": [] });
    await screen.page.locator(".monaco-workbench.vs-dark").waitFor();
    await screen.openFile("long.py");
    // Three times as long as what the model rewrites while a picture is taken.
    await screen.selectLines(1, 42);
    await screen.ask(RENAME);
    await screen.page.keyboard.press("Enter");
    await screen.lens("Esc cancels").waitFor();
    await expect.poll(() => screen.text(), { timeout: 60_000 }).toContain("total = 0");
    await expect.poll(() => screen.ghosts()).not.toEqual([]);
    // The model does not wait for the picture, and neither does the key.
    const picture = screen.picture("streaming");
    await screen.page.keyboard.press("Escape");
    await picture;
    await screen.lens("Esc cancels").waitFor({ state: "detached" });
    await expect.poll(() => screen.text()).not.toContain("total = 0");
    await screen.picture("cancelled");
  });
});
