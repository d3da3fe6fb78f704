import * as vscode from "vscode";
import type { Rewrite } from "./rewrite";

/** The rewrites of this window, at most one for each place in a document; keys and menus depend on them. */
export class Rewrites implements vscode.Disposable {
  private all: Rewrite[] = [];
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly listeners: vscode.Disposable[];

  /** A rewrite of the document began, ended, or shows something else. */
  readonly onDidChange = this.changed.event;

  constructor() {
    this.listeners = [
      vscode.window.onDidChangeActiveTextEditor(() => this.setContexts()),
      vscode.workspace.onDidCloseTextDocument((document) => {
        // Nobody decided anything: what was saved of a review stays.
        for (const rewrite of this.of(document)) if (rewrite.phase !== "running") this.forget(rewrite);
      }),
    ];
  }

  /** Those of a document, oldest first. */
  of(document: vscode.TextDocument | undefined): Rewrite[] {
    return this.all.filter((rewrite) => rewrite.document === document);
  }

  /** All that run. */
  get running(): Rewrite[] {
    return this.all.filter((rewrite) => rewrite.phase === "running");
  }

  /** The one under review at a place in a document, or else the latest of those. */
  at(document: vscode.TextDocument, place: vscode.Position): Rewrite | undefined {
    const open = this.of(document).filter((rewrite) => rewrite.phase === "review");
    const first = (holds: (range: vscode.Range) => boolean) => open.find(({ ranges }) => ranges.some(holds));
    // Whole lines end where the next line begins: there the place belongs to the one that begins.
    return (
      first((range) => range.contains(place) && (range.isEmpty || place.isBefore(range.end))) ??
      first((range) => range.contains(place)) ??
      open[open.length - 1]
    );
  }

  /** Follow a rewrite from now on. An older one of the same place is decided: what it reads stays. */
  add(rewrite: Rewrite): void {
    for (const other of this.of(rewrite.document)) {
      const overlaps = other.ranges.some((one) =>
        rewrite.ranges.some((range) => (one.intersection(range)?.isEmpty ?? true) === false),
      );
      if (overlaps || other.phase === "closed") this.remove(other);
    }
    this.all.push(rewrite);
    rewrite.onDidChange(() => this.show(rewrite.document));
    this.show(rewrite.document);
  }

  /** The server is gone, and the next one gives the same names to other jobs. */
  forgetJobs(): void {
    for (const rewrite of this.all) rewrite.jobId = undefined;
  }

  dispose(): void {
    for (const each of [...this.all, ...this.listeners, this.changed]) each.dispose();
  }

  private remove(rewrite: Rewrite): void {
    this.forget(rewrite);
    this.show(rewrite.document);
  }

  private forget(rewrite: Rewrite): void {
    this.all = this.all.filter((other) => other !== rewrite);
    rewrite.dispose();
  }

  private show(document: vscode.TextDocument): void {
    this.changed.fire(document);
    this.setContexts();
  }

  private setContexts(): void {
    const phases = this.of(vscode.window.activeTextEditor?.document).map((rewrite) => rewrite.phase);
    void vscode.commands.executeCommand("setContext", "specedit.running", phases.includes("running"));
    void vscode.commands.executeCommand("setContext", "specedit.reviewing", phases.includes("review"));
  }
}
