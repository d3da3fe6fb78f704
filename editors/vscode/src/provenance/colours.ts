import * as vscode from "vscode";
import { changesOf } from "../rewriting/documentWriter";
import { follow, type Region, startRegion } from "../rewriting/regions";
import type { Rewrite } from "../rewriting/rewrite";
import type { Provenance, ProvenanceSpan } from "../wire";
import { type Group, GROUPS, groupOf } from "./groups";

/** A coloured piece of text, which follows the document as a region does. */
interface Piece {
  readonly region: Region;
  readonly span: ProvenanceSpan;
}

/** Colours rewritten text by who proposed it. Text that the user changes loses its colour. */
export class ProvenanceColours implements vscode.Disposable {
  private pieces = new Map<vscode.TextDocument, Piece[]>();
  private readonly types: ReadonlyMap<Group, vscode.TextEditorDecorationType>;
  private readonly listeners: vscode.Disposable[];

  constructor() {
    const groups = Object.keys(GROUPS) as Group[];
    this.types = new Map(groups.map((group) => [group, decorationOf(group)]));
    this.listeners = [
      vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)),
      vscode.window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => this.show(editor))),
      vscode.workspace.onDidCloseTextDocument((document) => this.pieces.delete(document)),
    ];
  }

  /** Show where the text of a rewrite's first region came from, as it reads now. */
  add({ document, ranges }: Rewrite, { spans }: Provenance): void {
    const { start } = ranges[0];
    const added = spans.map((span) => {
      const range = new vscode.Range(absolute(span.range.start, start), absolute(span.range.end, start));
      const place = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
      return { span, region: startRegion(place, document.getText(range), range.start) };
    });
    this.pieces.set(document, [...(this.pieces.get(document) ?? []), ...added]);
    this.showAll(document);
  }

  /** Take all colours away. */
  clear(): void {
    this.pieces.clear();
    vscode.window.visibleTextEditors.forEach((editor) => this.show(editor));
  }

  dispose(): void {
    for (const each of [...this.listeners, ...this.types.values()]) each.dispose();
  }

  private follow(event: vscode.TextDocumentChangeEvent): void {
    const pieces = this.pieces.get(event.document);
    if (!pieces || event.contentChanges.length === 0) return;
    const changes = changesOf(event);
    const kept = pieces.flatMap(({ region, span }) => {
      const { regions, touched } = follow([region], changes);
      return touched ? [] : [{ region: regions[0], span }];
    });
    this.pieces.set(event.document, kept);
    this.showAll(event.document);
  }

  private showAll(document: vscode.TextDocument): void {
    vscode.window.visibleTextEditors
      .filter((editor) => editor.document === document)
      .forEach((editor) => this.show(editor));
  }

  private show(editor: vscode.TextEditor): void {
    const { document } = editor;
    const pieces = this.pieces.get(document) ?? [];
    for (const [group, type] of this.types) {
      const options = pieces
        .filter(({ span }) => groupOf(span.source) === group)
        .map(({ region, span }) => ({
          range: new vscode.Range(document.positionAt(region.start), document.positionAt(region.end)),
          hoverMessage: `specedit: ${GROUPS[group].label} (${span.source}), verified by forward ${span.forward}`,
        }));
      editor.setDecorations(type, options);
    }
  }
}

function absolute(at: { line: number; character: number }, origin: vscode.Position): vscode.Position {
  return new vscode.Position(origin.line + at.line, at.line === 0 ? origin.character + at.character : at.character);
}

function decorationOf(group: Group): vscode.TextEditorDecorationType {
  const colour = new vscode.ThemeColor(GROUPS[group].colour);
  return vscode.window.createTextEditorDecorationType({
    backgroundColor: colour,
    overviewRulerColor: colour,
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
