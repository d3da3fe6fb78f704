import * as vscode from "vscode";
import { applyChanges } from "../text/change";
import { restoration } from "../rewriting/regions";
import type { Rewrite } from "../rewriting/rewrite";

/** Scheme of documents as they were before a rewrite. */
export const ORIGINAL = "specedit-original";

/** Shows documents as they were before a rewrite, for the left side of a comparison. */
export class DiffView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly originals = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly listeners = [
    vscode.workspace.registerTextDocumentContentProvider(ORIGINAL, this),
    vscode.workspace.onDidCloseTextDocument((document) => this.originals.delete(document.uri.toString())),
  ];

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.originals.get(uri.toString()) ?? "";
  }

  /** Open the original and the document side by side. */
  async open({ document, hunks }: Rewrite): Promise<void> {
    const uri = document.uri.with({ scheme: ORIGINAL, query: document.uri.toString() });
    this.originals.set(uri.toString(), applyChanges(document.getText(), restoration(hunks)));
    this.changed.fire(uri);
    const name = document.uri.path.split("/").pop() ?? "";
    await vscode.commands.executeCommand("vscode.diff", uri, document.uri, `${name} (before the rewrite ↔ now)`);
  }

  dispose(): void {
    for (const each of [...this.listeners, this.changed]) each.dispose();
  }
}
