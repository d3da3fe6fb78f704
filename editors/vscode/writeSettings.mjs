/** Writes the server's settings, which it prints as JSON on our standard input, into `package.json`. */
import { readFileSync, writeFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const declared = JSON.parse(readFileSync(0, "utf8")).properties;
const own = Object.entries(manifest.contributes.configuration.properties).filter(([name]) => name.startsWith("specedit.server."));
const properties = { ...Object.fromEntries(own), ...declared };
manifest.contributes.configuration.properties = properties;
manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = Object.keys(properties).sort();
writeFileSync("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
