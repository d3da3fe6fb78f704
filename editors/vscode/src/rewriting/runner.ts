import * as vscode from "vscode";
import type { Connection } from "../server/connection";
import { setting } from "../settings";
import { type Outcome, Rewrite } from "./rewrite";
import type { Rewrites } from "./rewrites";
import { streamRewrite } from "./stream";

/** What to rewrite. */
export interface Order {
  readonly document: vscode.TextDocument;
  readonly ranges: readonly vscode.Range[];
  readonly instruction: string;
  /** The earlier rewrite that the instruction adds to. */
  readonly refines?: string;
}

/** Carries orders out, and can stop them. */
export class Runner {
  private readonly cancellations = new Map<Rewrite, vscode.CancellationTokenSource>();

  constructor(
    private readonly connection: Connection,
    private readonly rewrites: Rewrites,
  ) {}

  /**
   * Rewrite and return how it ended. A second order for a place that is being rewritten is refused.
   *
   * @throws NoServer There is no server to ask; WrongServerPath: nor where the setting says.
   */
  async run({ document, ranges, instruction, refines }: Order): Promise<Outcome> {
    await this.connection.start();
    const busy = this.rewrites
      .of(document)
      .find(
        (each) => each.phase === "running" && each.ranges.some((one) => ranges.some((other) => overlap(one, other))),
      );
    if (busy)
      return {
        kind: "failed",
        message: `This place is being rewritten already: “${busy.instruction}”. Wait for it, or cancel it with Esc.`,
      };
    const rewrite = Rewrite.begin(document, instruction, ranges);
    const cancellation = new vscode.CancellationTokenSource();
    this.rewrites.add(rewrite);
    bringIntoView(document, ranges);
    this.cancellations.set(rewrite, cancellation);
    try {
      return await streamRewrite(
        rewrite,
        this.connection,
        { refines, onCancel: setting("stream.onCancel", "revert", document) },
        cancellation,
      );
    } finally {
      this.cancellations.delete(rewrite);
      cancellation.dispose();
    }
  }

  /** Cancel what runs in a document, or everywhere if nothing runs there. */
  cancel(document?: vscode.TextDocument): void {
    const here = this.rewrites.running.filter((rewrite) => rewrite.document === document);
    for (const rewrite of here.length ? here : this.rewrites.running) this.cancellations.get(rewrite)?.cancel();
  }
}

/** Show where text will change first, with the line above it. What is selected is let go: it could not be seen to change. */
function bringIntoView(document: vscode.TextDocument, ranges: readonly vscode.Range[]): void {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document !== document) return;
  const above = new vscode.Position(Math.max(0, ranges[0].start.line - 1), 0);
  editor.revealRange(new vscode.Range(above, above));
  if (editor.selections.every((selection) => selection.isEmpty)) return;
  editor.selections = ranges.map(({ start }) => new vscode.Selection(start, start));
}

function overlap(one: vscode.Range, other: vscode.Range): boolean {
  return one.start.isBefore(other.end) && other.start.isBefore(one.end);
}
