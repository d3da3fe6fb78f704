/** What a user does and sees in a workbench. */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { EXTENSION, openPage, type Workbench } from "../workbench/workbench";

const PICTURES = path.join(EXTENSION, "test-results");
/** A busy machine takes minutes to load a model. */
const PATIENCE_MILLISECONDS = 100_000;

/** What the item in the status bar reads once the model is loaded. */
export const READY = /^\s*specedit\s*$/;

/** One page of a workbench. */
export class Screen {
  private constructor(readonly page: Page) {}

  /** Open the workbench and wait until the model is loaded, or failed to. */
  static async open(workbench: Workbench, state: "ready" | "failed" = "ready"): Promise<Screen> {
    const page = await openPage(workbench);
    page.setDefaultTimeout(PATIENCE_MILLISECONDS);
    const screen = new Screen(page);
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    await screen.picture("opened");
    await screen.status(state === "failed" ? /specedit: failed/ : READY);
    return screen;
  }

  /** Wait until the item in the status bar reads so. */
  async status(text: RegExp): Promise<void> {
    await this.page.locator("#specedit\\.specedit\\.specedit\\.status", { hasText: text }).waitFor();
  }

  /** Open a file of the folder. */
  async openFile(name: string): Promise<void> {
    await this.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).dblclick();
    await this.page.locator(".tab.active", { hasText: name }).waitFor();
    await this.page.locator(".editor-instance .view-line").first().waitFor();
    await this.page.locator(".editor-instance .monaco-editor").first().click();
  }

  /** Run a command by its title. */
  async run(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.page.locator(".quick-input-widget input.input").fill(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Put the cursor into a line, counted from 1. */
  async goToLine(line: number): Promise<void> {
    await this.page.keyboard.press("Control+G");
    await this.page.locator(".quick-input-widget input.input").fill(`:${line}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** Select whole lines, counted from 1 and included. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.goToLine(first);
    await this.page.keyboard.press("Home");
    for (let line = first; line <= last; line += 1) await this.page.keyboard.press("Shift+ArrowDown");
  }

  /** Press the key and type an instruction, without running it. */
  async ask(instruction: string): Promise<void> {
    await this.chord("Control+K", "Control+G");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(instruction);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: instruction }).first().waitFor();
  }

  /** Ask, and wait until the review is there. */
  async rewrite(instruction: string): Promise<void> {
    await this.ask(instruction);
    await this.page.keyboard.press("Enter");
    await this.lens("Accept all").waitFor();
  }

  /** A CodeLens by what it reads. */
  lens(text: string) {
    return this.page.locator(".codelens-decoration a", { hasText: text }).first();
  }

  /** Press the two keys of a chord. */
  async chord(first: string, second: string): Promise<void> {
    await this.page.keyboard.press(first);
    await this.page.keyboard.press(second);
  }

  /** What is written in the box that asks. */
  input(): Promise<string> {
    return this.page.locator(".quick-input-widget input.input").inputValue();
  }

  /** Removed text that the editor shows in place. */
  async ghosts(): Promise<string[]> {
    const contents = await this.page
      .locator(".editor-instance .view-line span")
      .evaluateAll((spans) => spans.map((span) => getComputedStyle(span, "::before").content));
    return contents.filter((content) => content.startsWith('"')).map((content) => content.slice(1, -1));
  }

  /** How many different colours the text of the editor has behind it. */
  async colours(): Promise<number> {
    const backgrounds = await this.page
      .locator(".editor-instance .view-overlays .cdr")
      .evaluateAll((marks) => marks.map((mark) => getComputedStyle(mark).backgroundColor));
    return new Set(backgrounds.filter((colour) => colour !== "rgba(0, 0, 0, 0)")).size;
  }

  /** The text of the editor's lines that are on screen. */
  async text(): Promise<string> {
    const lines = await this.page.locator(".editor-instance .view-lines").first().innerText();
    return lines.replaceAll("\u00a0", " ");
  }

  /** Leave a picture of the page in `test-results/`. */
  async picture(name: string): Promise<string> {
    await mkdir(PICTURES, { recursive: true });
    const file = path.join(PICTURES, `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }
}
