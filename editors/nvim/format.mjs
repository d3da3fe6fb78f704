// Format the plugin's Lua with StyLua, by stylua.toml. usage: node format.mjs STYLUA_PACKAGE [--check]
// StyLua's npm package is a library, compiled to WebAssembly: it runs wherever Node does.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const stylua = createRequire(import.meta.url)(join(process.argv[2], "stylua_lib_node.cjs"));
const check = process.argv.includes("--check");

const options = [...readFileSync(join(root, "stylua.toml"), "utf8").matchAll(/^(\w+) = "?(\w+)"?$/gm)];
const enums = { syntax: stylua.LuaVersion, indent_type: stylua.IndentType };

// Formatting uses a configuration up: each file gets a new one.
function readConfig() {
  const config = stylua.Config.new();
  for (const [, name, value] of options) config[name] = enums[name] ? enums[name][value] : Number(value);
  return config;
}

let unformatted = 0;
for (const file of readdirSync(root, { recursive: true }).filter((each) => each.endsWith(".lua"))) {
  if (file.endsWith("settings.lua")) continue; // written by `specedit settings --format lua`
  const before = readFileSync(join(root, file), "utf8");
  const after = stylua.formatCode(before, readConfig(), undefined, stylua.OutputVerification.Full);
  if (after === before) continue;
  unformatted += 1;
  console.log(`${check ? "would format" : "formatted"} ${file}`);
  if (!check) writeFileSync(join(root, file), after);
}
process.exit(check && unformatted ? 1 : 0);
