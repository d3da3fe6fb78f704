import assert from "node:assert/strict";
import * as vscode from "vscode";
import { Rewrite } from "../../src/rewriting/rewrite";
import { type RewriteServer, streamRewrite } from "../../src/rewriting/stream";
import type { PartialResult, RewriteParams, RewriteResult, WireRange, WorkDone } from "../../src/wire";
import { open } from "./scenario";

/** A server that says what a test wants, when it wants it. */
class ScriptedServer implements RewriteServer {
  private readonly listeners = new Map<string, (value: never) => void>();

  constructor(private readonly answer: (server: ScriptedServer, params: RewriteParams) => RewriteResult) {}

  request<R>(_: string, params: object): Promise<R> {
    return Promise.resolve(this.answer(this, params as RewriteParams) as R);
  }

  onProgress<T>(token: string, listener: (value: T) => void): vscode.Disposable {
    this.listeners.set(token, listener);
    return new vscode.Disposable(() => this.listeners.delete(token));
  }

  uriOf(document: vscode.TextDocument): string {
    return document.uri.toString();
  }

  say(token: string, value: PartialResult | WorkDone): void {
    this.listeners.get(token)?.(value as never);
  }
}

/** Whole lines, counted from 0, the last not included. */
function lines(first: number, last: number): WireRange {
  return { start: { line: first, character: 0 }, end: { line: last, character: 0 } };
}

async function stream(
  editor: vscode.TextEditor,
  ranges: readonly WireRange[],
  answer: (server: ScriptedServer, params: RewriteParams, rewrite: Rewrite) => RewriteResult,
) {
  const rewrite = Rewrite.begin(
    editor.document,
    "do",
    ranges.map(({ start, end }) => new vscode.Range(start.line, start.character, end.line, end.character)),
  );
  const server = new ScriptedServer((self, params) => answer(self, params, rewrite));
  const cancellation = new vscode.CancellationTokenSource();
  const outcome = await streamRewrite(rewrite, server, { onCancel: "revert" }, cancellation);
  cancellation.dispose();
  rewrite.dispose();
  return outcome;
}

/** What no real server does when asked. */
export const streaming = {
  "a region that fails half way gets its text back, and what was written in the others stays": async () => {
    const editor = await open("a\nb\nc\nd\n");
    const [first, second] = [lines(0, 2), lines(2, 4)];
    const outcome = await stream(editor, [first, second], (server, { partialResultToken, regions }) => {
      assert.equal(regions?.length, 2);
      server.say(partialResultToken, { seq: 0, edits: [{ range: lines(0, 1), newText: "A\nextra\n" }] });
      server.say(partialResultToken, { seq: 1, edits: [], restore: [first] });
      server.say(partialResultToken, { seq: 2, edits: [{ range: lines(3, 4), newText: "D\n" }] });
      return {
        jobId: "1",
        outcome: "done",
        edits: [],
        regions: [
          { range: first, outcome: "failed", message: "no room." },
          { range: second, outcome: "done" },
        ],
      };
    });
    assert.deepEqual(outcome, { kind: "done", message: "1 of 2 selections stayed as they were: no room." });
    assert.equal(editor.document.getText(), "a\nb\nc\nD\n");
    await vscode.commands.executeCommand("undo");
    assert.equal(editor.document.getText(), "a\nb\nc\nd\n");
  },

  "what a rewrite waits for is told while it waits": async () => {
    const editor = await open("a\n");
    const heard: string[] = [];
    await stream(editor, [lines(0, 1)], (server, { workDoneToken }, rewrite) => {
      for (const message of ["waiting, 2 ahead", "rewriting", "reconnecting: the worker was lost"]) {
        server.say(workDoneToken, { kind: "report", message });
        heard.push(rewrite.wait);
      }
      return { jobId: "1", outcome: "unchanged", edits: [] };
    });
    assert.deepEqual(heard, ["waiting, 2 ahead", "", "reconnecting: the worker was lost"]);
  },

  "a text that is not the one that the server wrote is taken back": async () => {
    const editor = await open("a\nb\n");
    const outcome = await stream(editor, [lines(0, 2)], (server, { partialResultToken }) => {
      server.say(partialResultToken, { seq: 0, edits: [{ range: lines(0, 1), newText: "A\n" }] });
      return { jobId: "1", outcome: "done", edits: [], sha256: "another" };
    });
    assert.equal(outcome.kind, "failed");
    assert.equal(editor.document.getText(), "a\nb\n");
  },

  "a server that ends meanwhile is told in words": async () => {
    const editor = await open("a\n");
    for (const code of [-32097, -32096]) {
      const outcome = await stream(editor, [lines(0, 1)], () => {
        throw Object.assign(new Error("Pending response rejected since connection got disposed"), { code });
      });
      assert.equal(outcome.kind, "failed");
      assert.match(outcome.message, /^The server ended\. The next rewrite starts it again/);
    }
  },

  "a server that is gone before it is asked ends the rewrite": async () => {
    const editor = await open("a\n");
    const rewrite = Rewrite.begin(editor.document, "do", [new vscode.Range(0, 0, 1, 0)]);
    const server = new ScriptedServer(() => assert.fail("it was asked"));
    server.onProgress = () => {
      throw new Error("there is no server");
    };
    const cancellation = new vscode.CancellationTokenSource();
    const outcome = await streamRewrite(rewrite, server, { onCancel: "revert" }, cancellation);
    assert.deepEqual(outcome, { kind: "failed", message: "there is no server" });
    assert.equal(rewrite.phase, "closed");
    rewrite.dispose();
  },
} satisfies Record<string, () => Promise<void>>;
