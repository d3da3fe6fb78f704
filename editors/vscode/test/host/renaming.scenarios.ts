import assert from "node:assert/strict";
import * as vscode from "vscode";
import { FUNCTION, RENAME, RENAMED } from "./files";
import { open, openFile, rewrite, selectLines, until } from "./scenario";

const PYTHON = { pattern: "**/*.py" };

/** The draft sources of the last rewrite, as its page of figures lists them once it is there. */
async function sources(instruction: string): Promise<string[]> {
  await vscode.commands.executeCommand("specedit.showStats");
  const page = await vscode.workspace.openTextDocument(
    vscode.Uri.from({ scheme: "specedit-page", path: "/Last rewrite.md" }),
  );
  await until(() => page.getText().startsWith(`# ${instruction}\n`), "the figures are those of the last rewrite");
  return [...page.getText().matchAll(/^\| (\w+) \| [^|]+ \| +\d+ \| +\d+ \|$/gm)].map(([, name]) => name);
}

async function canRename(uri: vscode.Uri, place: vscode.Position): Promise<boolean> {
  try {
    const command = "vscode.executeDocumentRenameProvider";
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(command, uri, place, "other");
    return edit.size > 0;
  } catch {
    return false;
  }
}

/** Rename providers that the tests stand in for a language with. */
async function withProvider(
  provideRenameEdits: vscode.RenameProvider["provideRenameEdits"],
  run: () => Promise<void>,
): Promise<void> {
  const provider = vscode.languages.registerRenameProvider(PYTHON, { provideRenameEdits });
  await run().finally(() => void provider.dispose());
}

/** Rewrite again and again until the language was fast enough to have a say: no rewrite waits long for it. */
async function rewriteUntilDrafted(
  editor: vscode.TextEditor,
  lines: readonly [number, number],
  instruction: string,
): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    await vscode.window.showTextDocument(editor.document);
    selectLines(vscode.window.activeTextEditor as vscode.TextEditor, ...lines);
    assert.equal((await rewrite(instruction)).kind, "done");
    const drafted = (await sources(instruction)).includes("likely");
    if (drafted) return;
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand("specedit.rejectAll");
  }
  assert.fail("the language's rename was never a draft");
}

/** These run without the drafts that the instruction alone gives, so that those of the language are seen. */
export const renaming = {
  "TypeScript's own rename is a draft for the model": async () => {
    const editor = await openFile("point.ts");
    // Its server takes seconds to start, which no rewrite waits for.
    while (!(await canRename(editor.document.uri, new vscode.Position(3, 16))));
    await rewriteUntilDrafted(editor, [2, 6], "rename x to column");
  },

  "a language that renames something else changes nothing of what the model writes": async () => {
    const editor = await open(FUNCTION);
    const wrong = (document: vscode.TextDocument, _: vscode.Position, name: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(1, 4, 2, 0), `"""${name}"""\n`);
      edit.replace(vscode.Uri.joinPath(document.uri, "../shop.py"), new vscode.Range(0, 0, 1, 0), "");
      return edit;
    };
    await withProvider(wrong, async () => {
      await rewriteUntilDrafted(editor, [0, 8], RENAME);
      assert.equal(editor.document.getText(), RENAMED);
    });
  },

  "a language that does not answer, or fails, holds nothing up": async () => {
    for (const answer of [
      () => new Promise<undefined>(() => undefined),
      () => Promise.reject(new Error("cannot be renamed")),
      () => undefined,
    ]) {
      const editor = await open(FUNCTION);
      selectLines(editor, 0, 8);
      await withProvider(answer, async () => {
        assert.equal((await rewrite("rename discount to rebate")).kind, "done");
        assert.equal(editor.document.getText(), FUNCTION.replaceAll("discount", "rebate"));
        assert.ok(!(await sources("rename discount to rebate")).includes("likely"));
      });
    }
  },
} satisfies Record<string, () => Promise<void>>;
