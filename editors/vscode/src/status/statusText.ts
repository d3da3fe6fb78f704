import type { Status } from "../wire";

/** What the status bar shows. */
export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "normal" | "error";
}

/** The server's status in a few words. */
export function statusText(status: Status): StatusText {
  const speed = status.tokensPerSecond === undefined ? "" : ` ${Math.round(status.tokensPerSecond)} tok/s`;
  const model = [status.model, status.device].filter(Boolean).join(" on ");
  const tooltip = [model, speed && `last rewrite:${speed}`, status.message, "Click for more."]
    .filter(Boolean)
    .join("\n");
  const show = (text: string, severity: StatusText["severity"] = "normal") => ({ text, tooltip, severity });
  switch (status.state) {
    case "starting":
      return show("$(loading~spin) specedit: starting");
    case "loading":
      return show(`$(loading~spin) specedit: loading${status.percent === undefined ? "" : ` ${status.percent} %`}`);
    case "ready":
      return show("$(sparkle) specedit");
    case "busy":
      return show(`$(sync~spin) specedit: editing${speed}${status.queued ? `, ${status.queued} queued` : ""}`);
    case "failed":
      return show("$(error) specedit: failed", "error");
  }
}
