import * as vscode from "vscode";
import type { Hunk } from "../rewriting/regions";
import type { Rewrite } from "../rewriting/rewrite";
import type { Rewrites } from "../rewriting/rewrites";
import { ORIGINAL } from "./diffView";
import { markHunk } from "./marks";

const LONGEST_REMOVAL = 160;
const colour = (name: string) => new vscode.ThemeColor(`specedit.${name}`);

/** Shows rewrites in every editor of their document: the region, what was written, and what was there before. */
export class Decorations implements vscode.Disposable {
  private readonly region: vscode.TextEditorDecorationType;
  private readonly insertedLine = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: colour("insertedLineBackground"),
    overviewRulerColor: colour("insertedLineBackground"),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly insertedText = vscode.window.createTextEditorDecorationType({
    backgroundColor: colour("insertedTextBackground"),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly removedText = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly rewrites: Rewrites,
    extensionUri: vscode.Uri,
  ) {
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, "media", `region-${theme}.svg`);
    this.region = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      overviewRulerColor: colour("regionBorder"),
      overviewRulerLane: vscode.OverviewRulerLane.Right,
      light: { gutterIconPath: icon("light"), gutterIconSize: "cover" },
      dark: { gutterIconPath: icon("dark"), gutterIconSize: "cover" },
    });
    this.listeners = [
      rewrites.onDidChange((document) =>
        this.showIn(vscode.window.visibleTextEditors.filter((each) => each.document === document)),
      ),
      vscode.window.onDidChangeVisibleTextEditors((editors) => this.showIn(editors)),
    ];
  }

  dispose(): void {
    for (const each of [...this.listeners, ...this.types]) each.dispose();
  }

  private get types(): vscode.TextEditorDecorationType[] {
    return [this.region, this.insertedLine, this.insertedText, this.removedText];
  }

  private showIn(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      const open = this.rewrites.of(editor.document).filter((rewrite) => rewrite.phase !== "closed");
      const shown = isCompared(editor) ? [] : open;
      const hunks = shown.flatMap((rewrite) => rewrite.hunks.map((hunk) => decorate(rewrite, hunk)));
      const regions = shown.flatMap((rewrite) => rewrite.ranges.map(withoutLastLineEnd));
      editor.setDecorations(this.region, regions);
      editor.setDecorations(
        this.insertedLine,
        hunks.flatMap((hunk) => hunk.lines),
      );
      editor.setDecorations(
        this.insertedText,
        hunks.flatMap((hunk) => hunk.inserted),
      );
      editor.setDecorations(
        this.removedText,
        hunks.flatMap((hunk) => hunk.removed),
      );
    }
  }
}

/** A comparison marks what differs by itself. */
function isCompared(editor: vscode.TextEditor): boolean {
  return vscode.window.visibleTextEditors.some(
    ({ document, viewColumn }) => document.uri.scheme === ORIGINAL && viewColumn === editor.viewColumn,
  );
}

/** A range that ends before a line does not mark that line. */
export function withoutLastLineEnd(range: vscode.Range): vscode.Range {
  return range.end.character === 0 && range.end.line > range.start.line
    ? new vscode.Range(range.start, new vscode.Position(range.end.line - 1, Number.MAX_SAFE_INTEGER))
    : range;
}

function decorate(rewrite: Rewrite, hunk: Hunk): Record<"lines" | "inserted" | "removed", vscode.DecorationOptions[]> {
  const { document } = rewrite;
  const range = rewrite.rangeOf(hunk);
  const { inserted, removed } = markHunk(hunk.original, document.getText(range));
  const hoverMessage = originalOf(hunk, document.languageId);
  const at = (offset: number) => document.positionAt(hunk.start + offset);
  return {
    lines: hunk.end > hunk.start ? [{ range: withoutLastLineEnd(range), hoverMessage }] : [],
    inserted: inserted.map(({ start, end }) => ({ range: new vscode.Range(at(start), at(end)) })),
    removed: removed.map((removal) => {
      const place =
        hunk.end > hunk.start || !removal.lines ? at(removal.at) : besideRemovedLines(document, range.start);
      const text = {
        contentText: visible(removal.text),
        color: colour("removedText"),
        backgroundColor: colour("removedTextBackground"),
      };
      const struck = { ...text, textDecoration: "line-through" };
      const renderOptions = removal.lines
        ? { after: { ...struck, margin: "0 0 0 2em" } }
        : { before: { ...struck, margin: "0 0.2em 0 0" } };
      return { range: new vscode.Range(place, place), hoverMessage, renderOptions };
    }),
  };
}

/** Lines that are gone are shown behind the line above, or behind the first one if there is none. */
function besideRemovedLines(document: vscode.TextDocument, place: vscode.Position): vscode.Position {
  return document.lineAt(Math.max(0, place.line - 1)).range.end;
}

/** One line of text that keeps its blanks: an editor's decoration has no lines of its own. */
function visible(text: string): string {
  const line = text
    .split("\n")
    .map((each) => each.trim() || each)
    .join(" ⏎ ");
  const short = line.length > LONGEST_REMOVAL ? `${line.slice(0, LONGEST_REMOVAL)}…` : line;
  return short.replace(/\s/g, "\u00a0");
}

function originalOf(hunk: Hunk, language: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(hunk.original ? "Before:" : "New text: nothing was here before.");
  return hunk.original ? text.appendCodeblock(hunk.original.replace(/\r?\n$/, ""), language) : text;
}
