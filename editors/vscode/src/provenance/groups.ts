/** Where a piece of rewritten text came from, as people are shown it. */
export type Group = "copied" | "view" | "seen" | "rules" | "draftModel" | "written";

/** The name of each group, and the colour that `package.json` contributes for it. */
export const GROUPS: Readonly<Record<Group, { readonly label: string; readonly colour: string }>> = {
  copied: { label: "copied from the selection", colour: "specedit.provenance.copied" },
  view: { label: "rewritten copy of the selection", colour: "specedit.provenance.view" },
  seen: { label: "seen before", colour: "specedit.provenance.seen" },
  rules: { label: "rules of the language", colour: "specedit.provenance.rules" },
  draftModel: { label: "draft model", colour: "specedit.provenance.draftModel" },
  written: { label: "written by the model itself", colour: "specedit.provenance.written" },
};

const GROUP_OF: Readonly<Record<string, Group>> = {
  selection: "copied",
  indented: "copied",
  rewrite: "view",
  likely: "view",
  induced: "view",
  memory: "seen",
  lookup: "seen",
  rules: "rules",
  common: "rules",
  model: "draftModel",
  target: "written",
};

/** The group of a draft source; one that this extension does not know counts as the model's own writing. */
export function groupOf(source: string): Group {
  return GROUP_OF[source] ?? "written";
}
