/** What the user is told when there is no server to talk to. */

import { afterEach, expect, test } from "vitest";
import { FILES } from "../host/files";
import { startWorkbench, type Workbench } from "../workbench/workbench";
import { Screen } from "./screen";

let workbench: Workbench;

afterEach(() => workbench?.stop());

test("a wrong path is named, and the way to the setting is one click", async () => {
  workbench = await startWorkbench({ files: FILES, machine: { "specedit.server.path": "/nowhere/specedit" } });
  const screen = await Screen.open(workbench, "failed");
  const toast = screen.page.locator(".notification-toast").first();
  await toast.waitFor();
  expect(await toast.innerText()).toContain("/nowhere/specedit");
  await screen.picture("wrong-path");
  await toast.locator(".monaco-button", { hasText: "Open the Setting" }).click();
  await screen.page.locator(".settings-editor").waitFor();
});

test("where there is no server, the command that installs it is typed into a terminal, and not run", async () => {
  workbench = await startWorkbench({
    files: FILES,
    machine: { "specedit.server.path": "", "specedit.server.arguments": [] },
    workspace: { "terminal.integrated.gpuAcceleration": "off" },
  });
  const screen = await Screen.open(workbench, "failed");
  const toast = screen.page.locator(".notification-toast").first();
  await toast.waitFor();
  expect(await toast.innerText()).toContain("is not installed on this machine");
  await screen.picture("not-installed");
  await toast.locator(".monaco-button", { hasText: "Run in a Terminal" }).click();
  const terminal = screen.page.locator(".terminal .xterm-rows");
  await expect.poll(() => terminal.innerText(), { timeout: 60_000 }).toContain("specedit-lsp[local]");
  await screen.picture("install-in-terminal");
  const lines = (await terminal.innerText()).split("\n").filter((line) => line.trim());
  expect(lines.at(-1), "something came of the command").toContain("specedit-lsp[local]");
});
