import { GROUPS, groupOf } from "../provenance/groups";
import type { JobRecord } from "../wire";

/** The record of a rewrite as a page in Markdown. */
export function figuresOf(job: JobRecord): string {
  const { stats } = job;
  const lines = [
    `# ${job.instruction.split("\n")[0]}`,
    "",
    `Outcome: **${job.outcome}**${job.message ? `. ${job.message}` : ""}`,
  ];
  if (!stats) return lines.join("\n");
  const rows: [string, string][] = [
    ["tokens read", String(stats.promptTokens)],
    ["tokens written", String(stats.outputTokens)],
    [
      "forwards of the model",
      `${stats.forwards} (${(stats.outputTokens / Math.max(1, stats.forwards)).toFixed(1)} tokens each)`,
    ],
    ["seconds", `${stats.seconds.toFixed(2)} (first text after ${stats.firstTextSeconds.toFixed(2)})`],
  ];
  if (job.tokensPerSecond !== undefined) rows.push(["tokens per second", Math.round(job.tokensPerSecond).toString()]);
  if (job.savedSeconds !== undefined) rows.push(["seconds saved by drafting", job.savedSeconds.toFixed(2)]);
  lines.push("", "| | |", "|---|---:|", ...rows.map(([name, value]) => `| ${name} | ${value} |`));
  const sources = Object.entries(stats.sources).filter(([, { proposed }]) => proposed > 0);
  if (sources.length) {
    lines.push("", "| draft source | what it is | accepted | proposed |", "|---|---|---:|---:|");
    lines.push(
      ...sources.map(
        ([name, { accepted, proposed }]) => `| ${name} | ${GROUPS[groupOf(name)].label} | ${accepted} | ${proposed} |`,
      ),
    );
  }
  return lines.join("\n");
}
