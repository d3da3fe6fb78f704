/** Finds the `specedit` command: pure logic over what a machine looks like. */

import * as path from "node:path";

/** What is known of the machine that the extension runs on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  isExecutable(file: string): Promise<boolean>;
}

/** What the user and other extensions say about where the server might be. */
export interface Hints {
  /** The setting `specedit.server.path`. */
  readonly setting: string;
  /** The Python interpreter in use; only given where the workspace is trusted. */
  readonly interpreter?: string;
}

export interface ServerLocation {
  readonly command: string;
  /** Where it was found, for people. */
  readonly origin: string;
}

/** The server is not where the setting says. */
export class WrongServerPath extends Error {}

/**
 * The first `specedit` there is: the setting, the Python environment, the PATH, then where uv and pipx put tools.
 *
 * A setting that is wrong is never passed over in silence.
 *
 * @throws WrongServerPath The setting names no executable file.
 */
export async function findServer(machine: Machine, hints: Hints): Promise<ServerLocation | undefined> {
  const setting = expandHome(hints.setting.trim(), machine.home);
  if (setting) {
    if (await machine.isExecutable(setting)) return { command: setting, origin: "the setting specedit.server.path" };
    throw new WrongServerPath(
      `The setting specedit.server.path names no program: ${setting}. Correct it, or empty it to have the server searched for.`,
    );
  }
  for (const candidate of candidates(machine, hints.interpreter)) {
    if (await machine.isExecutable(candidate.command)) return candidate;
  }
  return undefined;
}

/**
 * The commands that install the server, best first, for what this machine has.
 *
 * It is on no package index: they are run in the folder that has a clone of it in it.
 */
export async function installCommands(machine: Machine): Promise<string[]> {
  const requirement = '"./specedit-lsp[local]"';
  const ways: [string, string][] = [
    ["uv", `uv tool install ${requirement}`],
    ["pipx", `pipx install ${requirement}`],
  ];
  const commands: string[] = [];
  for (const [tool, command] of ways) {
    if ((await findOnPath(machine, tool)) !== undefined) commands.push(command);
  }
  return [...commands, `${machine.platform === "win32" ? "py" : "python3"} -m pip install --user ${requirement}`];
}

function* candidates(machine: Machine, interpreter?: string): Generator<ServerLocation> {
  const { home, env, platform } = machine;
  const paths = pathsOf(platform);
  const join = (...parts: string[]) => paths.join(...parts);
  const name = platform === "win32" ? "specedit.exe" : "specedit";
  const bin = platform === "win32" ? "Scripts" : "bin";
  if (interpreter) yield { command: join(paths.dirname(interpreter), name), origin: "the active Python environment" };
  for (const folder of pathFolders(machine)) yield { command: join(folder, name), origin: "the PATH" };
  yield { command: join(home, ".local", "bin", name), origin: "~/.local/bin" };
  const data = env.XDG_DATA_HOME ?? join(home, ".local", "share");
  const uv =
    env.UV_TOOL_DIR ?? (platform === "win32" ? join(env.APPDATA ?? home, "uv", "tools") : join(data, "uv", "tools"));
  yield { command: join(uv, "specedit-lsp", bin, name), origin: "uv tool" };
  for (const pipx of [env.PIPX_HOME, join(data, "pipx"), join(home, ".local", "pipx"), join(home, "pipx")]) {
    if (pipx) yield { command: join(pipx, "venvs", "specedit-lsp", bin, name), origin: "pipx" };
  }
}

async function findOnPath(machine: Machine, tool: string): Promise<string | undefined> {
  const name = machine.platform === "win32" ? `${tool}.exe` : tool;
  for (const folder of pathFolders(machine)) {
    const file = pathsOf(machine.platform).join(folder, name);
    if (await machine.isExecutable(file)) return file;
  }
  return undefined;
}

/** Folders of the PATH; one that is relative would find programs in whatever folder is open. */
function pathFolders({ env, platform }: Machine): string[] {
  const paths = pathsOf(platform);
  return (env.PATH ?? env.Path ?? "").split(paths.delimiter).filter((folder) => paths.isAbsolute(folder));
}

function pathsOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === "win32" ? path.win32 : path.posix;
}

function expandHome(file: string, home: string): string {
  return file === "~" || file.startsWith("~/") ? home + file.slice(1) : file;
}
