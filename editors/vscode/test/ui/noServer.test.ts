/** What the user is told when there is no server to talk to. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { FILES } from "../host/files";
import { startWorkbench, type Workbench } from "../workbench/workbench";
import { Screen } from "./screen";

let workbench: Workbench;

beforeAll(async () => {
  workbench = await startWorkbench({ files: FILES, machine: { "specedit.server.path": "/nowhere/specedit" } });
});

afterAll(() => workbench?.stop());

test("a wrong path is named, and the way to the setting is one click", async () => {
  const screen = await Screen.open(workbench, "failed");
  const toast = screen.page.locator(".notification-toast").first();
  await toast.waitFor();
  expect(await toast.innerText()).toContain("/nowhere/specedit");
  await screen.picture("wrong-path");
  await toast.locator(".monaco-button", { hasText: "Open the Setting" }).click();
  await screen.page.locator(".settings-editor").waitFor();
});
