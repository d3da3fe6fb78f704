import assert from "node:assert/strict";
import * as vscode from "vscode";
import { Inspection } from "../../src/inspection";
import { SavedReviews } from "../../src/review/savedReviews";
import { digest } from "../../src/rewriting/pastStates";
import { startRegion } from "../../src/rewriting/regions";
import { Rewrite } from "../../src/rewriting/rewrite";
import { Rewrites } from "../../src/rewriting/rewrites";
import type { Connection } from "../../src/server/connection";
import { FUNCTION, RENAME, RENAMED } from "./files";
import { open, ready, rewrite, selectLines, servers, until } from "./scenario";

/** What outlives a server, and what does not. */
export const restarting = {
  "after a restart nothing is refined that the server does not know": async () => {
    const editor = await open(FUNCTION);
    selectLines(editor, 0, 8);
    assert.equal((await rewrite(RENAME)).kind, "done");
    await vscode.commands.executeCommand("specedit.restart");
    await ready();
    let told = false;
    void vscode.commands.executeCommand("specedit.refine").then(() => (told = true));
    await until(() => told, "it is told, and not asked how to refine");
    assert.equal(editor.document.getText(), RENAMED);
  },

  "a review of an earlier session keeps no name of a job": async () => {
    const { document } = await open("a\n");
    const key = document.uri.toString();
    const regions = [{ ...startRegion({ start: 0, end: 2 }, "b\n", { line: 0, character: 0 }), hunks: [] }];
    const kept: Record<string, unknown> = {
      reviews: { [key]: [{ digest: digest("a\n"), instruction: "do", jobId: "1", regions }] },
    };
    const rewrites = new Rewrites();
    const saved = new SavedReviews(rewrites, {
      keys: () => Object.keys(kept),
      get: <T>(name: string) => kept[name] as T,
      update: (name, value) => {
        kept[name] = value;
        return Promise.resolve();
      },
    });
    const [review] = rewrites.of(document);
    assert.deepEqual([review.instruction, review.jobId], ["do", undefined]);
    review.jobId = "2";
    review.tell("");
    assert.doesNotMatch(JSON.stringify(kept), /jobId/);
    saved.dispose();
    rewrites.dispose();
  },

  "colours are asked for again where another server gives a job the same name": async () => {
    const { document } = await open("a\nb\n");
    const asked: unknown[] = [];
    const connection = {
      capabilities: { provenance: 1 },
      request: (_: string, { jobId }: { jobId: string }) => Promise.resolve(void asked.push(jobId)),
    } as unknown as Connection;
    const rewrites = new Rewrites();
    const inspection = new Inspection(connection, rewrites);
    await inspection.toggleProvenance();
    const begun = [0, 1].map((line) => Rewrite.begin(document, "do", [new vscode.Range(line, 0, line + 1, 0)]));
    for (const each of begun) {
      rewrites.add(each);
      each.jobId = "1";
      await each.finish({ kind: "done", message: "" });
      rewrites.forgetJobs();
      assert.equal(each.jobId, undefined);
    }
    assert.deepEqual(asked, ["1", "1"]);
    inspection.dispose();
    rewrites.dispose();
  },

  "the worker of all windows is restarted though the server has died": async () => {
    const api = await ready();
    for (const server of servers()) process.kill(server, "SIGKILL");
    await until(() => api.status().state === "failed", "the server is missed");
    await vscode.commands.executeCommand("specedit.restartSharedWorker");
    await ready();
    assert.equal(servers().length, 1);
  },

  "a restart while the server still starts is one more start, not the end": async () => {
    const api = await ready();
    const restart = () => vscode.commands.executeCommand("specedit.restart");
    const first = restart();
    await until(() => api.status().state === "starting", "the server starts");
    const second = restart();
    await ready();
    await Promise.all([first, second]);
    await ready();
    await until(() => servers().length === 1, "one server is left");
  },
} satisfies Record<string, () => Promise<void>>;
