import { createHash } from "node:crypto";
import type { Region } from "./regions";

const MOST = 200;

/**
 * How the regions stood when the document read so: what undo and redo bring back.
 *
 * An editor's undo restores a text exactly, and with it all offsets; it does not say what the change once meant.
 */
export class PastStates {
  private readonly states = new Map<string, readonly Region[]>();

  /** Remember the regions for a text; the oldest states make room. */
  remember(text: string, regions: readonly Region[]): void {
    const key = digest(text);
    this.states.delete(key);
    this.states.set(key, regions);
    for (const oldest of this.states.keys()) {
      if (this.states.size <= MOST) break;
      this.states.delete(oldest);
    }
  }

  /** The regions as they were when the document last read so. */
  recall(text: string): readonly Region[] | undefined {
    return this.states.get(digest(text));
  }
}

/** SHA-256 of a text as UTF-8. */
export function digest(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
