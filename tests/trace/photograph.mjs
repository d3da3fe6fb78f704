// Photographs a trace's page, one of the model's own tokens chosen. usage: node photograph.mjs PAGE PICTURE
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(path.resolve("editors/vscode/package.json"));
const { chromium } = require("playwright-core");
const [source, picture] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1000, height: 1400 } });
await page.goto(pathToFileURL(path.resolve(source)).href);
await page.check('[data-marks="marks"]');
await page.locator("#output .s-target").first().click();
await page.screenshot({ path: picture });
await browser.close();
