import * as vscode from "vscode";
import type { Connection } from "./server/connection";
import { WARM } from "./wire";

const SETTLED_MILLISECONDS = 250;

/** Tells the server when a selection has come to rest: it may read it before the user has typed an instruction. */
export function warmSelections(connection: Connection): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const listener = vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
    clearTimeout(timer);
    const [selection] = selections;
    if (selections.length !== 1 || selection.isEmpty || !connection.capabilities.warm) return;
    timer = setTimeout(() => {
      const { uri, version } = { uri: connection.uriOf(textEditor.document), version: textEditor.document.version };
      const range = { start: selection.start, end: selection.end };
      connection.notify(WARM, { textDocument: { uri, version }, range });
    }, SETTLED_MILLISECONDS);
  });
  return new vscode.Disposable(() => {
    clearTimeout(timer);
    listener.dispose();
  });
}
