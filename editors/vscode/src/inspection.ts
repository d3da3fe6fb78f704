import * as vscode from "vscode";
import type { Asking } from "./instruction/asking";
import { ProvenanceColours } from "./provenance/colours";
import type { Rewrite } from "./rewriting/rewrite";
import type { Rewrites } from "./rewriting/rewrites";
import type { Connection } from "./server/connection";
import { tellUnknown } from "./server/help";
import { setting } from "./settings";
import { figuresOf } from "./status/figures";
import {
  type Capabilities,
  type JobRecord,
  PROVENANCE,
  type Provenance,
  SHOW_PROMPT,
  type ShownPrompt,
  STATS,
  wireRange,
} from "./wire";

const SCHEME = "specedit-page";

/** Shows what a rewrite cost, where its text came from, and what the model was told. */
export class Inspection implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly pages = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly colours = new ProvenanceColours();
  private coloured = new WeakSet<Rewrite>();
  private provenanceShown = false;
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly connection: Connection,
    private readonly rewrites: Rewrites,
  ) {
    this.listeners = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      rewrites.onDidChange((document) => {
        if (this.provenanceShown) void this.colour(rewrites.of(document));
      }),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.pages.get(uri.path) ?? "";
  }

  /** Open the figures of the last rewrite. */
  async showStats(): Promise<void> {
    if (!this.isOffered("stats")) return;
    const job = await this.connection.request<JobRecord | null>(STATS, {});
    if (!job) return void vscode.window.showInformationMessage("specedit has not rewritten anything yet.");
    await vscode.commands.executeCommand("markdown.showPreview", this.put("/Last rewrite.md", figuresOf(job)));
  }

  /** Open the exact prompt that an instruction would make for the selection. */
  async showPrompt(editor: vscode.TextEditor, asking: Asking): Promise<void> {
    if (!this.isOffered("showPrompt")) return;
    const asked = await asking.askFor(editor);
    if (!asked) return;
    const shown = await this.connection.request<ShownPrompt>(SHOW_PROMPT, {
      textDocument: { uri: this.connection.uriOf(editor.document), version: editor.document.version },
      range: wireRange(asked.ranges[0]),
      instruction: asked.instruction,
    });
    const uri = this.put("/Prompt.txt", shown.prompt);
    await vscode.window.showTextDocument(uri, { preview: true, viewColumn: vscode.ViewColumn.Beside });
    vscode.window.setStatusBarMessage(`specedit: ${shown.tokens} tokens for ${shown.model}`, 8000);
  }

  /** Colour rewritten text by where it came from, or stop that. */
  async toggleProvenance(): Promise<void> {
    if (!this.provenanceShown && !this.isOffered("provenance")) return;
    this.provenanceShown = !this.provenanceShown;
    this.coloured = new WeakSet();
    this.colours.clear();
    if (!this.provenanceShown) return;
    const here = this.rewrites.of(vscode.window.activeTextEditor?.document);
    if (here.some(({ phase, jobId }) => phase === "review" && !jobId)) tellUnknown();
    await this.colour(here);
  }

  /** Have the server's own command look at the installation, in a terminal. */
  runDoctor(): void {
    const shellPath = this.connection.location?.command ?? "specedit";
    const shellArgs = [...setting<string[]>("server.arguments", []), "doctor"];
    vscode.window.createTerminal({ name: "specedit doctor", shellPath, shellArgs }).show();
  }

  dispose(): void {
    for (const each of [...this.listeners, this.changed, this.colours]) each.dispose();
  }

  private async colour(rewrites: readonly Rewrite[]): Promise<void> {
    for (const rewrite of rewrites) {
      const { jobId } = rewrite;
      if (rewrite.phase === "running" || !jobId || this.coloured.has(rewrite)) continue;
      this.coloured.add(rewrite);
      const digest = rewrite.digests[0];
      const provenance = await this.connection.request<Provenance | null>(PROVENANCE, { jobId });
      // Positions are those of the text as the model left it.
      if (provenance && rewrite.digests[0] === digest) this.colours.add(rewrite, provenance);
    }
  }

  private isOffered(what: keyof Capabilities): boolean {
    const offered = this.connection.capabilities[what] !== undefined;
    if (!offered)
      void vscode.window.showInformationMessage(
        "This specedit server cannot tell. Update it, or start it if it does not run.",
      );
    return offered;
  }

  private put(path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path });
    this.pages.set(path, text);
    this.changed.fire(uri);
    return uri;
  }
}
