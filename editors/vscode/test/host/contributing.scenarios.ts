import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { FUNCTION } from "./files";
import { open, selectLines } from "./scenario";

interface Keybinding {
  readonly key: string;
  readonly command: string;
  readonly when?: string;
}

/** Keys that the editor's own widgets use as well: each of ours says in its condition when it may. */
const SHARED = new Set(["escape", "up", "down"]);

const manifest = () =>
  vscode.extensions.getExtension("specedit.specedit")?.packageJSON as {
    contributes: { keybindings: Keybinding[]; commands: { command: string }[] };
  };

export const contributing = {
  "no key of ours is taken by the running editor": async () => {
    const defaults = await vscode.workspace.openTextDocument(
      vscode.Uri.parse("vscode://defaultsettings/keybindings.json"),
    );
    const list = JSON.parse(defaults.getText().replace(/^\s*\/\/.*$/gm, "")) as Keybinding[];
    const others = list.filter(({ command }) => !command.startsWith("specedit.")).map(({ key }) => key);
    assert.ok(others.length > 500, "the list of default keys is not complete");
    for (const { key, command, when } of manifest().contributes.keybindings) {
      assert.ok(when, `${command} has no condition`);
      if (SHARED.has(key)) assert.match(when, /specedit\.(running|asking|recalling)/);
      else
        assert.ok(
          !others.some((other) => other === key || other.startsWith(`${key} `) || key.startsWith(`${other} `)),
          `${key} of ${command} is taken`,
        );
    }
  },

  "in a remote window the extension runs where the files are": async () => {
    assert.ok(vscode.env.remoteName, "this window is not remote");
    const extension = vscode.extensions.getExtension("specedit.specedit");
    assert.equal(extension?.extensionKind, vscode.ExtensionKind.Workspace);
    const { uri } = (await open(FUNCTION)).document;
    assert.deepEqual([uri.scheme, existsSync(uri.fsPath)], ["file", true]);
  },

  "every command of the manifest exists": async () => {
    const commands = await vscode.commands.getCommands(true);
    assert.deepEqual(
      manifest()
        .contributes.commands.map(({ command }) => command)
        .filter((each) => !commands.includes(each)),
      [],
    );
  },

  "the light bulb offers a rewrite and the presets, carried out by this client": async () => {
    const editor = await open(FUNCTION);
    selectLines(editor, 0, 8);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      editor.document.uri,
      editor.selection,
      "refactor.rewrite.specedit",
    );
    assert.ok(
      actions.some(
        ({ title, command }) => title === "Rewrite with specedit…" && command?.command === "specedit.rewrite",
      ),
    );
    const preset = actions.find(({ title }) => title === "To total");
    assert.equal(preset?.command?.command, "specedit.rewriteAt");
    await vscode.commands.executeCommand("specedit.rewriteAt", ...((preset.command.arguments ?? []) as unknown[]));
    assert.equal(editor.document.getText(), FUNCTION.replaceAll("result", "total"));
  },
} satisfies Record<string, () => Promise<void>>;
