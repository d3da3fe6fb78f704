import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import * as vscode from "vscode";
import type { Api } from "../../src/extension";
import type { Outcome } from "../../src/rewriting/rewrite";

/** Open a text in an editor of its own, as a file that nobody has had open before. */
export async function open(content: string): Promise<vscode.TextEditor> {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri as vscode.Uri;
  const uri = vscode.Uri.joinPath(folder, `${randomUUID()}.py`);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(content));
  return vscode.window.showTextDocument(uri);
}

/** Open a file of the folder. */
export async function openFile(name: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri as vscode.Uri;
  return vscode.window.showTextDocument(vscode.Uri.joinPath(folder, name));
}

/** Select whole lines, both counted from 0 and included. */
export function selectLines(editor: vscode.TextEditor, first: number, last: number): void {
  editor.selection = new vscode.Selection(new vscode.Position(first, 0), new vscode.Position(last + 1, 0));
}

/** Rewrite what is selected. */
export async function rewrite(instruction: string): Promise<Outcome> {
  const outcome = await vscode.commands.executeCommand<Outcome | undefined>("specedit.rewrite", { instruction });
  assert.ok(outcome, "the rewrite did not run");
  return outcome;
}

/** A busy machine takes minutes to load a model. */
const PATIENCE_MILLISECONDS = 180_000;

/** Wait until something holds; an event, not a clock, asks again. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve, reject) => {
    const ask = () => {
      if (!holds()) return;
      clearTimeout(tooLate);
      clearInterval(again);
      listener.dispose();
      resolve();
    };
    const listener = vscode.workspace.onDidChangeTextDocument(ask);
    const again = setInterval(ask, 50);
    const tooLate = setTimeout(() => {
      clearInterval(again);
      listener.dispose();
      reject(new Error(`waited in vain until ${what}`));
    }, PATIENCE_MILLISECONDS);
  });
}

/** Take back one undo step in the active editor; where a save has split it, the extension goes on by itself. */
export async function undo(): Promise<void> {
  const { document } = vscode.window.activeTextEditor as vscode.TextEditor;
  await vscode.commands.executeCommand("undo");
  for (let before = -1; before !== document.version;) {
    before = document.version;
    await new Promise((resume) => setTimeout(resume, 150));
  }
}

/** The extension, with its model loaded. */
export async function ready(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>("specedit.specedit");
  assert.ok(extension, "the extension is not installed");
  const api = await extension.activate();
  await api.start();
  await until(() => ["ready", "failed"].includes(api.status().state), "the model is loaded");
  assert.equal(api.status().state, "ready", api.status().message);
  return api;
}

/** The servers of this window: processes that its extension host has started. */
export function servers(): number[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").match(/\d+/g) ?? [];
  return children.map(Number).filter((pid) => commandOf(pid).includes("specedit_lsp"));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
}

/** Have the server start anew with other settings of the workspace. */
export async function withSettings(
  settings: Readonly<Record<string, unknown>>,
  run: () => Promise<void>,
): Promise<void> {
  for (const [key, value] of Object.entries(settings)) {
    await vscode.workspace.getConfiguration("specedit").update(key, value, vscode.ConfigurationTarget.Workspace);
  }
  await vscode.commands.executeCommand("specedit.restart");
  await ready();
  await run();
}
