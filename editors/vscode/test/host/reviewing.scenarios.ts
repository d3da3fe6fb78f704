import assert from "node:assert/strict";
import * as vscode from "vscode";
import { startRegion } from "../../src/rewriting/regions";
import { Rewrite } from "../../src/rewriting/rewrite";
import { Rewrites } from "../../src/rewriting/rewrites";
import { FUNCTION, RENAME, RENAMED } from "./files";
import { open, rewrite, selectLines, undo } from "./scenario";

const run = (command: string) => vscode.commands.executeCommand(`specedit.${command}`);

function goTo(editor: vscode.TextEditor, line: number): void {
  editor.selection = new vscode.Selection(line, 0, line, 0);
}

async function reviewed(): Promise<vscode.TextEditor> {
  const editor = await open(FUNCTION);
  selectLines(editor, 0, 8);
  assert.equal((await rewrite(RENAME)).kind, "done");
  return editor;
}

/** A review of the line `text` that starts at an offset, all of which is one hunk. */
function reviewOf(document: vscode.TextDocument, start: number, text: string): Rewrite {
  const span = { start, end: start + text.length };
  const region = startRegion(span, "before\n", document.positionAt(start));
  const hunks = [{ ...span, original: region.base }];
  return Rewrite.resume(document, { instruction: text, regions: [{ ...region, hunks }] });
}

/** The lenses that the extension shows, as their titles without icons, each with its line. */
async function lenses(document: vscode.TextDocument): Promise<string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    100,
  );
  return found.map(({ range, command }) => `${range.start.line}: ${command?.title.replace(/\$\([^)]*\)\s/, "")}`);
}

export const reviewing = {
  "each hunk can be taken back by itself": async () => {
    const editor = await reviewed();
    goTo(editor, 2);
    await run("rejectHunk");
    assert.equal(editor.document.getText(), RENAMED.replace("total = 0", "result = 0"));
    await undo();
    assert.equal(editor.document.getText(), RENAMED);
    assert.ok((await lenses(editor.document)).includes("2: Reject"), "undo did not bring the hunk back");
  },

  "an accepted hunk stays when the others are taken back": async () => {
    const editor = await reviewed();
    goTo(editor, 2);
    await run("acceptHunk");
    assert.equal(editor.selection.active.line, 6, "the cursor is not at the next hunk");
    await run("rejectAll");
    assert.equal(editor.document.getText(), FUNCTION.replace("result = 0", "total = 0"));
    assert.deepEqual(await lenses(editor.document), []);
  },

  "a review ends when everything is accepted, and undo still takes the rewrite back": async () => {
    const editor = await reviewed();
    assert.ok((await lenses(editor.document)).includes("0: Accept all 2"));
    await run("acceptAll");
    assert.deepEqual(await lenses(editor.document), []);
    assert.equal(editor.document.getText(), RENAMED);
    await undo();
    assert.equal(editor.document.getText(), FUNCTION);
  },

  "editing in the result goes on beside the review": async () => {
    const editor = await reviewed();
    goTo(editor, 4);
    await vscode.commands.executeCommand("type", { text: "# mine" });
    await run("rejectAll");
    assert.equal(editor.document.getText(), FUNCTION.replace("        if item", "# mine        if item"));
  },

  "next and previous go round the hunks": async () => {
    const editor = await reviewed();
    goTo(editor, 0);
    const lines: number[] = [];
    for (const command of ["nextHunk", "nextHunk", "nextHunk", "previousHunk"]) {
      await run(command);
      lines.push(editor.selection.active.line);
    }
    assert.deepEqual(lines, [2, 6, 2, 6]);
  },

  "undo empties the review and redo brings it back": async () => {
    const editor = await reviewed();
    const before = await lenses(editor.document);
    await undo();
    assert.deepEqual(await lenses(editor.document), []);
    await vscode.commands.executeCommand("redo");
    assert.deepEqual(await lenses(editor.document), before);
  },

  "the diff shows the text as it was on its left": async () => {
    const editor = await reviewed();
    await run("showDiff");
    const [tab] = vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter((each) => each.isActive));
    assert.ok(tab.input instanceof vscode.TabInputTextDiff);
    const original = await vscode.workspace.openTextDocument(tab.input.original);
    assert.equal(original.getText(), FUNCTION);
    assert.equal(tab.input.modified.toString(), editor.document.uri.toString());
  },

  "retry runs the same instruction over the original text": async () => {
    const editor = await reviewed();
    const outcome = await vscode.commands.executeCommand<{ kind: string }>("specedit.retry");
    assert.equal(outcome.kind, "done");
    assert.equal(editor.document.getText(), RENAMED);
  },

  "where one review ends and another begins, a decision is for the one that begins": async () => {
    const { document } = await open("a\nb\nc\n");
    const rewrites = new Rewrites();
    const [first, second] = [reviewOf(document, 0, "a\n"), reviewOf(document, 2, "b\n")];
    rewrites.add(first);
    rewrites.add(second);
    const at = (line: number) => rewrites.at(document, new vscode.Position(line, 0))?.instruction;
    assert.deepEqual([at(0), at(1), at(2)], ["a\n", "b\n", "b\n"]);
    rewrites.dispose();
  },

  "a decision is never for a rewrite that still runs": async () => {
    const { document } = await open("a\nb\n");
    const rewrites = new Rewrites();
    const running = Rewrite.begin(document, "runs", [new vscode.Range(1, 0, 2, 0)]);
    rewrites.add(running);
    assert.equal(rewrites.at(document, new vscode.Position(1, 0)), undefined);
    const review = reviewOf(document, 0, "a\n");
    rewrites.add(review);
    assert.equal(rewrites.at(document, new vscode.Position(1, 0)), review);
    rewrites.dispose();
  },

  "a review goes on when its file is closed and opened again": async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri as vscode.Uri;
    const uri = vscode.Uri.joinPath(folder, "reopened.py");
    await vscode.workspace.fs.writeFile(uri, Buffer.from(FUNCTION));
    const editor = await vscode.window.showTextDocument(uri);
    selectLines(editor, 0, 8);
    assert.equal((await rewrite(RENAME)).kind, "done");
    await editor.document.save();
    const before = await lenses(editor.document);
    const closed = new Promise<void>((resolve) => {
      const listener = vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.uri.toString() !== uri.toString()) return;
        listener.dispose();
        resolve();
      });
    });
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    // VS Code keeps a closed document for a while; a change of the language closes it for extensions at once.
    await vscode.languages.setTextDocumentLanguage(editor.document, "plaintext");
    await closed;
    const again = await vscode.window.showTextDocument(uri);
    assert.deepEqual(await lenses(again.document), before);
    goTo(again, 2);
    await run("rejectAll");
    assert.equal(again.document.getText(), FUNCTION);
  },
} satisfies Record<string, () => Promise<void>>;
