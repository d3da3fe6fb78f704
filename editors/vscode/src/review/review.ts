import * as vscode from "vscode";
import type { Hunk } from "../rewriting/regions";
import type { Rewrite } from "../rewriting/rewrite";
import type { Rewrites } from "../rewriting/rewrites";

/** A rewrite that waits for the user's decision, and where in it the user is. */
export interface Place {
  readonly rewrite: Rewrite;
  readonly position: vscode.Position;
}

/** The place that a command means: what its CodeLens says, or else the cursor. */
export function placeOf(rewrites: Rewrites, uri?: vscode.Uri, position?: vscode.Position): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  const document =
    uri instanceof vscode.Uri
      ? vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString())
      : editor?.document;
  if (!document) return undefined;
  const at = position
    ? new vscode.Position(position.line, position.character)
    : (editor?.selection.active ?? new vscode.Position(0, 0));
  const rewrite = rewrites.at(document, at);
  return rewrite && { rewrite, position: at };
}

/** The hunk at a place: the one that holds its line, or the next one below, or the last. */
export function hunkAt({ rewrite, position }: Place): Hunk | undefined {
  const { hunks } = rewrite;
  return hunks.find((hunk) => lastLineOf(rewrite, hunk) >= position.line) ?? hunks[hunks.length - 1];
}

/** Keep one hunk, and go to the next. */
export function acceptHunk(place: Place): void {
  const chosen = hunkAt(place);
  place.rewrite.accept((hunk) => hunk === chosen);
  goOn(place);
}

/** Take one hunk back, and go to the next. */
export async function rejectHunk(place: Place): Promise<void> {
  const chosen = hunkAt(place);
  await place.rewrite.reject((hunk) => hunk.start === chosen?.start && hunk.end === chosen.end);
  goOn(place);
}

/** Move the cursor to the next hunk (`by` 1) or the previous one (-1); behind the last comes the first. */
export function goToHunk({ rewrite, position }: Place, by: 1 | -1): void {
  const lines = rewrite.hunks.map((hunk) => rewrite.rangeOf(hunk).start.line);
  if (!lines.length) return;
  const next =
    by === 1 ? lines.findIndex((line) => line > position.line) : lines.findLastIndex((line) => line < position.line);
  show(rewrite.document, lines[next >= 0 ? next : by === 1 ? 0 : lines.length - 1]);
}

function goOn({ rewrite, position }: Place): void {
  const next = hunkAt({ rewrite, position });
  if (next && vscode.window.activeTextEditor?.document === rewrite.document)
    show(rewrite.document, rewrite.rangeOf(next).start.line);
}

function show(document: vscode.TextDocument, line: number): void {
  const editor = vscode.window.visibleTextEditors.find((each) => each.document === document);
  if (!editor) return;
  const place = new vscode.Position(line, document.lineAt(line).firstNonWhitespaceCharacterIndex);
  editor.selection = new vscode.Selection(place, place);
  editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function lastLineOf(rewrite: Rewrite, hunk: Hunk): number {
  const { start, end } = rewrite.rangeOf(hunk);
  return end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
}
