/** What the settings of a workspace count for, by whether the user trusts it. */

import { afterEach, expect, test } from "vitest";
import { FILES, RENAME } from "../host/files";
import { startWorkbench, type Workbench } from "../workbench/workbench";
import { Screen } from "./screen";

const THEIRS = "From the workspace";

let workbench: Workbench;

afterEach(() => workbench?.stop());

test.each([false, true])("its settings count if it is trusted; it is edited all the same: %s", async (trusted) => {
  const workspace = { "specedit.presets": { [THEIRS]: "delete it all" } };
  workbench = await startWorkbench({ files: FILES, workspace, trusted });
  const screen = await Screen.open(workbench);
  expect(await screen.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).count()).toBe(trusted ? 0 : 1);
  await screen.openFile("shop.py");
  await screen.selectLines(4, 12);
  await screen.ask("");
  await screen.picture(trusted ? "trusted" : "untrusted");
  const offered = await screen.page.locator(".quick-input-list").innerText();
  expect(offered.includes(THEIRS)).toBe(trusted);
  expect(offered).toContain("Add a docstring");
  await screen.page.keyboard.type(RENAME);
  await screen.page.keyboard.press("Enter");
  await screen.lens("Accept all").waitFor();
  await expect.poll(() => screen.text()).toContain("return total");
});
