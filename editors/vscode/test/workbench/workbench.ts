/** A real VS Code with the packaged extension, in a real browser, in a folder of its own that is gone afterwards. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

export const PROJECT = path.resolve(import.meta.dirname, "../../../..");
export const EXTENSION = path.resolve(import.meta.dirname, "../..");
export const VSIX = path.join(EXTENSION, "dist/specedit.vsix");

/** What a workbench is made of. */
export interface Setup {
  /** Files of the workspace, by their names. */
  readonly files: Readonly<Record<string, string>>;
  /** Settings of the machine, added to those that name the server. */
  readonly machine?: Readonly<Record<string, unknown>>;
  /** Settings of the workspace. */
  readonly workspace?: Readonly<Record<string, unknown>>;
  readonly trusted?: boolean;
}

/** A workbench that runs. */
export interface Workbench {
  /** Where all its files are. */
  readonly home: string;
  /** The folder that is open. */
  readonly folder: string;
  readonly browser: BrowserContext;
  /** The address of the workbench with the folder open. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

const PYTHON = path.join(PROJECT, ".venv/bin/python");

/** The settings that make the extension run this checkout's server. */
export const OUR_SERVER = {
  "specedit.server.path": PYTHON,
  "specedit.server.arguments": ["-m", "specedit_lsp"],
};

/** Start one. The editor's place is what `scripts/install_vscode` prints. */
export async function startWorkbench({ files, machine, workspace, trusted = true }: Setup): Promise<Workbench> {
  const home = await mkdtemp(path.join(tmpdir(), "specedit-vscode-"));
  const folder = path.join(home, "folder");
  const settings = {
    "telemetry.telemetryLevel": "off",
    "extensions.autoCheckUpdates": false,
    "workbench.startupEditor": "none",
    ...workspace,
  };
  await writeFiles(folder, { ...files, ".vscode/settings.json": JSON.stringify(settings) });
  await writeFiles(home, {
    "data/data/Machine/settings.json": JSON.stringify({ ...OUR_SERVER, ...machine }),
    "tmp/.keep": "",
  });
  const server = path.join(vscodeFolder(), "out/server-main.js");
  const folders = ["--server-data-dir", path.join(home, "data"), "--extensions-dir", path.join(home, "extensions")];
  const env = environment(home);
  const installed = spawnSync(process.execPath, [server, ...folders, "--install-extension", VSIX], {
    env,
    encoding: "utf8",
  });
  if (installed.status !== 0)
    throw new Error(`the packaged extension could not be installed:\n${installed.stdout}${installed.stderr}`);
  const port = await freePort();
  const options = [
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    "--without-connection-token",
    "--accept-server-license-terms",
  ];
  const quiet = [
    "--enable-smoke-test-driver",
    "--disable-telemetry",
    "--disable-update-check",
    ...(trusted ? ["--disable-workspace-trust"] : []),
  ];
  const process_ = spawn(process.execPath, [server, ...options, ...quiet, ...folders], {
    env,
    detached: true,
    stdio: "ignore",
  });
  const browser = await chromium.launchPersistentContext(path.join(home, "browser"), {
    executablePath: "/usr/bin/chromium",
    headless: true,
    viewport: { width: 1180, height: 720 },
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
  const stop = async () => {
    await browser.close();
    await endGroup(process_);
    // It outlives the windows that share it.
    spawnSync(PYTHON, ["-m", "specedit_lsp", "worker", "stop", "--now"], { env });
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  const url = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`;
  await answer(`http://127.0.0.1:${port}/version`, process_);
  return { home, folder, browser, url, port, stop };
}

/** The page of a workbench, with the folder open. */
export async function openPage(workbench: Workbench, query = ""): Promise<Page> {
  const page = workbench.browser.pages()[0] ?? (await workbench.browser.newPage());
  await page.goto(workbench.url + query);
  return page;
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

function vscodeFolder(): string {
  const found = spawnSync(path.join(PROJECT, "scripts/install_vscode"), {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (found.status !== 0) throw new Error("VS Code is missing: run scripts/install_vscode");
  return path.join(found.stdout.trim(), "lib/vscode");
}

/** Nothing of the user's own editors, and nothing of ours left behind. */
function environment(home: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|XDG_|VITEST|NODE_OPTIONS|PORT$)/.test(name));
  return {
    ...Object.fromEntries(own),
    HOME: home,
    XDG_RUNTIME_DIR: home,
    TMPDIR: path.join(home, "tmp"),
    OMP_NUM_THREADS: "1",
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

async function answer(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`VS Code ended with status ${server.exitCode}`);
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // not listening yet
    }
    await new Promise((resume) => setTimeout(resume, 100));
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  if (child.exitCode === null && child.pid) {
    process.kill(-child.pid, "SIGTERM");
    await ended;
  }
}
