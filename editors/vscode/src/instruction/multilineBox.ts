import * as vscode from "vscode";

/** A comment box below the code for an instruction of several lines: the editor's own multi-line input. */
export class MultilineBox implements vscode.Disposable {
  private readonly controller = vscode.comments.createCommentController("specedit", "specedit");
  private open: { readonly thread: vscode.CommentThread; readonly answer: (instruction?: string) => void } | undefined;

  /** Ask once, beginning with `text`; undefined if the user turned away. */
  ask(document: vscode.TextDocument, range: vscode.Range, title: string, text: string): Promise<string | undefined> {
    this.answer();
    return new Promise((resolve) => {
      const comment: vscode.Comment = {
        body: text,
        mode: vscode.CommentMode.Editing,
        author: { name: "What should change?" },
        contextValue: "specedit",
      };
      const thread = this.controller.createCommentThread(document.uri, range, [comment]);
      thread.canReply = false;
      thread.label = title;
      thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
      this.open = { thread, answer: resolve };
    });
  }

  /** Close the box with what was written in it, or without an answer. */
  answer(comment?: vscode.Comment): void {
    const body = comment?.body;
    const instruction = typeof body === "string" ? body : body?.value;
    this.open?.thread.dispose();
    this.open?.answer(instruction?.trim() || undefined);
    this.open = undefined;
  }

  dispose(): void {
    this.answer();
    this.controller.dispose();
  }
}
