// A listener's way through a study.  Usage: page.mjs PAGE ANSWERS_FILE ADDRESS [SCREENSHOTS_FOLDER]
import assert from "node:assert";
import fs from "node:fs";
import { chromium } from "playwright-core";

const [file, saved, address, shots] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const faults = [];
const page = await (await browser.newContext({ viewport: { width: 900, height: 1000 } })).newPage();
page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
page.on("pageerror", (fault) => faults.push(String(fault)));
page.on("request", (request) => assert(/^(file|blob|data):/.test(request.url()), request.url()));
await page.goto(`file://${file}?listener=2`);
await page.addScriptTag({ path: "node_modules/axe-core/axe.min.js" });

const looked = new Set();
async function look(name) {
  if (looked.has(name)) return;
  looked.add(name);
  const { violations } = await page.evaluate(() => axe.run());
  assert.deepEqual(violations.map((each) => `${name}: ${each.id}: ${each.nodes[0].html}`), []);
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}
const go = () => page.click("#go");
await look("consent");
await page.check("[name=consent]");
await go();
for (let i = 0; i < 6; i += 1) {
  assert(await page.isDisabled("#go"));
  await page.click("#play");
  await page.waitForFunction(() => !document.getElementById("go").disabled);
  await page.check("[name=tone][value='1']");
  await look("headphones");
  await go();
}
await look("about");
for (const name of ["lessons", "musician", "hours"]) await page.check(`[name=${name}] >> nth=1`);
await go();
await look("training");
await go();
for (;;) {
  const title = await page.textContent("h1");
  if (title === "Thank you") break;
  if (title === "A short check") {
    await page.click("#play");
    await look("attention");
    await page.check(`[name=count][value='${await page.evaluate(() => steps[at].number)}']`);
  } else {
    await page.check("[name=quadrant][value=Q4]");
    await page.check("[name=familiar][value='0']");
    assert(await page.isDisabled("#go"));
    await page.click("#play");
    await page.focus("#valence");
    await page.keyboard.press("ArrowRight");
    await page.focus("#arousal");
    await page.keyboard.press("ArrowLeft");
    await look(title);
    await page.waitForFunction(() => !document.getElementById("go").disabled, null, { timeout: 30_000 });
    if (await page.evaluate(() => answers.trials.length === 2)) {  // a reload loses nothing that was answered
      await page.reload();
      assert.equal(await page.evaluate(() => answers.trials.length), 2);
      await page.evaluate(() => { document.title = "again"; });
      await page.addScriptTag({ path: "node_modules/axe-core/axe.min.js" });
      await page.check("[name=quadrant][value=Q1]");
      await page.check("[name=familiar][value='0']");
      for (const name of ["valence", "arousal"]) { await page.focus(`#${name}`); await page.keyboard.press("ArrowRight"); }
      await page.click("#play");
      await page.waitForFunction(() => !document.getElementById("go").disabled, null, { timeout: 30_000 });
    }
  }
  await go();
}
await look("finish");
const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
await download.saveAs(saved);
const answers = JSON.parse(fs.readFileSync(saved));
assert.equal(answers.listener, 2);
assert.equal(answers.trials.length, 4);
assert.equal(new Set(answers.trials.map((trial) => trial.piece)).size, 4);
assert.deepEqual(answers.attention.map((each) => each.answered), [3, 2]);
assert.equal(answers.headphones.of, 6);
for (const trial of answers.trials) assert(trial.heard_seconds > 0 && Math.abs(trial.valence) <= 1);
if (shots) {
  for (const [name, how] of [["phone", { viewport: { width: 360, height: 740 } }], ["dark", { colorScheme: "dark", viewport: { width: 900, height: 900 } }]]) {
    const other = await (await browser.newContext(how)).newPage();
    await other.goto(`file://${file}?listener=1`);
    await other.evaluate(() => { at = 5; show(); });
    await other.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  }
}
// From disk nothing can be sent: the page says so.
await page.waitForFunction(() => document.getElementById("sent").textContent.startsWith("Sending failed"));
assert.deepEqual(faults.filter((fault) => !/page\/answers|ERR_FAILED/.test(fault)), []);
// The same page from the service: a sound plays, and what was answered is sent.
const served = await (await browser.newContext()).newPage();
await served.goto(`${address}?listener=2`);
await served.evaluate(() => new Promise((plays, fails) => {
  const sound = new Audio(`sounds/${design.training[0]}.mp3`);
  sound.oncanplaythrough = plays;
  sound.onerror = fails;
}));
await served.evaluate((own) => { answers = own; at = steps.length - 1; show(); }, answers);
await served.waitForFunction(() => document.getElementById("sent").textContent.includes("have arrived"));
await browser.close();
console.log("study: a listener came from consent to saved answers");
