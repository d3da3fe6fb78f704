// The page of a trace in a real browser: keys, pointer, themes, and nothing fetched. Run by scripts/test_trace_page.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

const require = createRequire(path.resolve("editors/vscode/package.json"));
const { chromium } = require("playwright-core");
const folder = path.resolve(process.env.PAGES);
let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
});
after(() => browser.close());

/** Opens a page; whatever it complains of or fetches goes into `heard`. */
async function open(name, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const heard = [];
  const url = pathToFileURL(path.join(folder, `${name}.html`)).href;
  page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => heard.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => heard.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => request.url() === url || heard.push(`request: ${request.url()}`));
  await page.goto(url);
  return { page, heard };
}

/** The number and the text of the token that has the focus. */
function focused(page) {
  return page.evaluate(() => [Number(document.activeElement.dataset.n), document.activeElement.textContent]);
}

test("arrow keys walk among tokens, and details follow", async () => {
  const { page, heard } = await open("docstring");
  await page.focus("#output .t");
  assert.equal((await focused(page))[0], 0);
  const first = await page.textContent("#details");
  assert.match(first, /token1 of \d+/);
  assert.match(first, /Forward 1 of \d+/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal((await focused(page))[0], 2);
  assert.match(await page.textContent("#details"), /token3 of/);
  await page.keyboard.press("ArrowDown");
  const [below] = await focused(page);
  assert.ok(below > 5, `token ${below} is in the second line`);
  await page.keyboard.press("ArrowUp");
  assert.equal((await focused(page))[0], 2);
  await page.keyboard.press("End");
  const count = await page.locator("#output .t").count();
  assert.equal(await page.evaluate(() => [...document.querySelectorAll("#output .t")].indexOf(document.activeElement)), count - 1);
  assert.equal(await page.locator('#output [tabindex="0"]').count(), 1);
  const name = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  assert.match(name, /, forward \d+$/);
  assert.deepEqual(heard, []);
});

test("what the model wrote itself comes with its margin", async () => {
  const { page, heard } = await open("docstring");
  await page.locator("#output .s-target").first().click();
  const details = await page.textContent("#details");
  assert.match(details, /sourcewritten/);
  assert.match(details, /margin\d+\.\d\d logits/);
  assert.match(details, /The model itself wrote/);
  assert.match(details, /of \d+ right, evidence/);
  assert.deepEqual(heard, []);
});

test("a bar shows its forward and marks its tokens", async () => {
  const { page, heard } = await open("docstring");
  await page.focus("#bars > g");
  await page.keyboard.press("ArrowRight");
  assert.match(await page.textContent("#details"), /^Forward 2 of/);
  const marked = await page.locator("#output .same").count();
  assert.ok(marked > 0);
  await page.keyboard.press("ArrowLeft");
  assert.notEqual(await page.locator("#output .same").count(), marked);
  assert.match(await page.getAttribute("#bars > g", "aria-label"), /^forward 1: \d+ proposed, \d+ accepted/);
  assert.deepEqual(heard, []);
});

test("the pointer is enough, and so are buttons and switches", async () => {
  const { page, heard } = await open("docstring");
  await page.hover("#output .t >> nth=4");
  assert.match(await page.textContent("#details"), /token5 of/);
  const button = page.locator('[data-source="selection"]');
  await button.click();
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  const opacity = (selector) => page.$eval(selector, (element) => getComputedStyle(element).opacity);
  assert.equal(await opacity("#output .s-selection"), "1");
  assert.equal(await opacity("#output .s-target"), "0.3");
  await button.click();
  assert.equal(await opacity("#output .s-target"), "1");
  await page.check('[data-marks="marks"]');
  const mark = await page.$eval("#output .first", (element) => getComputedStyle(element, "::before").content);
  assert.equal(mark, '"1"');
  assert.deepEqual(heard, []);
});

test("it is readable in light and in dark", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const { page, heard } = await open("docstring", { colorScheme });
    const ratios = await page.evaluate(() => {
      const channel = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
      const light = (colour) => {
        const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
        return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
      };
      return [...document.querySelectorAll("#output .t")].map((element) => {
        const style = getComputedStyle(element);
        const [low, high] = [light(style.color), light(style.backgroundColor)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
      });
    });
    assert.ok(Math.min(...ratios) >= 4.5, `${colorScheme}: contrast ${Math.min(...ratios).toFixed(1)}`);
    const paper = await page.$eval("body", (element) => getComputedStyle(element).backgroundColor);
    assert.equal(paper === "rgb(255, 255, 255)", colorScheme === "light");
    await page.screenshot({ path: path.join(folder, `${colorScheme}.png`), fullPage: true });
    assert.deepEqual(heard, []);
  }
});

test("code and instruction are text and nothing else", async () => {
  const { page, heard } = await open("hostile");
  assert.match(await page.textContent("#output"), /<\/script><script>alert\(1\)<\/script>/);
  assert.match(await page.textContent("h1"), /<img src=x onerror=alert\(2\)> in "this" & that \\x1b\[31m/);
  assert.equal(await page.locator("img").count(), 0);
  const count = await page.locator("#output .t").count();
  await page.focus("#output .t");
  for (let step = 0; step < count; step++) await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("img, #details script").count(), 0);
  await page.evaluate(() => document.querySelectorAll("details").forEach((element) => (element.open = true)));
  assert.match(await page.textContent("#prompt"), /<img src=x onerror=alert\(2\)>/);
  await page.screenshot({ path: path.join(folder, "hostile.png"), fullPage: true });
  assert.deepEqual(heard, []);
});

test("the policy forbids the network and other scripts, even if something asked for them", async () => {
  const { page } = await open("docstring");
  const refused = await page.evaluate(async () => {
    const violated = [];
    document.addEventListener("securitypolicyviolation", (event) => violated.push(event.effectiveDirective));
    await fetch("http://127.0.0.1:9/").catch(() => {});
    const image = document.createElement("img");
    image.src = "http://127.0.0.1:9/x.png";
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.body.append(image, script);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { violated, injected: window.injected === true };
  });
  assert.deepEqual(refused.violated.sort(), ["connect-src", "img-src", "script-src-elem"]);
  assert.equal(refused.injected, false);
});

test("five thousand tokens, on a narrow screen too", async (context) => {
  for (const width of [1280, 480]) {
    const began = performance.now();
    const { page, heard } = await open("long", { viewport: { width, height: 900 } });
    context.diagnostic(`${width} pixels: open after ${Math.round(performance.now() - began)} ms`);
    const count = await page.locator("#output .t").count();
    assert.ok(count > 4500, `${count} tokens`);
    await page.focus("#output .t");
    const walking = performance.now();
    for (let step = 0; step < 20; step++) await page.keyboard.press(step % 2 ? "ArrowDown" : "ArrowRight");
    context.diagnostic(`${width} pixels: ${((performance.now() - walking) / 20).toFixed(1)} ms for a key`);
    assert.ok((await focused(page))[0] > 50);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
    await page.screenshot({ path: path.join(folder, `long-${width}.png`) });
    assert.deepEqual(heard, []);
    await page.close();
  }
});
