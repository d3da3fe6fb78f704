import * as vscode from "vscode";

const TEXT = `def total_price(items, discount=0):
    """Return what the items cost."""
    result = 0
    for item in items:
        if item.cancelled:
            continue
        result += item.price * item.count
    result -= discount
    return result
`;

/** Open a small function to try a first rewrite on, with the cursor in it. */
export async function openSample(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "python", content: TEXT });
  const editor = await vscode.window.showTextDocument(document);
  const inside = new vscode.Position(2, 4);
  editor.selection = new vscode.Selection(inside, inside);
}
