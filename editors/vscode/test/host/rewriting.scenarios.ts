import assert from "node:assert/strict";
import * as vscode from "vscode";
import { FUNCTION, RENAME, RENAMED } from "./files";
import { open, openFile, rewrite, selectLines, undo } from "./scenario";

export const rewriting = {
  "a rewrite arrives, and one undo takes all of it back": async () => {
    const text = `import os\n\n\n${FUNCTION}\nlast = 1\n`;
    const editor = await open(text);
    selectLines(editor, 3, 11);
    assert.deepEqual(await rewrite(RENAME), { kind: "done", message: "" });
    assert.equal(editor.document.getText(), text.replace(FUNCTION, RENAMED));
    await undo();
    assert.equal(editor.document.getText(), text);
    await vscode.commands.executeCommand("redo");
    assert.equal(editor.document.getText(), text.replace(FUNCTION, RENAMED));
  },

  "typing before and after a rewrite keeps its own undo steps": async () => {
    const editor = await open(FUNCTION);
    editor.selection = new vscode.Selection(9, 0, 9, 0);
    await vscode.commands.executeCommand("type", { text: "a" });
    selectLines(editor, 0, 8);
    await rewrite(RENAME);
    editor.selection = new vscode.Selection(9, 1, 9, 1);
    await vscode.commands.executeCommand("type", { text: "b" });
    assert.equal(editor.document.getText(), `${RENAMED}ab`);
    await undo();
    assert.equal(editor.document.getText(), `${RENAMED}a`);
    await undo();
    assert.equal(editor.document.getText(), `${FUNCTION}a`);
    await undo();
    assert.equal(editor.document.getText(), FUNCTION);
  },

  "a file with CRLF and emoji keeps both, and its last line": async () => {
    const editor = await openFile("crlf.py");
    const before = editor.document.getText();
    assert.equal(editor.document.eol, vscode.EndOfLine.CRLF);
    selectLines(editor, 1, 9);
    assert.equal((await rewrite(RENAME)).kind, "done");
    assert.equal(editor.document.getText(), before.replaceAll("result", "total"));
    await undo();
    assert.equal(editor.document.getText(), before);
  },

  "a document that was never saved is rewritten like any other": async () => {
    const document = await vscode.workspace.openTextDocument({ language: "python", content: FUNCTION });
    const editor = await vscode.window.showTextDocument(document);
    selectLines(editor, 0, 8);
    assert.equal((await rewrite(RENAME)).kind, "done");
    assert.equal(document.getText(), RENAMED);
    await undo();
    assert.equal(document.getText(), FUNCTION);
  },

  "part of a line is rewritten and the rest of it left alone": async () => {
    const editor = await open("🙂 = 1; value = compute(value, 2); after = 3\n");
    editor.selection = new vscode.Selection(0, 8, 0, 32);
    assert.equal((await rewrite("rename value to price")).kind, "done");
    assert.match(editor.document.getText(), /^🙂 = 1; price = .*; after = 3\n$/);
  },

  "without a selection the function around the cursor is rewritten": async () => {
    const editor = await open(`result = 1\n\n\n${FUNCTION}\n\nprint(result)\n`);
    editor.selection = new vscode.Selection(5, 4, 5, 4);
    assert.equal((await rewrite(RENAME)).kind, "done");
    assert.equal(editor.document.getText(), `result = 1\n\n\n${RENAMED}\n\nprint(result)\n`);
  },

  "several selections are rewritten by one instruction, and one undo takes all back": async () => {
    const editor = await open(`${FUNCTION}\n\n${FUNCTION}`);
    editor.selections = [new vscode.Selection(0, 0, 9, 0), new vscode.Selection(11, 0, 20, 0)];
    assert.equal((await rewrite(RENAME)).kind, "done");
    assert.equal(editor.document.getText(), `${RENAMED}\n\n${RENAMED}`);
    await undo();
    assert.equal(editor.document.getText(), `${FUNCTION}\n\n${FUNCTION}`);
  },

  "a read-only file is left as it is, and the message says why": async () => {
    const editor = await openFile("locked.py");
    selectLines(editor, 0, 8);
    const outcome = await rewrite(RENAME);
    assert.equal(outcome.kind, "failed");
    assert.match(outcome.message, /read-only/);
    assert.equal(editor.document.getText(), FUNCTION);
  },

  "text that the model keeps is said to be kept": async () => {
    const editor = await open(FUNCTION);
    selectLines(editor, 0, 8);
    const outcome = await rewrite("rename absent to missing");
    assert.equal(outcome.kind, "unchanged");
    assert.equal(editor.document.getText(), FUNCTION);
  },
} satisfies Record<string, () => Promise<void>>;
