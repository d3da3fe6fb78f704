/** The manifest against what it is to be equal to. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { GROUPS } from "../../src/provenance/groups";
import { RESTART_WORKER, SERVER_COMMAND } from "../../src/wire";

const EXTENSION = path.resolve(import.meta.dirname, "../..");
const PROJECT = path.resolve(EXTENSION, "../..");

interface Manifest {
  readonly version: string;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: string[] } };
  readonly contributes: {
    readonly configuration: { readonly properties: Record<string, { readonly scope: string }> };
    readonly colors: { readonly id: string }[];
    readonly keybindings: { readonly command: string; readonly key: string }[];
    readonly commands: { readonly command: string }[];
  };
}

const read = (file: string) => readFileSync(path.join(EXTENSION, file), "utf8");
const manifest = JSON.parse(read("package.json")) as Manifest;
const { contributes } = manifest;
const { properties } = contributes.configuration;

test("the server's settings are those that the server declares: `npm run settings` writes them", () => {
  const python = path.join(PROJECT, ".venv/bin/python");
  const printed = execFileSync(python, ["-m", "specedit_lsp", "settings", "--format", "vscode"], {
    encoding: "utf8",
    cwd: PROJECT,
  });
  const declared = (JSON.parse(printed) as typeof contributes.configuration).properties;
  const ours = Object.entries(properties).filter(([name]) => !name.startsWith("specedit.server."));
  expect(Object.fromEntries(ours)).toEqual(declared);
}, 60_000);

test("nothing that a workspace says counts before it is trusted", () => {
  expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(Object.keys(properties).sort());
});

test("what runs as a program is never taken from a workspace", () => {
  const scopes = ["server.path", "server.arguments", "model.path", "draft.model"].map(
    (name) => properties[`specedit.${name}`].scope,
  );
  expect(new Set(scopes)).toEqual(new Set(["machine"]));
});

test("the version is that of the server", () => {
  const [, version] = /^version = "(.*)"$/m.exec(readFileSync(path.join(PROJECT, "pyproject.toml"), "utf8")) ?? [];
  expect(manifest.version).toBe(version);
});

test("every group of provenance has a colour", () => {
  const colours = contributes.colors.map(({ id }) => id);
  expect(Object.values(GROUPS).filter(({ colour }) => !colours.includes(colour))).toEqual([]);
});

test("keys run commands that exist, and the documents name them as they are", () => {
  const commands = new Set([
    ...contributes.commands.map(({ command }) => command),
    "specedit.previousInstruction",
    "specedit.nextInstruction",
  ]);
  expect(contributes.keybindings.filter(({ command }) => !commands.has(command))).toEqual([]);
  const spoken = { "ctrl+": "Ctrl+", "alt+": "Alt+", enter: "Enter", backspace: "Backspace", down: "↓", up: "↑" };
  for (const { key, command } of contributes.keybindings.filter(({ key }) => key.includes(" "))) {
    const written = Object.entries(spoken)
      .reduce((text, [from, to]) => text.replaceAll(from, to), key)
      .replace(/\b[a-z]\b/g, (letter) => letter.toUpperCase());
    expect(read("README.md"), command).toContain(written);
    expect(read("walkthrough/review.md") + read("walkthrough/rewrite.md"), command).toContain(written);
  }
});

test("the palette and the menu run commands of this extension: the server's come and go with it", () => {
  const commands = contributes.commands.map(({ command }) => command);
  const menu = [...read("src/status/menu.ts").matchAll(/command: "(.*?)"/g)].map(([, command]) => command);
  expect(menu.length).toBeGreaterThan(0);
  expect(menu.filter((command) => !commands.includes(command))).toEqual([]);
  expect(commands.filter((command) => [RESTART_WORKER, SERVER_COMMAND].includes(command))).toEqual([]);
});

test("the lock file names no registry", () => {
  expect(read("package-lock.json")).not.toContain('"resolved"');
});
