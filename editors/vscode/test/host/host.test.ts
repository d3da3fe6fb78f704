/** Runs the tests inside the extension host of a real VS Code, and reports each of them here. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXTENSION, openPage, startWorkbench, type Workbench } from "../workbench/workbench";
import { FILES } from "./files";
import { NAMES } from "./names";

let workbench: Workbench;
let results: Record<string, string | null> = {};

beforeAll(async () => {
  workbench = await startWorkbench({
    files: FILES,
    workspace: {
      "specedit.presets": { "To total": "rename result to total" },
      "files.readonlyInclude": { "**/locked.py": true },
    },
  });
  const remote = (file: string) => `vscode-remote://127.0.0.1:${workbench.port}${path.join(EXTENSION, file)}`;
  const payload = [
    ["extensionDevelopmentPath", remote("test/host/extension")],
    ["extensionTestsPath", remote("dist/test/host.js")],
  ];
  const page = workbench.browser.pages()[0];
  const ended = new Promise((resolve) => void page.exposeFunction("codeAutomationExit", resolve));
  await page.exposeFunction("codeAutomationLog", () => undefined);
  await openPage(workbench, `&payload=${encodeURIComponent(JSON.stringify(payload))}`);
  await ended;
  results = JSON.parse(await readFile(path.join(workbench.folder, "results.json"), "utf8")) as typeof results;
  if (results.ready) throw new Error(results.ready);
});

afterAll(() => workbench?.stop());

describe("in the extension host", () => {
  test.each(NAMES)("%s", (name) => {
    expect(results).toHaveProperty([name]);
    expect(results[name]).toBeNull();
  });
});
