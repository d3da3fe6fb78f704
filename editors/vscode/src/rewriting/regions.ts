/**
 * The regions of one rewrite as they move through a living document, and the hunks changed in them.
 *
 * Pure values: every function returns new ones. Offsets are those of the editor's document, with its line ends.
 */

import { type Change, growthOf, lastFirst, type Span } from "../text/change";
import { endOf, isBefore, offsetOf, type Position, withLineEnds } from "../text/lines";
import type { WireEdit, WireRange } from "../wire";

/** A changed piece of a document: where it is now, and what was there before. */
export interface Hunk extends Span {
  readonly original: string;
}

/** A place in the document that is being rewritten, or was. */
export interface Region extends Span {
  /** What it read when the rewrite began. */
  readonly base: string;
  /** Where it began then. */
  readonly origin: Position;
  /** What changed, in the order of the document. */
  readonly hunks: readonly Hunk[];
}

/** What a change that is not of the rewrite did to its regions. */
export interface Followed {
  readonly regions: readonly Region[];
  /** Whether the change was within a region or touched it. */
  readonly touched: boolean;
}

/** A region that nothing has happened to yet. */
export function startRegion(span: Span, base: string, origin: Position): Region {
  return { ...span, base, origin, hunks: [] };
}

/** The region's range in coordinates of the document that the rewrite was asked for. */
export function baseRange(region: Region): WireRange {
  return { start: region.origin, end: endOf(region.base, region.origin) };
}

/** A change of a region's text, by the rewrite that owns the region. */
export interface OwnChange extends Change {
  /** Which region, counted from 0. */
  readonly region: number;
  /** What it replaces. */
  readonly original: string;
}

/**
 * The server's edits as changes of the document as it is now, `text`.
 *
 * While a rewrite streams, nobody else changes its regions, and edits come in document order: so what a region has
 * grown by is what the edits before the next one made of it.
 *
 * @throws RangeError An edit is outside all regions.
 */
export function placeEdits(
  regions: readonly Region[],
  edits: readonly WireEdit[],
  text: string,
  eol: string,
): OwnChange[] {
  return edits.map((edit) => {
    const at = regions.findIndex((each) => holds(baseRange(each), edit.range));
    if (at < 0) throw new RangeError("the server changed text outside the selection");
    const region = regions[at];
    const growth = region.end - region.start - region.base.length;
    const [start, end] = [edit.range.start, edit.range.end].map(
      (position) => region.start + growth + offsetOf(region.base, position, region.origin),
    );
    return { start, end, text: withLineEnds(edit.newText, eol), region: at, original: text.slice(start, end) };
  });
}

/** The regions after changes of the rewrite itself, each of which is part of a hunk from now on. */
export function recordChanges(regions: readonly Region[], changes: readonly OwnChange[]): readonly Region[] {
  return lastFirst(changes).reduce((now, change) => {
    const grown = growthOf(change);
    return now.map((region, at) =>
      at === change.region ? withHunk(region, change) : at > change.region ? moved(region, grown) : region,
    );
  }, regions);
}

/** The regions after the original text of some hunks was put back. */
export function recordRestoration(regions: readonly Region[], restored: readonly Hunk[]): readonly Region[] {
  return lastFirst(restored).reduce((now, hunk) => {
    const owner = now.findIndex((region) => region.hunks.includes(hunk));
    const grown = hunk.original.length - (hunk.end - hunk.start);
    return now.map((region, at) => {
      if (at !== owner) return at > owner ? moved(region, grown) : region;
      const place = region.hunks.indexOf(hunk);
      const after = region.hunks.slice(place + 1).map((later) => shifted(later, grown));
      return { ...region, end: region.end + grown, hunks: [...region.hunks.slice(0, place), ...after] };
    });
  }, regions);
}

