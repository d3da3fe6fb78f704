import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import type { Outcome } from "../../src/rewriting/rewrite";
import { FUNCTION, LONG_FUNCTION, RENAME, RENAMED as FUNCTION_RENAMED } from "./files";
import { open, rewrite, selectLines, servers, undo, until } from "./scenario";

const LINES = LONG_FUNCTION.split("\n").length - 1;
const RENAMED = LONG_FUNCTION.replaceAll("result", "total");

/** Rewrite a function that stands between two lines, and go on when the first hunk is there. */
async function begin(): Promise<{ editor: vscode.TextEditor; ended: Promise<Outcome> }> {
  const editor = await open(`\n${LONG_FUNCTION}\nlast = 1\n`);
  selectLines(editor, 1, LINES);
  const ended = rewrite(RENAME);
  await until(() => editor.document.getText().includes("total = 0"), "the first hunk is there");
  return { editor, ended };
}

async function typeAt(editor: vscode.TextEditor, line: number, character: number, text: string): Promise<void> {
  const place = new vscode.Position(line, character);
  editor.selection = new vscode.Selection(place, place);
  await vscode.commands.executeCommand("type", { text });
}

/** These run with drafting off: one token at a time, so that there is a meanwhile. */
export const interrupting = {
  "cancelling puts every line back": async () => {
    const { editor, ended } = await begin();
    await vscode.commands.executeCommand("specedit.cancel");
    assert.deepEqual(await ended, { kind: "cancelled", message: "" });
    assert.equal(editor.document.getText(), `\n${LONG_FUNCTION}\nlast = 1\n`);
  },

  "typing above while it streams moves it and keeps its own undo step": async () => {
    const { editor, ended } = await begin();
    await typeAt(editor, 0, 0, "x");
    assert.equal((await ended).kind, "done");
    assert.equal(editor.document.getText(), `x\n${RENAMED}\nlast = 1\n`);
    await undo();
    assert.ok(editor.document.getText().startsWith("x\n"), "undo of the later hunks took the typing along");
    await undo();
    assert.ok(editor.document.getText().startsWith("\n"), "undo of the typing took nothing back");
    assert.ok(editor.document.getText().includes("total = 0"), "undo of the typing took the earlier hunks along");
    await undo();
    assert.equal(editor.document.getText(), `\n${LONG_FUNCTION}\nlast = 1\n`);
  },

  "typing again and again while it streams never shares an undo step with it": async () => {
    const { editor, ended } = await begin();
    const hunks = () => editor.document.getText().split("total").length;
    const typed = () => editor.document.lineAt(0).text.length;
    await typeAt(editor, 0, 0, "x");
    const before = hunks();
    await until(() => hunks() > before, "the next hunk is there");
    await vscode.commands.executeCommand("type", { text: "y" });
    assert.equal((await ended).kind, "done");
    const original = `\n${LONG_FUNCTION}\nlast = 1\n`;
    for (let now = { hunks: hunks(), typed: typed() }; editor.document.getText() !== original;) {
      await undo();
      const next = { hunks: hunks(), typed: typed() };
      assert.notDeepEqual(next, now, "an undo did nothing");
      assert.ok(next.hunks === now.hunks || next.typed === now.typed, "one undo took back typing and hunks together");
      now = next;
    }
  },

  "typing inside stops it and keeps what the user typed": async () => {
    const { editor, ended } = await begin();
    await typeAt(editor, LINES, 0, "typed");
    const outcome = await ended;
    assert.equal(outcome.kind, "conflict");
    assert.match(outcome.message, /You changed the text/);
    const text = editor.document.getText();
    assert.ok(text.includes("total = 0"), "what had arrived is gone");
    assert.ok(text.includes("typed    return result"), "what the user typed is gone");
  },

  "undo while it streams stops it": async () => {
    const { editor, ended } = await begin();
    await undo();
    const outcome = await ended;
    assert.equal(outcome.kind, "conflict");
    assert.match(outcome.message, /You undid it/);
    assert.equal(editor.document.getText(), `\n${LONG_FUNCTION}\nlast = 1\n`);
  },

  "a second rewrite of the same place is refused and names the first": async () => {
    const { editor, ended } = await begin();
    selectLines(editor, 2, 3);
    const refused = await rewrite("rename item to entry");
    assert.equal(refused.kind, "failed");
    assert.match(refused.message, new RegExp(RENAME));
    assert.equal((await ended).kind, "done");
  },

  "a hidden document is finished in one step": async () => {
    const { editor, ended } = await begin();
    const { document } = editor;
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: "other" }));
    assert.equal((await ended).kind, "done");
    assert.equal(document.getText(), `\n${RENAMED}\nlast = 1\n`);
  },

  "two editors on one document both show the hunks, and one undo still suffices": async () => {
    const editor = await open(LONG_FUNCTION);
    const second = await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.Beside);
    selectLines(second, 0, LINES - 1);
    const ended = rewrite(RENAME);
    await until(() => editor.document.getText().includes("total = 0"), "the first hunk is there");
    await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
    assert.equal((await ended).kind, "done");
    assert.equal(editor.document.getText(), RENAMED);
    await undo();
    assert.equal(editor.document.getText(), LONG_FUNCTION);
  },

  "a file that saves itself while it is rewritten is saved as it is at the end": async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri as vscode.Uri;
    const uri = vscode.Uri.joinPath(folder, "saved.py");
    await vscode.workspace.fs.writeFile(uri, Buffer.from(LONG_FUNCTION));
    const files = vscode.workspace.getConfiguration("files");
    await files.update("autoSave", "afterDelay", vscode.ConfigurationTarget.Workspace);
    await files.update("autoSaveDelay", 100, vscode.ConfigurationTarget.Workspace);
    let saves = 0;
    const listener = vscode.workspace.onDidSaveTextDocument(
      ({ uri: saved }) => (saves += Number(saved.toString() === uri.toString())),
    );
    const { document } = await vscode.window.showTextDocument(uri);
    selectLines(vscode.window.activeTextEditor as vscode.TextEditor, 0, LINES - 1);
    assert.equal((await rewrite(RENAME)).kind, "done");
    await until(() => !document.isDirty, "the file has saved itself");
    listener.dispose();
    assert.ok(saves > 1, "nothing was saved meanwhile");
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString(), RENAMED);
    await undo();
    await until(() => document.getText() === LONG_FUNCTION, "one undo has taken everything back");
    await vscode.commands.executeCommand("redo");
    await until(() => document.getText() === RENAMED, "one redo has brought everything back");
    await files.update("autoSave", undefined, vscode.ConfigurationTarget.Workspace);
    await files.update("autoSaveDelay", undefined, vscode.ConfigurationTarget.Workspace);
  },

  "a worker that is killed is started again, and the rewrite goes on": async () => {
    const { editor, ended } = await begin();
    const killed = workers();
    assert.equal(killed.length, 1);
    for (const worker of killed) process.kill(worker, "SIGKILL");
    assert.equal((await ended).kind, "done");
    assert.equal(editor.document.getText(), `\n${RENAMED}\nlast = 1\n`);
    assert.notDeepEqual(workers(), killed);
  },

  "a server that dies ends the rewrite in words, and the next one starts it again": async () => {
    const { editor, ended } = await begin();
    for (const server of servers()) process.kill(server, "SIGKILL");
    const { kind, message } = await ended;
    assert.equal(kind, "failed");
    assert.match(message, /^The server ended\./);
    assert.equal(editor.document.getText(), `\n${LONG_FUNCTION}\nlast = 1\n`);
    selectLines(editor, 1, LINES);
    assert.equal((await rewrite(RENAME)).kind, "done");
    assert.equal(editor.document.getText(), `\n${RENAMED}\nlast = 1\n`);
  },

  "hunks that had arrived stay when the rewrite is cancelled, if the user wants that": async () => {
    const settings = vscode.workspace.getConfiguration("specedit");
    await settings.update("stream.onCancel", "keep", vscode.ConfigurationTarget.Workspace);
    const { editor, ended } = await begin();
    await vscode.commands.executeCommand("specedit.cancel");
    assert.equal((await ended).kind, "cancelled");
    const text = editor.document.getText();
    assert.ok(text.includes("total = 0") && text.includes("return result"), text);
    await vscode.commands.executeCommand("specedit.rejectAll");
    assert.equal(editor.document.getText(), `\n${LONG_FUNCTION}\nlast = 1\n`);
    await settings.update("stream.onCancel", undefined, vscode.ConfigurationTarget.Workspace);
  },

  "a region that fails stays as it was while the others are rewritten": async () => {
    const tooLong = "x = 1\n".repeat(3000);
    const editor = await open(`${FUNCTION}\n${tooLong}\n${FUNCTION}`);
    editor.selections = [
      new vscode.Selection(0, 0, 9, 0),
      new vscode.Selection(10, 0, 3010, 0),
      new vscode.Selection(3011, 0, 3020, 0),
    ];
    const outcome = await rewrite(RENAME);
    assert.equal(outcome.kind, "done");
    assert.match(outcome.message, /^1 of 3 selections stayed as they were: ./);
    assert.equal(editor.document.getText(), `${FUNCTION_RENAMED}\n${tooLong}\n${FUNCTION_RENAMED}`);
    await undo();
    assert.equal(editor.document.getText(), `${FUNCTION}\n${tooLong}\n${FUNCTION}`);
  },

  "a document that is closed while it is rewritten ends the rewrite": async () => {
    const { editor, ended } = await begin();
    await vscode.languages.setTextDocumentLanguage(editor.document, "plaintext");
    assert.equal((await ended).kind, "conflict");
  },
} satisfies Record<string, () => Promise<void>>;

/** The workers that the windows of this editor share. */
function workers(): number[] {
  const folder = path.join(process.env.XDG_RUNTIME_DIR as string, "specedit");
  const records = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return records.map((name) => (JSON.parse(readFileSync(path.join(folder, name), "utf8")) as WorkerRecord).process.pid);
}

interface WorkerRecord {
  process: { pid: number };
}
