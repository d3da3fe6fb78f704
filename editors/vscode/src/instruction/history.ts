const MOST = 100;

/** Instructions newest first: those of one list before those of the other, none twice, none empty. */
export function mergeHistory(newest: readonly string[], older: readonly string[]): string[] {
  return [...new Set([...newest, ...older].map((each) => each.trim()).filter(Boolean))].slice(0, MOST);
}

/** Walks through earlier instructions as a shell does; what was being typed waits at the near end. */
export class Recall {
  private at = -1;
  private typed = "";

  constructor(private readonly instructions: readonly string[]) {}

  /** Whether an earlier instruction is shown. */
  get isAway(): boolean {
    return this.at >= 0;
  }

  /** The instruction before the one that is shown; undefined at the oldest. */
  older(shown: string): string | undefined {
    if (this.at === -1) this.typed = shown;
    if (this.at + 1 >= this.instructions.length) return undefined;
    this.at += 1;
    return this.instructions[this.at];
  }

  /** The one after it, at last what was being typed; undefined if that is shown already. */
  newer(): string | undefined {
    if (this.at === -1) return undefined;
    this.at -= 1;
    return this.at === -1 ? this.typed : this.instructions[this.at];
  }
}
