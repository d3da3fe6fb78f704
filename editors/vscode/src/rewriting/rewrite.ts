import * as vscode from "vscode";
import type { Stats, WireEdit, WireRange } from "../wire";
import { changesOf, DocumentWriter } from "./documentWriter";
import { OwnSteps } from "./ownSteps";
import { digest, PastStates } from "./pastStates";
import {
  baseRange,
  follow,
  type Hunk,
  hunksOf,
  type OwnChange,
  placeEdits,
  recordChanges,
  recordRestoration,
  type Region,
  restoration,
  startRegion,
  withoutHunks,
} from "./regions";

/** How a rewrite ended. */
export interface Outcome {
  readonly kind: "done" | "unchanged" | "cancelled" | "conflict" | "failed";
  /** What to tell the user; empty if there is nothing to say. */
  readonly message: string;
}

/** Where a rewrite stands: text arrives; the user looks at the hunks; or there is nothing left to decide. */
export type Phase = "running" | "review" | "closed";

/** One rewrite of one document: its regions, its hunks, and every change of the document since it began. */
export class Rewrite implements vscode.Disposable {
  phase: Phase = "running";
  /** What the server calls it, if that server still runs: each counts its jobs from 1. */
  jobId: string | undefined;
  stats: Stats | undefined;
  outcome: Outcome | undefined;
  /** What it waits for, in words; empty while the model writes. */
  wait = "";
  private regions: readonly Region[];
  private readonly writer: DocumentWriter;
  private readonly past = new PastStates();
  private readonly steps = new OwnSteps();
  private record: ((before: readonly Region[]) => readonly Region[]) | undefined;
  private lastWrite: Promise<unknown> = Promise.resolve();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly interrupted = new vscode.EventEmitter<string>();
  private readonly listeners: vscode.Disposable[];

  /** Something about it is different: where it stands, or what it shows. */
  readonly onDidChange = this.changed.event;
  /** The user changed the text under a running rewrite; the reason is a sentence. */
  readonly onDidInterrupt = this.interrupted.event;

