import { describe, expect, test } from "vitest";
import { findServer, installCommands, type Machine, WrongServerPath } from "../../src/server/serverLocation";
import { mismatch } from "../../src/server/versions";

function machine(
  programs: readonly string[],
  env: Record<string, string> = {},
  platform: NodeJS.Platform = "linux",
): Machine {
  return {
    platform,
    home: "/home/ada",
    env: { PATH: "/usr/bin:/opt/bin", ...env },
    isExecutable: (file) => Promise.resolve(programs.includes(file)),
  };
}

const EVERYWHERE = [
  "/venv/bin/specedit",
  "/opt/bin/specedit",
  "/home/ada/.local/bin/specedit",
  "/home/ada/.local/share/uv/tools/specedit-lsp/bin/specedit",
];

describe("finding the server", () => {
  test("the setting comes first, and may start at home", async () => {
    const found = await findServer(machine([...EVERYWHERE, "/home/ada/my/specedit"]), {
      setting: "~/my/specedit",
      interpreter: "/venv/bin/python",
    });
    expect(found?.command).toBe("/home/ada/my/specedit");
  });

  test("a setting that is wrong is said, not passed over", async () => {
    await expect(findServer(machine(EVERYWHERE), { setting: "/nowhere/specedit" })).rejects.toThrow(WrongServerPath);
    await expect(findServer(machine(EVERYWHERE), { setting: "/nowhere/specedit" })).rejects.toThrow(
      "/nowhere/specedit",
    );
  });

  test("then the Python environment, the PATH, and the folders of uv and pipx", async () => {
    const hints = { setting: "", interpreter: "/venv/bin/python" };
    const found: (string | undefined)[] = [];
    for (let left = 0; left <= EVERYWHERE.length; left += 1)
      found.push((await findServer(machine(EVERYWHERE.slice(left)), hints))?.command);
    expect(found).toEqual([...EVERYWHERE, undefined]);
  });

  test("pipx keeps its environments where it is told to", async () => {
    const file = "/data/pipx/venvs/specedit-lsp/bin/specedit";
    expect(await findServer(machine([file], { PIPX_HOME: "/data/pipx" }), { setting: "" })).toEqual({
      command: file,
      origin: "pipx",
    });
  });

  test("a relative folder in the PATH finds nothing in the folder that is open", async () => {
    expect(
      await findServer(machine(["bin/specedit", "./specedit", "specedit"], { PATH: "bin:.::" }), { setting: "" }),
    ).toBeUndefined();
  });

  test("on Windows programs have another name", async () => {
    const windows = machine(["C:\\venv\\Scripts\\specedit.exe"], { PATH: "C:\\bin" }, "win32");
    expect((await findServer(windows, { setting: "", interpreter: "C:\\venv\\Scripts\\python.exe" }))?.command).toBe(
      "C:\\venv\\Scripts\\specedit.exe",
    );
  });
});

test("the command to install is one for a tool that is there", async () => {
  expect(await installCommands(machine(["/usr/bin/uv", "/opt/bin/pipx"]))).toEqual([
    'uv tool install "./specedit-lsp[local]"',
    'pipx install "./specedit-lsp[local]"',
    'python3 -m pip install --user "./specedit-lsp[local]"',
  ]);
  expect((await installCommands(machine(["/opt/bin/pipx"])))[0]).toBe('pipx install "./specedit-lsp[local]"');
  expect((await installCommands(machine([])))[0]).toContain("pip install");
});

test("versions that do not fit are said in words", () => {
  expect(mismatch({ rewriteRange: 1 }, "0.1.0")).toBeUndefined();
  expect(mismatch({ rewriteRange: 2 }, "9.0.0")).toMatch(/9\.0\.0.*newer.*Update the extension/);
  expect(mismatch(undefined, undefined)).toMatch(/cannot rewrite.*Update the server/);
});
