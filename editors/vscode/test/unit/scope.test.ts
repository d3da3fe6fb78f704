import { describe, expect, test } from "vitest";
import { enclosingFunction } from "../../src/instruction/scope";

/** The function around the line that contains `cursor`. */
function around(text: string, cursor: string): { name: string; text: string } | undefined {
  const lines = text.split("\n");
  const found = enclosingFunction(
    lines,
    lines.findIndex((line) => line.includes(cursor)),
  );
  return found && { name: found.name, text: lines.slice(found.first, found.last + 1).join("\n") };
}

const PYTHON = `import os

@cached
def outer(
    a,
    b,
):
    x = 1

    def inner(c):
        return c

    return inner(x)


last = 1`;

describe("the enclosing function", () => {
  test("in Python, with its decorators and a signature of several lines", () => {
    const outer = PYTHON.slice(PYTHON.indexOf("@cached"), PYTHON.indexOf("\n\n\nlast"));
    expect(around(PYTHON, "x = 1")).toEqual({ name: "function outer", text: outer });
    expect(around(PYTHON, "return inner(x)")?.name).toBe("function outer");
    expect(around(PYTHON, "    b,")?.name).toBe("function outer");
  });

  test("is the innermost one", () => {
    expect(around(PYTHON, "return c")).toEqual({ name: "function inner", text: "    def inner(c):\n        return c" });
  });

  test("is none outside of functions", () => {
    expect(around(PYTHON, "last")).toBeUndefined();
    expect(around(PYTHON, "import os")).toBeUndefined();
  });

  test.each([
    ["TypeScript", "export async function go(a: number) {\n  one();\n  two();\n}\nrest();", "one", "go"],
    ["Rust", "impl A {\n    pub(crate) fn go(&self) -> u8 {\n        one()\n    }\n}", "one", "go"],
    ["Go", "func (s *Server) Go() error {\n\tone()\n\treturn nil\n}\n\nvar x = 1", "one", "Go"],
    ["Ruby", "class A\n  def go?\n    one\n  end\nend", "one", "go?"],
    ["C# braces below", "function go()\n{\n    one();\n}\nrest();", "one", "go"],
  ])("in %s", (_, text, cursor, name) => {
    const found = around(text, cursor);
    expect(found?.name).toBe(`function ${name}`);
    expect(found?.text).toMatch(/(\}|end)$/);
    expect(found?.text).not.toContain("rest");
  });
});
