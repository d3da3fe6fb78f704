/** The files that the tests work on. */

export const FUNCTION = `def total_price(items, discount=0):
    """Return what the items cost."""
    result = 0
    for item in items:
        if item.cancelled:
            continue
        result += item.price * item.count
    result -= discount
    return result
`;

export const RENAME = "rename result to total";

/** What the bundled model makes of it. */
export const RENAMED = FUNCTION.replaceAll("result", "total");

/** Long enough that something can happen while it is rewritten one token at a time. */
export const LONG_FUNCTION = `def total_price(items, discount=0):
    result = 0
    for item in items:
        result += item.price
        if discount:
            result += item.count
        if item.cancelled:
            result -= item.price
    result -= discount
    if result < 0:
        result = 0
    print(result)
    log(items, result)
    return result
`;

/** A name that is a parameter as well as a property: which is meant, the language knows. */
const POINT = `class Point {
  x = 0;
  move(x: number, by: number): number {
    console.log(x);
    this.x = x + by;
    return x;
  }
}
`;

const AROUND = (code: string) => `import os\n\n\n${code}\n\nlast = 1\n`;

export const FILES: Readonly<Record<string, string>> = {
  "shop.py": AROUND(FUNCTION),
  "locked.py": FUNCTION,
  "point.ts": POINT,
  "crlf.py": `# 🙂 first\n${FUNCTION}last = "🙂"\n`.replaceAll("\n", "\r\n"),
};
