import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { Inspection } from "./inspection";
import { Asking } from "./instruction/asking";
import { Foresight } from "./instruction/foresight";
import { CodeLenses } from "./review/codeLenses";
import { Decorations } from "./review/decorations";
import { DiffView } from "./review/diffView";
import { SavedReviews } from "./review/savedReviews";
import { Rewrites } from "./rewriting/rewrites";
import { Runner } from "./rewriting/runner";
import { RewriteAction, streamingCodeActions } from "./server/codeActions";
import { Connection } from "./server/connection";
import { offerHelp } from "./server/help";
import { SECTION } from "./settings";
import { StatusItem } from "./status/statusItem";
import { warmSelections } from "./warming";
import type { Status } from "./wire";

/** What other extensions and the tests can rely on. */
export interface Api {
  /** Settles once the server answers; rejects if there is none. */
  start(): Promise<void>;
  /** Where the server's worker stands. */
  status(): Status;
}

/** Start the extension, and the server with it. */
export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel("specedit", { log: true });
  const connection = new Connection(ownSettings(context), streamingCodeActions, log);
  const rewrites = new Rewrites();
  const foresight = new Foresight(connection);
  const bench = {
    asking: new Asking(connection, foresight, context.workspaceState),
    connection,
    diffView: new DiffView(),
    inspection: new Inspection(connection, rewrites),
    rewrites,
    runner: new Runner(connection, rewrites, foresight),
  };
  const codeLenses = new CodeLenses(rewrites);
  context.subscriptions.push(
    log,
    connection,
    rewrites,
    bench.asking,
    bench.diffView,
    bench.inspection,
    codeLenses,
    new Decorations(rewrites, context.extensionUri),
    new SavedReviews(rewrites, context.workspaceState),
    new StatusItem(connection, rewrites),
    vscode.languages.registerCodeActionsProvider({ pattern: "**" }, new RewriteAction(), RewriteAction.metadata),
    vscode.languages.registerCodeLensProvider({ pattern: "**" }, codeLenses),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${SECTION}.server`)) connection.restart().catch(offerHelp);
      else if (event.affectsConfiguration(SECTION)) connection.announceSettings();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => connection.restart().catch(offerHelp)),
    connection.onDidEnd(() => rewrites.forgetJobs()),
    warmSelections(connection),
    ...registerCommands(bench),
  );
  connection.start().catch(offerHelp);
  return { start: () => connection.start(), status: () => connection.status };
}

/** The settings that `package.json` declares, by their full names. */
function ownSettings(context: vscode.ExtensionContext): string[] {
  const sections = [context.extension.packageJSON.contributes.configuration].flat() as { properties: object }[];
  return sections.flatMap((section) => Object.keys(section.properties));
}
