import * as vscode from "vscode";
import type { Connection } from "../server/connection";
import { applyChanges } from "../text/change";
import { RENAMES, type Renames, wireRange } from "../wire";

/** What a language has not said by then is left out: mostly it has answered while the instruction was being typed. */
const PATIENCE_MILLISECONDS = 300;
const MOST_RANGES = 4;
const MOST_CHARACTERS = 1_000_000;
/** Stands for the new name: where the old one stands is asked while the new one is still being typed. */
const NEW_NAME = "specedit_new_name";

/** What a range may read after a rewrite; undefined where nobody can tell. */
export type Likely = string | undefined;

/**
 * What a language's own rename would make of code whose instruction asks for renames. Nothing of it is applied: it is
 * a draft for the model, which knows of shadowed names and of `self.x` beside `x` what the instruction does not say.
 */
export class Foresight {
  private state = "";
  private readonly asked = new Map<string, Promise<readonly vscode.TextEdit[]>>();

  constructor(private readonly connection: Connection) {}

  /** Ask for an instruction that is still being typed, so that the answer is there when it is run. */
  prepare(document: vscode.TextDocument, ranges: readonly vscode.Range[], instruction: string): void {
    void this.look(document, ranges, instruction).catch(() => undefined);
  }

  /** What each range would read; what is not known in time counts as unknown. */
  foresee(document: vscode.TextDocument, ranges: readonly vscode.Range[], instruction: string): Promise<Likely[]> {
    const unknown = ranges.map(() => undefined);
    const known = this.look(document, ranges, instruction).catch(() => unknown);
    return within(PATIENCE_MILLISECONDS, known, unknown);
  }

  private look(document: vscode.TextDocument, ranges: readonly vscode.Range[], instruction: string): Promise<Likely[]> {
    const { renames, likelyText } = this.connection.capabilities;
    if (!renames || !likelyText || ranges.length > MOST_RANGES) return Promise.resolve(ranges.map(() => undefined));
    return Promise.all(ranges.map((range) => this.lookInto(document, range, instruction)));
  }

  private async lookInto(document: vscode.TextDocument, range: vscode.Range, instruction: string): Promise<Likely> {
    const { version } = document;
    const textDocument = { uri: this.connection.uriOf(document), version };
    const params = { textDocument, range: wireRange(range), instruction };
    const { renames } = await this.connection.request<Renames>(RENAMES, params);
    const edits = await Promise.all(
      renames.map(async ({ position, newName }) => {
        const found = await this.occurrences(document, new vscode.Position(position.line, position.character));
        return found.map((edit) => ({ range: edit.range, newText: edit.newText.replaceAll(NEW_NAME, newName) }));
      }),
    );
    const inside = edits.flat().filter((edit) => range.contains(edit.range));
    if (!inside.length || document.version !== version) return undefined;
    const start = document.offsetAt(range.start);
    const changes = inside.map(({ range: place, newText }) => ({
      start: document.offsetAt(place.start) - start,
      end: document.offsetAt(place.end) - start,
      text: newText,
    }));
    const text = applyChanges(document.getText(range), changes);
    return text.length <= MOST_CHARACTERS ? text : undefined;
  }

  /** Where the name at a place stands in its document, as edits to another name. Each place is asked about once. */
  private occurrences(document: vscode.TextDocument, position: vscode.Position): Promise<readonly vscode.TextEdit[]> {
    const state = `${document.uri.toString()} ${document.version}`;
    if (state !== this.state) this.asked.clear();
    this.state = state;
    const key = `${position.line}:${position.character}`;
    const known = this.asked.get(key) ?? renamed(document.uri, position);
    this.asked.set(key, known);
    return known;
  }
}

async function renamed(uri: vscode.Uri, position: vscode.Position): Promise<readonly vscode.TextEdit[]> {
  try {
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit | undefined>(
      "vscode.executeDocumentRenameProvider",
      uri,
      position,
      NEW_NAME,
    );
    return edit?.get(uri) ?? [];
  } catch {
    return []; // No provider, or nothing that it can rename.
  }
}

function within<T>(milliseconds: number, value: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(otherwise), milliseconds);
    value.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
