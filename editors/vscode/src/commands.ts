import * as vscode from "vscode";
import type { Asking, Request } from "./instruction/asking";
import { targetOf } from "./instruction/selections";
import type { Inspection } from "./inspection";
import type { DiffView } from "./review/diffView";
import { acceptHunk, goToHunk, type Place, placeOf, rejectHunk } from "./review/review";
import type { Outcome } from "./rewriting/rewrite";
import type { Rewrites } from "./rewriting/rewrites";
import type { Order, Runner } from "./rewriting/runner";
import type { Connection } from "./server/connection";
import { openSample } from "./sample";
import { offerHelp, tellUnknown } from "./server/help";
import { showMenu } from "./status/menu";
import { RESTART_WORKER, type WireRange } from "./wire";

/** Everything that commands act on. */
export interface Workbench {
  readonly asking: Asking;
  readonly connection: Connection;
  readonly diffView: DiffView;
  readonly inspection: Inspection;
  readonly rewrites: Rewrites;
  readonly runner: Runner;
}

/** Arguments that a keybinding or another extension may give to `specedit.rewrite`. */
interface RewriteArguments {
  readonly instruction?: string;
}

/** Arguments of the server's own command, which its code actions carry. */
interface ServerArguments {
  readonly textDocument: { readonly uri: string };
  readonly range: WireRange;
  readonly instruction: string;
}

/** Register every command of the extension. */
export function registerCommands(bench: Workbench): vscode.Disposable[] {
  const { asking, connection, diffView, inspection, rewrites, runner } = bench;
  const inReview = (act: (place: Place) => unknown) => (uri?: vscode.Uri, position?: vscode.Position) => {
    const place = placeOf(rewrites, uri, position);
    if (!place) return void vscode.window.setStatusBarMessage("specedit: nothing to review here", 4000);
    return act(place);
  };
  const withEditor =
    (act: (editor: vscode.TextEditor, args?: RewriteArguments) => unknown) => (args?: RewriteArguments) => {
      const editor = vscode.window.activeTextEditor;
      if (editor) return act(editor, args);
      void vscode.window.showInformationMessage("Open a file first: specedit rewrites what is selected in an editor.");
      return undefined;
    };
  const ask = async (document: vscode.TextDocument, request: Request | undefined, refines?: string) => {
    if (!request) return undefined;
    // Not waited for: from here on it is the runner that follows the text.
    void asking.remember(request.instruction);
    return carryOut(bench, { document, ...request, refines });
  };

  const commands: Record<string, (...args: never[]) => unknown> = {
    rewrite: withEditor(async (editor, args) => {
      if (args?.instruction)
        return carryOut(bench, {
          document: editor.document,
          ranges: targetOf(editor).ranges,
          instruction: args.instruction,
        });
      return ask(editor.document, await asking.askFor(editor));
    }),
    rewriteWithPreset: withEditor(async (editor) => ask(editor.document, await asking.askForPreset(editor))),
    rewriteAt: (args: ServerArguments) => rewriteAt(bench, args),
    cancel: () => runner.cancel(vscode.window.activeTextEditor?.document),
    acceptHunk: inReview(acceptHunk),
    rejectHunk: inReview(rejectHunk),
    acceptAll: inReview(({ rewrite }) => rewrite.accept()),
    rejectAll: inReview(({ rewrite }) => rewrite.reject()),
    nextHunk: inReview((place) => goToHunk(place, 1)),
    previousHunk: inReview((place) => goToHunk(place, -1)),
    showDiff: inReview(({ rewrite }) => diffView.open(rewrite)),
    retry: inReview(async ({ rewrite: { document, instruction }, rewrite }) => {
      await rewrite.reject();
      return carryOut(bench, { document, ranges: rewrite.ranges, instruction });
    }),
    refine: inReview(async ({ rewrite }) => {
      const request = rewrite.jobId ? await asking.askFurther(rewrite) : undefined;
      // The server may have been started again while the instruction was typed.
      const { jobId } = rewrite;
      if (!jobId) return tellUnknown();
      if (!request) return undefined;
      await rewrite.reject();
      return ask(rewrite.document, { ...request, ranges: rewrite.ranges }, jobId);
    }),
    previousInstruction: () => asking.box.recallOlder(),
    nextInstruction: () => asking.box.recallNewer(),
    submitInstruction: (comment: vscode.Comment) => asking.multiline.answer(comment),
    cancelInstruction: () => asking.multiline.answer(),
    toggleProvenance: () => inspection.toggleProvenance(),
    showStats: () => inspection.showStats(),
    showPrompt: withEditor((editor) => inspection.showPrompt(editor, asking)),
    restart: () => connection.restart().catch(offerHelp),
    // The server's own command is there only while the server is: a request starts it.
    restartSharedWorker: () =>
      connection.request("workspace/executeCommand", { command: RESTART_WORKER }).catch(offerHelp),
    showLogs: () => connection.log.show(),
    doctor: () => inspection.runDoctor(),
    menu: () => showMenu(),
    openSample,
  };
  return Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`specedit.${name}`, run));
}

/** A preset that the server offered as a code action: carried out by this client, so that it streams. */
async function rewriteAt(
  bench: Workbench,
  { textDocument, range, instruction }: ServerArguments,
): Promise<Outcome | undefined> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(textDocument.uri));
  const { start, end } = range;
  return carryOut(bench, {
    document,
    ranges: [new vscode.Range(start.line, start.character, end.line, end.character)],
    instruction,
  });
}

/** Carry out an order and tell the user what there is to tell. */
async function carryOut({ runner }: Workbench, order: Order): Promise<Outcome | undefined> {
  let outcome: Outcome;
  try {
    outcome = await runner.run(order);
  } catch (error) {
    await offerHelp(error);
    return undefined;
  }
  void tell(outcome);
  return outcome;
}

async function tell({ kind, message }: Outcome): Promise<void> {
  if (!message) return;
  if (kind !== "failed") return void vscode.window.setStatusBarMessage(`specedit: ${message}`, 8000);
  const choice = await vscode.window.showErrorMessage(`specedit: ${message}`, "Show Logs");
  if (choice) await vscode.commands.executeCommand("specedit.showLogs");
}
