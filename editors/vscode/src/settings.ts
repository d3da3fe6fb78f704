import * as vscode from "vscode";

export const SECTION = "specedit";

/** Settings that only this extension reads: the server would call them unknown. */
const OF_THE_CLIENT = new Set(["server.path", "server.arguments"]);

/** The setting `specedit.<key>` as it counts for a document. */
export function setting<T>(key: string, fallback: T, scope?: vscode.ConfigurationScope): T {
  return vscode.workspace.getConfiguration(SECTION, scope).get<T>(key, fallback);
}

/**
 * The settings as the nested object that the server reads, defaults included: a value that was taken back must reach it.
 *
 * In a workspace that is not trusted, VS Code itself leaves out what the workspace says.
 */
export function serverSettings(properties: Iterable<string>): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const tree: Record<string, unknown> = {};
  for (const name of properties) {
    const key = name.slice(SECTION.length + 1);
    if (OF_THE_CLIENT.has(key)) continue;
    const groups = key.split(".");
    const leaf = groups.pop() as string;
    const branch = groups.reduce<Record<string, unknown>>(
      (node, group) => (node[group] ??= {}) as Record<string, unknown>,
      tree,
    );
    branch[leaf] = configuration.get(key);
  }
  return tree;
}
