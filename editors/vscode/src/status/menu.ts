import * as vscode from "vscode";

const ENTRIES = [
  { label: "$(sparkle) Rewrite…", command: "specedit.rewrite" },
  { label: "$(graph) Show figures of the last rewrite", command: "specedit.showStats" },
  { label: "$(symbol-color) Show where the text came from", command: "specedit.toggleProvenance" },
  { label: "$(output) Show the prompt", command: "specedit.showPrompt" },
  { label: "$(debug-restart) Restart the server", command: "specedit.restart" },
  { label: "$(debug-restart) Restart the worker of all windows", command: "specedit.restartSharedWorker" },
  { label: "$(list-unordered) Show the log", command: "specedit.showLogs" },
  { label: "$(pulse) Check the installation", command: "specedit.doctor" },
] as const;

/** The menu behind the item in the status bar. */
export async function showMenu(): Promise<void> {
  const picked = await vscode.window.showQuickPick([...ENTRIES], { title: "specedit" });
  if (picked) await vscode.commands.executeCommand(picked.command);
}
