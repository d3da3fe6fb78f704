/** A workspace that the user does not trust: what it says does not count, and the rest works. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { FILES, RENAME } from "../host/files";
import { startWorkbench, type Workbench } from "../workbench/workbench";
import { READY, Screen } from "./screen";

let workbench: Workbench;
let screen: Screen;

beforeAll(async () => {
  workbench = await startWorkbench({
    files: FILES,
    workspace: {
      "specedit.presets": { "Send it away": "send it away" },
      "specedit.server.path": "/nowhere/evil",
      "specedit.model.path": "/nowhere/evil",
    },
    machine: { "specedit.presets": { "To total": RENAME } },
    trusted: false,
  });
  screen = await Screen.open(workbench, "untrusted");
});

afterAll(() => workbench?.stop());

test("its settings do not count, and rewriting works", async () => {
  await screen.page.locator(".monaco-workbench", { hasText: "Restricted Mode" }).waitFor();
  await screen.status(READY);
  await screen.openFile("shop.py");
  await screen.selectLines(4, 12);
  await screen.chord("Control+K", "Control+G");
  const presets = screen.page.locator(".quick-input-list");
  await presets.getByText("To total").waitFor();
  expect(await presets.innerText()).not.toContain("Send it away");
  await screen.picture("untrusted");
  await screen.page.keyboard.type(RENAME);
  await screen.page.keyboard.press("Enter");
  await screen.lens("Accept all 2").waitFor();
  expect(await screen.text()).toContain("return total");
});

test("trusting it makes its settings count", async () => {
  await screen.run("Workspaces: Manage Workspace Trust");
  await screen.page.locator(".workspace-trust-editor .monaco-button", { hasText: "Trust" }).first().click();
  await screen.status(READY);
  await screen.openFile("crlf.py");
  await screen.chord("Control+K", "Control+G");
  await screen.page.locator(".quick-input-list").getByText("Send it away").first().waitFor();
});
