import { digest } from "./pastStates";

/**
 * The texts between two changes of a rewrite, at which undo and redo should not stop.
 *
 * VS Code ends an undo step at every save, and files that save themselves are saved while a rewrite streams.
 */
export class OwnSteps {
  private last: string | undefined;
  private readonly between = new Set<string>();

  /** The rewrite wrote, and the document reads so now. */
  wrote(text: string): void {
    if (this.last !== undefined) this.between.add(this.last);
    this.last = digest(text);
  }

  /** Somebody else changed the document: what comes next begins a step of its own. */
  interrupt(): void {
    this.last = undefined;
  }

  /** Whether a text stands between two changes of the rewrite. */
  holds(text: string): boolean {
    return this.between.has(digest(text));
  }
}
