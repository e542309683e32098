// From an example story to its sound and its MIDI file, by the keyboard. Usage: page.mjs ADDRESS MIDI_FILE STORY_FILE
import fs from "node:fs";
import assert from "node:assert";
import { chromium } from "playwright-core";

const [address, midi, story] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const faults = [];
const open = async (how = {}) => {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...how })).newPage();
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (fault) => faults.push(String(fault)));
  page.on("request", (request) => /^(blob|data):/.test(request.url()) || assert(request.url().startsWith(address)));
  await page.goto(address);
  return page;
};

const page = await open();
await page.focus("#sample");
await page.keyboard.press("Enter");
await page.waitForSelector("#plane circle");
assert.equal(await page.locator("mark").count(), await page.locator("#plane circle").count());
fs.writeFileSync(story, await page.inputValue("#text"));
await page.selectOption("#bars", "8");
await page.fill("#seed", "7");
await page.keyboard.press("Control+Enter");
await page.waitForSelector("#result:not([hidden])", { timeout: 60_000 });
const [download] = await Promise.all([page.waitForEvent("download"), page.click("#downloads button >> nth=0")]);
await download.saveAs(midi);
await page.click("#listen");
const plays = () => document.querySelector("audio").currentTime > 0.5;
await page.waitForFunction(plays, null, { timeout: 60_000 });

// axe-core is a foreign script, which the page's own policy forbids.
for (const colorScheme of ["light", "dark"]) {
  const seen = await open({ bypassCSP: true, colorScheme });
  await seen.click("#history .row");
  await seen.waitForSelector("#result:not([hidden])");
  await seen.addScriptTag({ path: "node_modules/axe-core/axe.min.js" });
  const { violations } = await seen.evaluate(() => axe.run());
  assert.deepEqual(violations.map((each) => `${each.impact}: ${each.id}: ${each.nodes[0].html}`), []);
}
assert.deepEqual(faults, []);
await browser.close();
