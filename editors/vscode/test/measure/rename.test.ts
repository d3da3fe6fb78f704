/** Prints how long a rename in 30 lines takes on the screen. Asserts what it reads, never how long it took. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { Screen } from "../ui/screen";
import { startWorkbench, type Workbench } from "../workbench/workbench";

const RUNS = Number(process.env.RUNS ?? 5);
const LINES = 30;
/** Two functions; how well a model renames in them does not matter here. */
const CODE = `def describe_user(user, *, with_orders=False):
    """Return a short text about the user."""
    if user is None:
        raise ValueError("no user given")
    name = user.name.strip() or "somebody"
    lines = [f"{name} <{user.email}>"]
    if user.is_admin:
        lines.append("may change everything")
    if with_orders:
        total = 0
        for order in user.orders:
            if order.cancelled:
                continue
            total += order.price
        lines.append(f"{len(user.orders)} orders, {total:.2f} in all")
    if user.last_seen is not None:
        lines.append(f"last seen {user.last_seen:%Y-%m-%d}")
    if user.is_new:
        lines.append("new here")
    return "\\n".join(lines)


def greet(user):
    """Return a greeting for the user."""
    if user is None:
        return "Hello"
    name = user.name.strip()
    if user.is_admin:
        return f"Welcome back, {name}"
    return f"Hello, {name}"
`;

let workbench: Workbench;

beforeAll(async () => {
  workbench = await startWorkbench({ files: { "long.py": CODE }, workspace: { "editor.minimap.enabled": false } });
});

afterAll(() => workbench?.stop());

/** Milliseconds from Enter to the first changed character, and to the review, as the page draws them. */
interface Times {
  readonly first: number;
  readonly done: number;
}

test("a rename in 30 lines", async () => {
  const screen = await Screen.open(workbench);
  await screen.openFile("long.py");
  const all: Times[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    await screen.selectLines(1, LINES);
    await screen.ask("rename user to account");
    await screen.page.evaluate(watch);
    await screen.page.keyboard.press("Enter");
    await screen.lens("Accept all").waitFor();
    all.push(await screen.page.evaluate(() => (window as unknown as { times: Times }).times));
    expect(await screen.text()).toContain("account");
    await screen.page.keyboard.press("Control+Z");
    await screen.lens("Accept all").waitFor({ state: "detached" });
  }
  const [cold, ...warm] = all;
  const show = ({ first, done }: Times) => `first change ${Math.round(first)} ms, done ${Math.round(done)} ms`;
  const median = (pick: (times: Times) => number) => warm.map(pick).sort((a, b) => a - b)[Math.floor(warm.length / 2)];
  console.log(`first run: ${show(cold)}`);
  console.log(
    `median of ${warm.length} more: ${show({ first: median(({ first }) => first), done: median(({ done }) => done) })}`,
  );
});

/** Runs in the page: the clock starts with the key and looks at every frame that is drawn. */
function watch(): void {
  const times = { first: 0, done: 0 };
  (window as unknown as { times: Times }).times = times;
  const begin = () => {
    const start = performance.now();
    const look = () => {
      const reads = (selector: string, text: string) =>
        [...document.querySelectorAll(selector)].some((node) => node.textContent?.includes(text));
      if (!times.first && reads(".view-line", "account")) times.first = performance.now() - start;
      if (times.first && reads(".codelens-decoration a", "Accept all")) times.done = performance.now() - start;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  };
  window.addEventListener("keydown", begin, { once: true, capture: true });
}
