import * as vscode from "vscode";
import { enclosingFunction } from "./scope";

/** What a rewrite is asked for, and its name for people. */
export interface Target {
  readonly ranges: readonly vscode.Range[];
  readonly name: string;
}

/** How far a rewrite without a selection reaches. */
export type Reach = "function" | "line";

/**
 * What the user means: the selections; or, at cursors that select nothing, the enclosing function or the line.
 *
 * Several empty cursors always mean their lines. Ranges come in document order and do not overlap.
 */
export function targetOf(editor: vscode.TextEditor, reach: Reach = "function"): Target {
  const { document, selections } = editor;
  if (selections.length === 1 && selections[0].isEmpty) return targetAt(document, selections[0].active.line, reach);
  const ranges = selections.map((selection) =>
    selection.isEmpty
      ? wholeLines(document, selection.active.line, selection.active.line)
      : new vscode.Range(selection.start, selection.end),
  );
  const merged = withoutOverlaps(ranges);
  const [only] = merged;
  return { ranges: merged, name: merged.length === 1 ? nameOf(only) : `${merged.length} selections` };
}

/** Whole lines with the line end of the last one, if it has one. */
export function wholeLines(document: vscode.TextDocument, first: number, last: number): vscode.Range {
  return new vscode.Range(new vscode.Position(first, 0), document.lineAt(last).rangeIncludingLineBreak.end);
}

function targetAt(document: vscode.TextDocument, line: number, reach: Reach): Target {
  const lines = Array.from({ length: document.lineCount }, (_, at) => document.lineAt(at).text);
  const found = reach === "function" ? enclosingFunction(lines, line) : undefined;
  const span = found ?? { first: line, last: line, name: `line ${line + 1}` };
  return { ranges: [wholeLines(document, span.first, span.last)], name: span.name };
}

function withoutOverlaps(ranges: readonly vscode.Range[]): vscode.Range[] {
  const merged: vscode.Range[] = [];
  for (const range of [...ranges].sort((one, other) => one.start.compareTo(other.start))) {
    const last = merged[merged.length - 1];
    if (last && range.start.isBefore(last.end)) merged[merged.length - 1] = last.union(range);
    else merged.push(range);
  }
  return merged;
}

function nameOf({ start, end }: vscode.Range): string {
  const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return start.line + 1 === last ? `line ${last}` : `lines ${start.line + 1}–${last}`;
}
