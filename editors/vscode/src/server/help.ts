import * as vscode from "vscode";
import { NoServer, THIS_MACHINE } from "./connection";
import { installCommands, WrongServerPath } from "./serverLocation";

/** Say that the server cannot tell about a rewrite: it was cancelled, or another server process wrote it. */
export function tellUnknown(): void {
  void vscode.window.showInformationMessage(
    "The server does not know this rewrite, or not any more: use Retry, or select the text and ask anew.",
  );
}

/** Say why there is no server, and offer the way out. */
export async function offerHelp(error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof WrongServerPath) {
    const open = await vscode.window.showErrorMessage(message, "Open the Setting");
    if (open) await vscode.commands.executeCommand("workbench.action.openSettings", "specedit.server.path");
    return;
  }
  if (!(error instanceof NoServer)) {
    const open = await vscode.window.showErrorMessage(`specedit: ${message}`, "Show Logs");
    if (open) await vscode.commands.executeCommand("specedit.showLogs");
    return;
  }
  const [command] = await installCommands(THIS_MACHINE);
  const choice = await vscode.window.showErrorMessage(
    `${message} To install it, beside your clone of specedit-lsp: ${command}`,
    "Run in a Terminal",
    "Copy",
    "Set the Path",
  );
  if (choice === "Copy") await vscode.env.clipboard.writeText(command);
  if (choice === "Set the Path")
    await vscode.commands.executeCommand("workbench.action.openSettings", "specedit.server.path");
  if (choice === "Run in a Terminal") {
    const terminal = vscode.window.createTerminal("Install specedit");
    terminal.show();
    // Typed, not run: the user presses Enter.
    terminal.sendText(command, false);
  }
}
