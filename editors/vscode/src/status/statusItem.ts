import * as vscode from "vscode";
import type { Connection } from "../server/connection";
import { statusText } from "./statusText";

/** The item in the status bar: where the worker stands; a click opens the menu. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("specedit.status", vscode.StatusBarAlignment.Right, 100);
  private readonly listener: vscode.Disposable;

  constructor(connection: Connection) {
    this.item.name = "specedit";
    this.item.command = "specedit.menu";
    const show = () => {
      const { text, tooltip, severity } = statusText(connection.status);
      this.item.text = text;
      this.item.tooltip = tooltip;
      this.item.backgroundColor =
        severity === "error" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    };
    this.listener = connection.onDidChangeStatus(show);
    show();
    this.item.show();
  }

  dispose(): void {
    this.listener.dispose();
    this.item.dispose();
  }
}
