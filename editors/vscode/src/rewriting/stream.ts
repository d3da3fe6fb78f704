import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import {
  type PartialResult,
  type RegionParams,
  REWRITE_RANGE,
  type RewriteParams,
  type RewriteResult,
  type WireRange,
  type WorkDone,
} from "../wire";
import { WriteRefused } from "./documentWriter";
import type { Outcome, Rewrite } from "./rewrite";

/** The part of a language client that a rewrite needs. */
export interface RewriteServer {
  /** Send a request; `onPartial` hears its partial results. Rejects with the server's error. */
  request<R>(method: string, params: object, token: vscode.CancellationToken): Promise<R>;
  /** Hear the values of one progress token. */
  onProgress<T>(token: string, listener: (value: T) => void): vscode.Disposable;
  /** How the server names a document. */
  uriOf(document: vscode.TextDocument): string;
}

/** How a stream is to be carried out. */
export interface StreamOptions {
  /** The earlier rewrite that the instruction adds to. */
  readonly refines?: string;
  /** What each range may read afterwards, where that is known. */
  readonly likely?: readonly (string | undefined)[];
  /** What becomes of hunks already shown when the user cancels. */
  readonly onCancel: "revert" | "keep";
}

const REQUEST_CANCELLED = -32800;
/** How a language client rejects what it waits for when the server ends, and what it is asked after that. */
const SERVER_ENDED: readonly unknown[] = [-32097, -32096];
/** What the server reports once nothing is waited for. */
const REWRITING = "rewriting";
const CANCELLED: Outcome = { kind: "cancelled", message: "" };

/**
 * Have a rewrite's regions rewritten; hunks appear in the document as they arrive.
 *
 * Every way it can end is an outcome. If it did not get to an end by itself, the regions read as before, except
 * where the user changed them meanwhile: then all stays as the user sees it.
 */
export async function streamRewrite(
  rewrite: Rewrite,
  server: RewriteServer,
  options: StreamOptions,
  cancellation: vscode.CancellationTokenSource,
): Promise<Outcome> {
  const [workDoneToken, partialResultToken] = [randomUUID(), randomUUID()];
  const stream = new Stream(rewrite, cancellation);
  const listeners: vscode.Disposable[] = [stream];
  let outcome: Outcome;
  try {
    // These throw if the server is gone by now.
    listeners.push(server.onProgress<PartialResult>(partialResultToken, (partial) => stream.take(partial)));
    listeners.push(
      server.onProgress<WorkDone>(workDoneToken, ({ kind, message }) => {
        if (kind === "report") rewrite.tell(message === REWRITING ? "" : (message ?? ""));
      }),
    );
    const params: RewriteParams = {
      textDocument: { uri: server.uriOf(rewrite.document), version: rewrite.document.version },
      ...regionsOf(rewrite, options.likely ?? []),
      instruction: rewrite.instruction,
      ...(options.refines && { refines: options.refines }),
      workDoneToken,
      partialResultToken,
    };
    const result = await server.request<RewriteResult>(REWRITE_RANGE, params, cancellation.token);
    rewrite.jobId = result.jobId;
    rewrite.stats = result.stats;
    stream.take({ seq: -1, edits: result.edits });
    await stream.settle();
    // The answer may have been on its way when the user cancelled.
    outcome = stream.interruption ?? (cancellation.token.isCancellationRequested ? CANCELLED : judge(rewrite, result));
  } catch (error) {
    await stream.settle();
    outcome = stream.interruption ?? outcomeOf(error);
  } finally {
    for (const each of listeners) each.dispose();
  }
  return end(rewrite, outcome, options);
}

