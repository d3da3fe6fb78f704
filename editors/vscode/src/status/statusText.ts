import type { Status } from "../wire";

/** What the status bar shows. */
export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "normal" | "error";
}

/** What this window itself is at: the worker may serve others as well. */
export interface Work {
  /** Rewrites that run here. */
  readonly running: number;
  /** What one of them waits for, in words; empty if none does. */
  readonly wait: string;
}

/** The server's status in a few words. */
export function statusText(status: Status, { running, wait }: Work): StatusText {
  const speed = status.tokensPerSecond === undefined ? "" : ` ${Math.round(status.tokensPerSecond)} tok/s`;
  const model = [status.model, status.device].filter(Boolean).join(" on ");
  const tooltip = [model, speed && `last rewrite:${speed}`, wait, status.message, "Click for more."]
    .filter(Boolean)
    .join("\n");
  const show = (text: string, severity: StatusText["severity"] = "normal") => ({ text, tooltip, severity });
  // What the rewrite of this window waits for says more than how the worker is. Its reason is in the tooltip.
  if (wait) return show(`$(watch) specedit: ${wait.split(":")[0]}`);
  switch (status.state) {
    case "starting":
      return show("$(loading~spin) specedit: starting");
    case "loading":
      return show(`$(loading~spin) specedit: loading${status.percent === undefined ? "" : ` ${status.percent} %`}`);
    case "ready":
      return show("$(sparkle) specedit");
    case "busy":
      if (!running) return show("$(sync) specedit: busy elsewhere");
      return show(`$(sync~spin) specedit: editing${speed}${status.queued ? `, ${status.queued} queued` : ""}`);
    case "failed":
      return show("$(error) specedit: failed", "error");
    case "ended":
      return show("$(circle-outline) specedit: asleep");
    default:
      return show(`$(info) specedit: ${String(status.state)}`);
  }
}
