import * as vscode from "vscode";
import type { Foresight, Likely } from "../instruction/foresight";
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

interface Prepared {
  readonly ranges: readonly vscode.Range[];
  readonly likely: readonly Likely[];
}

/** Carries orders out, and can stop them. */
export class Runner {
  private readonly cancellations = new Map<Rewrite, vscode.CancellationTokenSource>();

  constructor(
    private readonly connection: Connection,
    private readonly rewrites: Rewrites,
    private readonly foresight: Foresight,
  ) {}

  /**
   * Rewrite and return how it ended. A second order for a place that is being rewritten is refused.
   *
   * @throws NoServer There is no server to ask; WrongServerPath: nor where the setting says.
   */
  async run(order: Order): Promise<Outcome> {
    const { document, instruction, refines } = order;
    const { ranges, likely } = await this.prepare(order);
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
        { refines, likely, onCancel: setting("stream.onCancel", "revert", document) },
        cancellation,
      );
    } finally {
      this.cancellations.delete(rewrite);
      cancellation.dispose();
    }
  }

  /** Where the ranges are, and what they may read afterwards, once the server is there. */
  private async prepare({ document, instruction, ranges, refines }: Order): Promise<Prepared> {
    const { version } = document;
    // The user may type meanwhile.
    const place = Rewrite.begin(document, instruction, ranges);
    try {
      await this.connection.start();
      // A refinement begins with what an earlier instruction asked for, which no language knows.
      const likely = refines ? [] : await this.foresight.foresee(document, ranges, instruction);
      return { ranges: place.ranges, likely: document.version === version ? likely : [] };
    } finally {
      place.dispose();
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
