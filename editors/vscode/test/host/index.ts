import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { askingForAnInstruction } from "./asking.scenarios";
import { contributing } from "./contributing.scenarios";
import { interrupting } from "./interrupting.scenarios";
import { renaming } from "./renaming.scenarios";
import { reviewing } from "./reviewing.scenarios";
import { restarting } from "./restarting.scenarios";
import { rewriting } from "./rewriting.scenarios";
import { ready, withSettings } from "./scenario";
import { streaming } from "./streaming.scenarios";

type Scenarios = Readonly<Record<string, () => Promise<void>>>;

/** Run all tests in the extension host; what went wrong with each is left in `results.json`. */
export async function run(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? ".";
  const results: Record<string, string | null> = {};
  const file = path.join(folder, "results.json");
  // A workbench that was loaded again restores the documents of the first time: what was written then stays as it is.
  if (existsSync(file)) return;
  const runAll = async (scenarios: Scenarios) => {
    for (const [name, scenario] of Object.entries(scenarios)) {
      results[name] = "still running when the time was up";
      writeFileSync(file, JSON.stringify(results));
      results[name] = await scenario().then(
        () => null,
        (error: unknown) => (error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error)),
      );
    }
  };
  try {
    await ready();
    await runAll({
      ...contributing,
      ...askingForAnInstruction,
      ...rewriting,
      ...reviewing,
      ...streaming,
      ...restarting,
    });
    await withSettings({ "draft.sources": ["lookup"] }, () => runAll(renaming));
    await withSettings({ "draft.sources": [] }, () => runAll(interrupting));
  } catch (error) {
    results["ready"] = String(error);
  }
  writeFileSync(file, JSON.stringify(results));
}
