import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { SERVER_COMMAND } from "../wire";

const KIND = vscode.CodeActionKind.RefactorRewrite.append("specedit");

/** Offers the light bulb's entry that asks for an instruction. */
export class RewriteAction implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [KIND] };

  provideCodeActions(_: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    if (range.isEmpty) return [];
    const action = new vscode.CodeAction("Rewrite with specedit…", KIND);
    action.command = { title: action.title, command: "specedit.rewrite" };
    return [action];
  }
}

/** Keys of the server's command that this client can carry out by itself. */
const UNDERSTOOD = new Set(["textDocument", "range", "instruction", "expectedText"]);

/** Lets this client carry out the presets that the server offers, so that they stream and can be reviewed. */
export const streamingCodeActions: Middleware = {
  provideCodeActions: async (document, range, context, token, next) => {
    const actions = await next(document, range, context, token);
    return actions?.map((action) => (action instanceof vscode.CodeAction ? redirected(action) : action));
  },
};

function redirected(action: vscode.CodeAction): vscode.CodeAction {
  const { command } = action;
  const [args] = (command?.arguments ?? []) as unknown[];
  if (command?.command !== SERVER_COMMAND || typeof args !== "object" || args === null) return action;
  if (Object.keys(args).some((key) => !UNDERSTOOD.has(key))) return action;
  action.command = { ...command, command: "specedit.rewriteAt" };
  return action;
}