  private constructor(
    readonly document: vscode.TextDocument,
    readonly instruction: string,
    regions: readonly Region[],
  ) {
    this.writer = new DocumentWriter(document);
    this.regions = regions;
    this.past.remember(document.getText(), this.regions);
    this.listeners = [
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document === document) this.takeIn(event);
      }),
      vscode.workspace.onDidCloseTextDocument((closed) => {
        if (closed === document) this.interrupt("The document was closed.");
      }),
    ];
  }

  /** A rewrite that is about to run. Ranges are in document order and do not overlap. */
  static begin(document: vscode.TextDocument, instruction: string, ranges: readonly vscode.Range[]): Rewrite {
    const regions = ranges.map((range) => {
      const span = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
      return startRegion(span, document.getText(range), { line: range.start.line, character: range.start.character });
    });
    return new Rewrite(document, instruction, regions);
  }

  /** A rewrite of an earlier session that waits for the user's decision. */
  static resume(document: vscode.TextDocument, saved: { instruction: string; regions: readonly Region[] }): Rewrite {
    const rewrite = new Rewrite(document, saved.instruction, saved.regions);
    rewrite.phase = "review";
    return rewrite;
  }

  /** The regions as plain values, to be kept. */
  get state(): readonly Region[] {
    return this.regions;
  }

  /** What changed, in the order of the document. */
  get hunks(): readonly Hunk[] {
    return hunksOf(this.regions);
  }

  /** Where the regions are now. */
  get ranges(): vscode.Range[] {
    return this.regions.map((region) => this.rangeOf(region));
  }

  /** The regions as they were asked for. */
  get baseRanges(): WireRange[] {
    return this.regions.map(baseRange);
  }

  /** What the regions read when the rewrite began. */
  get baseTexts(): string[] {
    return this.regions.map((region) => region.base);
  }

  /** SHA-256 of each region's text, with `\n` as line ends. */
  get digests(): string[] {
    return this.ranges.map((range) => digest(this.document.getText(range).replace(/\r\n/g, "\n")));
  }

  rangeOf({ start, end }: { start: number; end: number }): vscode.Range {
    return new vscode.Range(this.document.positionAt(start), this.document.positionAt(end));
  }

  /** Whether an editor shows the document. */
  get isVisible(): boolean {
    return this.writer.editor !== undefined;
  }

  /**
   * Write the server's edits, which are in coordinates of the document as it was asked about.
   *
   * @throws WriteRefused The document does not take them.
   */
  append(edits: readonly WireEdit[]): Promise<void> {
    const eol = this.document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
    return this.write(() => {
      if (this.phase !== "running") return [];
      const changes: OwnChange[] = placeEdits(this.regions, edits, this.document.getText(), eol);
      this.record = (before) => recordChanges(before, changes);
      return changes;
    });
  }

  /**
   * Put back what some hunks replaced, by default what all did. In a review that is an undo step of its own.
   *
   * @throws WriteRefused The document does not take it.
   */
  async reject(pick: (hunk: Hunk) => boolean = () => true): Promise<void> {
    await this.write(() => {
      const hunks = this.hunks.filter(pick);
      this.record = (before) => recordRestoration(before, hunks);
      return restoration(hunks);
    });
    if (this.phase !== "running") await this.writer.closeUndoStep();
  }

  /** Keep what some hunks wrote, by default what all did: they are not for review any more. */
  accept(pick: (hunk: Hunk) => boolean = () => true): void {
    this.regions = withoutHunks(this.regions, pick);
    this.past.remember(this.document.getText(), this.regions);
    this.show();
  }

  /** Show what the rewrite waits for. */
  tell(wait: string): void {
    this.wait = wait;
    this.changed.fire();
  }

  /** No more text comes. What is written from now on is an undo step of its own. */
  async finish(outcome: Outcome): Promise<void> {
    this.outcome = outcome;
    this.wait = "";
    this.phase = this.hunks.length ? "review" : "closed";
    await this.writer.closeUndoStep();
    this.changed.fire();
  }

  dispose(): void {
    this.phase = "closed";
    for (const each of [...this.listeners, this.changed, this.interrupted]) each.dispose();
  }

  private write(plan: () => readonly OwnChange[] | ReturnType<typeof restoration>): Promise<void> {
    const turn = this.lastWrite.then(() => this.writer.write(plan));
    this.lastWrite = turn.catch(() => undefined);
    return turn;
  }

  private takeIn(event: vscode.TextDocumentChangeEvent): void {
    if (event.contentChanges.length === 0) return;
    const text = this.document.getText();
    if (this.writer.recognises(event)) {
      this.regions = this.record?.(this.regions) ?? this.regions;
      if (this.phase === "running") this.steps.wrote(text);
    } else {
      this.followOthers(event, text);
    }
    this.regions = withoutHunks(this.regions, ({ start, end, original }) => text.slice(start, end) === original);
    this.past.remember(text, this.regions);
    this.show();
  }

  private followOthers(event: vscode.TextDocumentChangeEvent, text: string): void {
    const followed = follow(this.regions, changesOf(event));
    const back = event.reason !== undefined;
    this.steps.interrupt();
    this.regions = (back && this.past.recall(text)) || followed.regions;
    if (event.reason === vscode.TextDocumentChangeReason.Undo) this.interrupt("You undid it.");
    else if (followed.touched) this.interrupt("You changed the text that was being rewritten.");
    if (back && this.steps.holds(text) && vscode.window.activeTextEditor?.document === this.document)
      void vscode.commands.executeCommand(event.reason === vscode.TextDocumentChangeReason.Undo ? "undo" : "redo");
  }

  private interrupt(reason: string): void {
    if (this.phase === "running") this.interrupted.fire(reason);
  }

  /** Undo can empty a review and redo can fill it again: a document's last rewrite stays until it is disposed of. */
  private show(): void {
    if (this.phase !== "running") this.phase = this.hunks.length ? "review" : "closed";
    this.changed.fire();
  }
}
