/** What the server and this client say to each other beyond the Language Server Protocol. See docs/protocol.md. */

import type { Position } from "./text/lines";

export const REWRITE_RANGE = "specedit/rewriteRange";
export const STATUS = "specedit/status";
export const WARM = "specedit/warm";
export const STATS = "specedit/stats";
export const PROVENANCE = "specedit/provenance";
export const SHOW_PROMPT = "specedit/showPrompt";
export const HISTORY = "specedit/history";
export const RENAMES = "specedit/renames";
/** The server's own command, which the presets in its code actions run. */
export const SERVER_COMMAND = "specedit.rewriteRange";
/** The server's command that ends the worker of all windows and starts another. */
export const RESTART_WORKER = "specedit.restartWorker";

export interface WireRange {
  readonly start: Position;
  readonly end: Position;
}

/** A range as it is sent: the editor's own would turn into a pair. */
export function wireRange({ start, end }: WireRange): WireRange {
  const plain = ({ line, character }: Position) => ({ line, character });
  return { start: plain(start), end: plain(end) };
}

export interface WireEdit {
  readonly range: WireRange;
  readonly newText: string;
}

/** What the server can do: `capabilities.experimental.specedit`. */
export type Capabilities = Partial<
  Record<"rewriteRange" | "warm" | "stats" | "showPrompt" | "history" | "provenance" | "renames" | "likelyText", number>
>;

export interface RegionParams {
  readonly range: WireRange;
  readonly expectedText?: string;
  /** What the range may read afterwards: a draft, never trusted. */
  readonly likelyText?: string;
}

/** One instruction for one range, or for several `regions` of the document. */
export interface RewriteParams extends Partial<RegionParams> {
  readonly textDocument: { readonly uri: string; readonly version: number };
  readonly regions?: readonly RegionParams[];
  readonly instruction: string;
  readonly refines?: string;
  readonly workDoneToken: string;
  readonly partialResultToken: string;
}

/** Standard progress: what a rewrite waits for. */
export interface WorkDone {
  readonly kind: "begin" | "report" | "end";
  readonly message?: string;
}

/** The names that an instruction wants changed, each where it first stands in the range. */
export interface Renames {
  readonly renames: readonly { readonly position: Position; readonly newName: string }[];
}

/** Changes verified since the last one, in coordinates of the document that the request was made for. */
export interface PartialResult {
  readonly seq: number;
  readonly edits: readonly WireEdit[];
  /** Regions whose original text the client puts back. */
  readonly restore?: readonly WireRange[];
}

export interface Stats {
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly forwards: number;
  readonly seconds: number;
  readonly firstTextSeconds: number;
  readonly sources: Readonly<Record<string, { readonly proposed: number; readonly accepted: number }>>;
}

export interface RegionResult {
  readonly range: WireRange;
  readonly outcome: "done" | "unchanged" | "failed";
  readonly sha256?: string;
  readonly message?: string;
  readonly reason?: string;
}

export interface RewriteResult {
  readonly jobId: string;
  readonly outcome: "done" | "unchanged";
  readonly edits: readonly WireEdit[];
  readonly sha256?: string;
  readonly stats?: Stats;
  readonly regions?: readonly RegionResult[];
}

export interface Status {
  readonly state: "starting" | "loading" | "ready" | "busy" | "failed" | "ended";
  readonly message: string;
  readonly model: string;
  readonly device: string;
  readonly queued: number;
  readonly percent?: number;
  readonly tokensPerSecond?: number;
}

export interface JobRecord {
  readonly jobId: string;
  readonly instruction: string;
  readonly outcome: "done" | "unchanged" | "cancelled" | "conflict" | "failed";
  readonly message?: string;
  readonly stats?: Stats;
  readonly tokensPerSecond?: number;
  readonly savedSeconds?: number;
}

/** Who wrote a piece of a rewritten text; ranges count from the start of the region. */
export interface ProvenanceSpan {
  readonly range: WireRange;
  readonly source: string;
  readonly forward: number;
}

export interface Provenance {
  readonly jobId: string;
  readonly spans: readonly ProvenanceSpan[];
}

export interface ShownPrompt {
  readonly prompt: string;
  readonly tokens: number;
  readonly model: string;
}