/** The hunks on their way into the document. */
class Stream implements vscode.Disposable {
  /** How the stream was stopped from this side, if it was. */
  interruption: Outcome | undefined;
  private waiting: PartialResult[] = [];
  private writing: Promise<void> | undefined;
  private ended = false;
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly rewrite: Rewrite,
    private readonly cancellation: vscode.CancellationTokenSource,
  ) {
    this.listeners = [
      rewrite.onDidInterrupt((reason) => this.stop({ kind: "conflict", message: `The rewrite stopped. ${reason}` })),
      vscode.window.onDidChangeVisibleTextEditors(() => this.go()),
    ];
  }

  take(partial: PartialResult): void {
    this.waiting.push(partial);
    this.go();
  }

  /** Wait until everything that came is in the document. */
  async settle(): Promise<void> {
    this.ended = true;
    while (this.mayWrite) {
      this.go();
      await this.writing;
    }
    await this.writing;
  }

  dispose(): void {
    for (const each of this.listeners) each.dispose();
  }

  /** Without an editor every hunk would be an undo step: they wait for one, or for the end. */
  private get mayWrite(): boolean {
    const wanted = !this.interruption && !this.cancellation.token.isCancellationRequested;
    return this.waiting.length > 0 && wanted && (this.ended || this.rewrite.isVisible);
  }

  private go(): void {
    if (!this.mayWrite) return;
    this.writing ??= this.writeWaiting().finally(() => {
      this.writing = undefined;
      this.go();
    });
  }

  private async writeWaiting(): Promise<void> {
    while (this.mayWrite) {
      const batch = this.waiting.splice(0);
      try {
        for (const part of joined(batch)) {
          await this.rewrite.append(part.edits);
          for (const range of part.restore ?? []) await this.restore(range);
        }
      } catch (error) {
        this.stop({ kind: "failed", message: `The rewrite stopped: ${messageOf(error)}.` });
      }
    }
  }

  private restore(range: WireRange): Promise<void> {
    const at = this.rewrite.baseRanges.findIndex((each) => sameRange(each, range));
    const now = this.rewrite.ranges[at];
    if (!now) return Promise.resolve();
    return this.rewrite.reject((hunk) => now.contains(this.rewrite.rangeOf(hunk)));
  }

  private stop(outcome: Outcome): void {
    if (this.interruption) return;
    this.interruption = outcome;
    this.waiting = [];
    this.cancellation.cancel();
  }
}

function sameRange(one: WireRange, other: WireRange): boolean {
  const ends = ["start", "end"] as const;
  return ends.every((end) => one[end].line === other[end].line && one[end].character === other[end].character);
}

/** Partial results that wait together are written together, up to one that takes something back. */
function joined(partials: readonly PartialResult[]): PartialResult[] {
  const parts: PartialResult[] = [];
  for (const partial of partials) {
    const last = parts[parts.length - 1];
    if (last && !last.restore) parts[parts.length - 1] = { ...partial, edits: [...last.edits, ...partial.edits] };
    else parts.push(partial);
  }
  return parts;
}

function regionsOf(
  rewrite: Rewrite,
  likely: readonly (string | undefined)[],
): Pick<RewriteParams, "regions"> & Partial<RegionParams> {
  const texts = rewrite.baseTexts;
  const regions = rewrite.baseRanges.map((range, at) => ({
    range,
    expectedText: texts[at],
    ...(likely[at] !== undefined && { likelyText: likely[at] }),
  }));
  return regions.length === 1 ? regions[0] : { regions };
}

function judge(rewrite: Rewrite, result: RewriteResult): Outcome {
  const expected = result.regions?.map((region) => region.sha256) ?? [result.sha256];
  const digests = rewrite.digests;
  if (expected.some((each, at) => each !== undefined && each !== digests[at])) {
    return {
      kind: "failed",
      message: "The text that arrived is not the text that the server wrote; it was taken back. Run the rewrite again.",
    };
  }
  const failures = result.regions?.filter((region) => region.outcome === "failed") ?? [];
  if (failures.length) {
    const all = result.regions?.length ?? 0;
    return {
      kind: "done",
      message: `${failures.length} of ${all} selections stayed as they were: ${failures[0].message ?? "they failed"}`,
    };
  }
  return result.outcome === "unchanged"
    ? { kind: "unchanged", message: "The model kept the text as it is." }
    : { kind: "done", message: "" };
}

function outcomeOf(error: unknown): Outcome {
  const { code } = error as { code?: unknown };
  if (error instanceof vscode.CancellationError || code === REQUEST_CANCELLED) return CANCELLED;
  const ended = "The server ended. The next rewrite starts it again; the log may say why.";
  return { kind: "failed", message: SERVER_ENDED.includes(code) ? ended : messageOf(error) };
}

async function end(rewrite: Rewrite, outcome: Outcome, options: StreamOptions): Promise<Outcome> {
  const takeBack = outcome.kind === "failed" || (outcome.kind === "cancelled" && options.onCancel === "revert");
  if (takeBack && !rewrite.document.isClosed) {
    try {
      await rewrite.reject();
    } catch (error) {
      if (!(error instanceof WriteRefused)) throw error;
    }
  }
  await rewrite.finish(outcome);
  return outcome;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
