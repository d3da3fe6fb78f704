import assert from "node:assert/strict";
import * as vscode from "vscode";
import { Asking } from "../../src/instruction/asking";
import type { Foresight } from "../../src/instruction/foresight";
import type { Connection } from "../../src/server/connection";
import { FUNCTION } from "./files";
import { open } from "./scenario";

const ABOVE = "# typed meanwhile\n";

/** Asks without a server, and remembers nothing. */
function asking(): Asking {
  const memory = {
    keys: () => [],
    get: <T>(_: string, fallback?: T) => fallback as T,
    update: () => Promise.resolve(),
  };
  return new Asking({ capabilities: {} } as Connection, {} as Foresight, memory);
}

async function openWithCursor(): Promise<vscode.TextEditor> {
  const editor = await open(FUNCTION);
  editor.selection = new vscode.Selection(3, 0, 3, 0);
  return editor;
}

async function typeAbove(editor: vscode.TextEditor): Promise<void> {
  assert.ok(await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), ABOVE)));
}

export const askingForAnInstruction = {
  "text that moves while the instruction is typed is what is rewritten": async () => {
    const editor = await openWithCursor();
    const asks = asking();
    asks.box.ask = async () => {
      await typeAbove(editor);
      return { instruction: "do" };
    };
    const request = await asks.askFor(editor);
    asks.dispose();
    assert.deepEqual(
      request?.ranges.map((range) => editor.document.getText(range)),
      [FUNCTION],
    );
  },

  "text that moves while an instruction of several lines is typed is what is rewritten": async () => {
    const editor = await openWithCursor();
    const asks = asking();
    asks.box.ask = () => Promise.resolve({ multiline: "do" });
    asks.multiline.ask = async () => {
      await typeAbove(editor);
      return "do\nit";
    };
    const request = await asks.askFor(editor);
    asks.dispose();
    assert.deepEqual(
      request?.ranges.map((range) => editor.document.getText(range)),
      [FUNCTION],
    );
  },

  "text that moves while a preset is picked is what is rewritten": async () => {
    const editor = await openWithCursor();
    const asks = asking();
    const request = await withStub(
      "showQuickPick",
      async () => {
        await typeAbove(editor);
        return { label: "Do", detail: "do" };
      },
      () => asks.askForPreset(editor),
    );
    asks.dispose();
    assert.deepEqual(
      request?.ranges.map((range) => editor.document.getText(range)),
      [FUNCTION],
    );
  },
} satisfies Record<string, () => Promise<void>>;

/** Have a function of the window answer for the user. */
async function withStub<T>(
  name: "showQuickPick" | "createQuickPick",
  stub: unknown,
  run: () => Promise<T>,
): Promise<T> {
  const window = vscode.window as unknown as Record<string, unknown>;
  const own = window[name];
  window[name] = stub;
  return run().finally(() => (window[name] = own));
}