/** The regions after changes by somebody else. */
export function follow(regions: readonly Region[], changes: readonly Change[]): Followed {
  let touched = false;
  const now = lastFirst(changes).reduce<readonly Region[]>(
    (before, change) =>
      before.map((region) => {
        switch (placeOf(change, region, region.base)) {
          case "before":
            return moved(region, growthOf(change));
          case "after":
            return region;
          case "within":
            touched = true;
            return changedInside(region, change);
        }
      }),
    regions,
  );
  return { regions: now, touched };
}

/** The changes that put back what the hunks replaced. */
export function restoration(hunks: readonly Hunk[]): Change[] {
  return hunks.map(({ start, end, original }) => ({ start, end, text: original }));
}

/** The regions without the hunks that a test picks out: what they read stays. */
export function withoutHunks(regions: readonly Region[], drop: (hunk: Hunk) => boolean): readonly Region[] {
  return regions.map((region) => ({ ...region, hunks: region.hunks.filter((hunk) => !drop(hunk)) }));
}

/** All hunks, in the order of the document. */
export function hunksOf(regions: readonly Region[]): Hunk[] {
  return regions.flatMap((region) => region.hunks).sort((one, other) => one.start - other.start);
}

function holds(outer: WireRange, inner: WireRange): boolean {
  return !isBefore(inner.start, outer.start) && !isBefore(outer.end, inner.end);
}

/** Text typed at an edge belongs to the lines outside if it leaves the lines inside whole. */
function placeOf(change: Change, span: Span, text: string): "before" | "after" | "within" {
  const insertion = change.start === change.end;
  if (change.end < span.start || (change.end === span.start && (!insertion || change.text.endsWith("\n"))))
    return "before";
  if (change.start > span.end || (change.start === span.end && (!insertion || text.endsWith("\n")))) return "after";
  return "within";
}

function moved(region: Region, by: number): Region {
  const shift = <T extends Span>(span: T): T => ({ ...span, start: span.start + by, end: span.end + by });
  return { ...shift(region), hunks: region.hunks.map(shift) };
}

function withHunk(region: Region, change: OwnChange): Region {
  const grown = growthOf(change);
  const before = region.hunks.filter((hunk) => hunk.end <= change.start);
  const after = region.hunks.filter((hunk) => hunk.end > change.start).map((hunk) => shifted(hunk, grown));
  let hunk: Hunk = { start: change.start, end: change.start + change.text.length, original: change.original };
  // Changes next to each other are one to the reader.
  const last = before[before.length - 1];
  if (last && last.end === hunk.start) {
    before.pop();
    hunk = { start: last.start, end: hunk.end, original: last.original + hunk.original };
  }
  const [next] = after;
  if (next && next.start === hunk.end) {
    after.shift();
    hunk = { start: hunk.start, end: next.end, original: hunk.original + next.original };
  }
  return { ...region, end: region.end + grown, hunks: [...before, hunk, ...after] };
}

function shifted(hunk: Hunk, by: number): Hunk {
  return { ...hunk, start: hunk.start + by, end: hunk.end + by };
}

/** A hunk that a change cuts through is no longer the rewrite's to take back: it is dropped, its text stays. */
function changedInside(region: Region, change: Change): Region {
  const grown = growthOf(change);
  const start = change.start < region.start ? change.start + change.text.length : region.start;
  const end = change.end > region.end ? Math.max(change.start, start) : region.end + grown;
  const hunks = region.hunks.flatMap((hunk) => {
    // A hunk of removed lines is empty now; text typed there stands beside it.
    if (change.start >= hunk.end && (hunk.start === hunk.end || change.start > hunk.end || change.end > change.start))
      return [hunk];
    if (change.end < hunk.start || (change.end === hunk.start && change.start < change.end))
      return [shifted(hunk, grown)];
    if (change.start === hunk.end) return [change.text.includes("\n") ? hunk : { ...hunk, end: hunk.end + grown }];
    if (change.start === change.end && change.start === hunk.start && change.text.endsWith("\n"))
      return [shifted(hunk, grown)];
    if (change.start >= hunk.start && change.end <= hunk.end) return [{ ...hunk, end: hunk.end + grown }];
    return [];
  });
  return { ...region, start, end, hunks };
}
