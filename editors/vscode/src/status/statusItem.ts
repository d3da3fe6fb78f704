import * as vscode from "vscode";
import type { Rewrites } from "../rewriting/rewrites";
import type { Connection } from "../server/connection";
import { statusText } from "./statusText";

/** The item in the status bar: where the worker stands; a click opens the menu. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("specedit.status", vscode.StatusBarAlignment.Right, 100);
  private readonly listeners: vscode.Disposable[];

  constructor(connection: Connection, rewrites: Rewrites) {
    this.item.name = "specedit";
    this.item.command = "specedit.menu";
    const show = () => {
      const { text, tooltip, severity } = statusText(connection.status, {
        running: rewrites.running.length,
        wait: rewrites.running.find((rewrite) => rewrite.wait)?.wait ?? "",
      });
      this.item.text = text;
      this.item.tooltip = tooltip;
      this.item.backgroundColor =
        severity === "error" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    };
    this.listeners = [connection.onDidChangeStatus(show), rewrites.onDidChange(show)];
    show();
    this.item.show();
  }

  dispose(): void {
    for (const each of [...this.listeners, this.item]) each.dispose();
  }
}
