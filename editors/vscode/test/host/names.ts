import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The names of all tests for the extension host, read from their files: one that was not run fails. */
export const NAMES = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".scenarios.ts"))
  .flatMap((file) =>
    [...readFileSync(path.join(import.meta.dirname, file), "utf8").matchAll(/^ {2}"([^"]+)": async/gm)].map(
      ([, name]) => name,
    ),
  );
