import * as vscode from "vscode";
import type { Rewrite } from "../rewriting/rewrite";
import type { Rewrites } from "../rewriting/rewrites";

/** The lines above a rewrite and above each of its hunks: what runs, and what the user can decide. */
export class CodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly listener: vscode.Disposable;
  private shown = "";

  constructor(private readonly rewrites: Rewrites) {
    this.listener = rewrites.onDidChange((document) => {
      // Every keystroke changes a rewrite; asking the editor for lenses again makes them flicker.
      const now = `${document.uri.toString()} ${JSON.stringify(this.provideCodeLenses(document))}`;
      if (now !== this.shown) this.changed.fire();
      this.shown = now;
    });
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return this.rewrites.of(document).flatMap((rewrite) => {
      if (rewrite.phase === "running") return runningLenses(rewrite);
      return rewrite.phase === "review" ? reviewLenses(rewrite) : [];
    });
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }
}

function runningLenses(rewrite: Rewrite): vscode.CodeLens[] {
  const now = [rewrite.instruction.split("\n")[0], rewrite.wait, "Esc cancels"].filter(Boolean).join("  ·  ");
  return rewrite.ranges.map(
    (range) =>
      new vscode.CodeLens(startOf(range), {
        title: `${rewrite.wait ? "$(watch)" : "$(sync~spin)"}\u00a0${now}`,
        command: "specedit.cancel",
      }),
  );
}

function reviewLenses(rewrite: Rewrite): vscode.CodeLens[] {
  const { hunks, ranges } = rewrite;
  const count = hunks.length === 1 ? "" : ` ${hunks.length}`;
  const all = [
    { title: `$(check-all)\u00a0Accept all${count}`, command: "specedit.acceptAll", tooltip: "Keep the whole rewrite" },
    { title: "$(discard)\u00a0Reject all", command: "specedit.rejectAll", tooltip: "Put the original text back" },
    { title: "$(add)\u00a0Refine", command: "specedit.refine", tooltip: "Add a further instruction" },
    { title: "$(refresh)\u00a0Retry", command: "specedit.retry", tooltip: "Run the instruction again" },
    { title: "$(diff)\u00a0Diff", command: "specedit.showDiff", tooltip: "Original and rewrite, side by side" },
  ];
  const place = startOf(ranges[0]);
  const lenses = all.map(
    (command) => new vscode.CodeLens(place, { ...command, arguments: [rewrite.document.uri, range(place)] }),
  );
  if (hunks.length > 1) {
    for (const hunk of hunks) {
      const at = startOf(rewrite.rangeOf(hunk));
      lenses.push(
        new vscode.CodeLens(at, {
          title: "$(check)\u00a0Accept",
          command: "specedit.acceptHunk",
          arguments: [rewrite.document.uri, range(at)],
        }),
        new vscode.CodeLens(at, {
          title: "$(x)\u00a0Reject",
          command: "specedit.rejectHunk",
          arguments: [rewrite.document.uri, range(at)],
        }),
      );
    }
  }
  return lenses;
}

function startOf({ start }: vscode.Range): vscode.Range {
  return new vscode.Range(start, start);
}

function range(place: vscode.Range): vscode.Position {
  return place.start;
}
