/** A span of a text: offsets count UTF-16 code units, `end` is not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A replacement of a span by another text; offsets are those of the text before it. */
export interface Change extends Span {
  readonly text: string;
}

/** How much longer a text gets by a change. */
export function growthOf(change: Change): number {
  return change.text.length - (change.end - change.start);
}

/** The text after changes that are all meant for the text as it is now and do not overlap. */
export function applyChanges(text: string, changes: readonly Change[]): string {
  return lastFirst(changes).reduce(
    (now, { start, end, text: inserted }) => now.slice(0, start) + inserted + now.slice(end),
    text,
  );
}

/** The same changes, so that each can be carried out without moving those that follow. */
export function lastFirst<T extends Span>(spans: readonly T[]): T[] {
  return [...spans].sort((one, other) => other.start - one.start || other.end - one.end);
}

/** Whether two lists hold the same changes, in whatever order. */
export function sameChanges(some: readonly Change[], others: readonly Change[]): boolean {
  const [left, right] = [lastFirst(some), lastFirst(others)];
  return (
    left.length === right.length &&
    left.every((one, at) => one.start === right[at].start && one.end === right[at].end && one.text === right[at].text)
  );
}
