import type { Capabilities } from "../wire";

/** The version of the wire that this extension speaks. */
const WIRE_VERSION = 1;

/**
 * What stands in the way of this server and this extension working together, as a sentence; nothing if nothing does.
 *
 * @param version What the server calls itself, if it says.
 */
export function mismatch(capabilities: Capabilities | undefined, version: string | undefined): string | undefined {
  const server = `The specedit server${version ? ` (version ${version})` : ""}`;
  const spoken = capabilities?.rewriteRange;
  if (spoken === undefined)
    return `${server} cannot rewrite for this extension. Update the server, or correct specedit.server.path.`;
  if (spoken > WIRE_VERSION) return `${server} is newer than this extension. Update the extension.`;
  if (spoken < WIRE_VERSION) return `${server} is older than this extension. Update the server.`;
  return undefined;
}
