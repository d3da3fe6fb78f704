import * as vscode from "vscode";
import { type Change, sameChanges } from "../text/change";

/** Why a document did not take a change. */
export class WriteRefused extends Error {}

const ATTEMPTS = 20;

/**
 * Writes changes into one document and knows its own again when the editor reports them.
 *
 * All changes of an uninterrupted rewrite make one undo step. Once somebody else has changed the document, the next
 * change begins a new step: the user's typing must never become part of ours.
 */
export class DocumentWriter {
  private expected: readonly Change[] | undefined;
  private stepIsOpen = false;

  constructor(readonly document: vscode.TextDocument) {}

  /** Whether a reported change is the one being written. Every change of the document must pass here. */
  recognises(event: vscode.TextDocumentChangeEvent): boolean {
    if (event.contentChanges.length === 0) return false;
    const own = this.expected !== undefined && sameChanges(this.expected, changesOf(event));
    if (own) this.expected = undefined;
    this.stepIsOpen = own;
    return own;
  }

  /** A visible editor of the document, if there is one: only such an editor lets us say where undo stops. */
  get editor(): vscode.TextEditor | undefined {
    const active = vscode.window.activeTextEditor;
    if (active?.document === this.document) return active;
    return vscode.window.visibleTextEditors.find((each) => each.document === this.document);
  }

  /**
   * Write changes that `plan` computes from the document as it is; it is asked again if the document moved on.
   *
   * @throws WriteRefused The document is read-only, closed, or never at rest.
   */
  async write(plan: () => readonly Change[]): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (this.document.isClosed) throw new WriteRefused("the document was closed");
      const changes = plan();
      if (changes.length === 0) return;
      const { editor } = this;
      const { version } = this.document;
      this.expected = changes;
      // An editor that is closed under our hands rejects: the document may have another, or none by then.
      const taken = await this.apply(changes, editor).then(
        (answer) => answer,
        () => false,
      );
      if (this.expected === undefined) return;
      await new Promise((resume) => setTimeout(resume, 10));
      if (this.expected === undefined) return;
      this.expected = undefined;
      // An editor also says yes to a change that it then drops, because it is read-only.
      const dropped = taken && this.document.version === version && this.editor === editor;
      if (dropped) throw new WriteRefused("the document is read-only");
    }
    throw new WriteRefused("the document did not come to rest");
  }

  /** What is written next is an undo step of its own, and so is what the user types next. */
  async closeUndoStep(): Promise<void> {
    if (!this.stepIsOpen || !this.editor) return;
    this.stepIsOpen = false;
    // The line ends that the document has already: changes nothing, but carries the undo stop.
    await this.editor.edit((builder) => builder.setEndOfLine(this.document.eol), {
      undoStopBefore: false,
      undoStopAfter: true,
    });
  }

  private apply(changes: readonly Change[], editor: vscode.TextEditor | undefined): Thenable<boolean> {
    if (!editor) {
      const edit = new vscode.WorkspaceEdit();
      for (const change of changes) edit.replace(this.document.uri, this.rangeOf(change), change.text);
      return vscode.workspace.applyEdit(edit);
    }
    return editor.edit(
      (builder) => {
        for (const change of changes) builder.replace(this.rangeOf(change), change.text);
      },
      { undoStopBefore: !this.stepIsOpen, undoStopAfter: false },
    );
  }

  private rangeOf({ start, end }: Change): vscode.Range {
    return new vscode.Range(this.document.positionAt(start), this.document.positionAt(end));
  }
}

/** What a change event reports, as changes of the text before it. */
export function changesOf(event: vscode.TextDocumentChangeEvent): Change[] {
  return event.contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
    start: rangeOffset,
    end: rangeOffset + rangeLength,
    text,
  }));
}
