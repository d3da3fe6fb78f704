import * as vscode from "vscode";
import { digest } from "../rewriting/pastStates";
import type { Region } from "../rewriting/regions";
import { Rewrite } from "../rewriting/rewrite";
import type { Rewrites } from "../rewriting/rewrites";

const KEY = "reviews";

interface SavedReview {
  readonly digest: string;
  readonly instruction: string;
  readonly regions: readonly Region[];
}

/** Keeps open reviews over the closing of a file or a window: they go on if the file still reads the same. */
export class SavedReviews implements vscode.Disposable {
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly rewrites: Rewrites,
    private readonly memory: vscode.Memento,
  ) {
    this.listeners = [
      rewrites.onDidChange((document) => this.save(document)),
      vscode.workspace.onDidOpenTextDocument((document) => this.resume(document)),
    ];
    vscode.workspace.textDocuments.forEach((document) => this.resume(document));
  }

  dispose(): void {
    for (const each of this.listeners) each.dispose();
  }

  private get all(): Record<string, SavedReview[]> {
    return this.memory.get<Record<string, SavedReview[]>>(KEY, {});
  }

  private save(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    const open = this.rewrites.of(document).filter((rewrite) => rewrite.phase === "review");
    const { [key]: before, ...others } = this.all;
    if (!open.length && !before) return;
    const text = digest(document.getText());
    const saved = open.map(({ instruction, state }) => ({ digest: text, instruction, regions: state }));
    void this.memory.update(KEY, saved.length ? { ...others, [key]: saved } : others);
  }

  private resume(document: vscode.TextDocument): void {
    if (this.rewrites.of(document).length) return;
    const saved = this.all[document.uri.toString()] ?? [];
    const text = saved.length ? digest(document.getText()) : "";
    for (const review of saved.filter((each) => each.digest === text))
      this.rewrites.add(Rewrite.resume(document, review));
  }
}
