// Every tool under two independent clients.  Usage: clients.mjs PROGRAM OUTPUT_FOLDER
import assert from "node:assert";
import fs from "node:fs";
import path from "node:path";
import { spawn } from "node:child_process";
import * as handshake from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as HandshakeTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as perRequest from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const [program, folder] = process.argv.slice(2);
const story = { text: "The last ship had gone. Then a small light answered hers, and all the bells began to ring.", title: "Light" };
const start = { command: program, args: ["mcp", "--output", folder] };
const faults = [];

// The clients check each structuredContent against the tool's outputSchema.
async function useEveryTool(client, name) {
  client.onerror = (fault) => faults.push(String(fault));
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((tool) => tool.name), ["read", "plan", "compose", "change", "judge", "explain"]);
  const call = (tool, args) => client.callTool({ name: tool, arguments: args });
  const read = (await call("read", { story })).structuredContent;
  assert.equal(read.passages.length, 2);
  const plan = (await call("plan", { story, options: { bars: 8, key: "D minor" } })).structuredContent;
  assert.equal(plan.key, "D minor");
  const why = await call("explain", { story, plan });
  assert.match(why.content[0].text, /D minor/);
  const composed = await call("compose", { story, plan, compose: { seed: 7 } });
  const midi = composed.content.find((block) => block.type === "resource").resource;
  assert.equal(midi.mimeType, "audio/midi");
  const written = await call("compose", { story, plan, compose: { seed: 7 }, file: `${name}.mid` });
  assert.equal(written.structuredContent.file, path.join(folder, `${name}.mid`));
  assert(fs.readFileSync(written.structuredContent.file).equals(Buffer.from(midi.blob, "base64")));
  const changed = await call("change", { piece: composed.structuredContent.piece, only: ["bars:5-8"] });
  assert.equal(changed.structuredContent.seed, 8);
  const felt = await call("plan", { story, feelings: [{ passage: 0, valence: 1, arousal: 1 }] });
  assert(felt.structuredContent.sections.length > 0);
  const judged = await call("judge", { midi: midi.blob });
  assert.match(judged.structuredContent.quadrant, /^Q[1-4]$/);
  const again = await call("compose", { story, plan, file: `${name}.mid` });
  assert.equal(again.isError, true);
  assert.equal((await call("judge", { midi: "no" })).isError, true);
  await assert.rejects(call("erase", {}), /Unknown tool|not found/i);
  return midi.blob;
}

async function cancelled(client, options) {
  const stop = new AbortController();
  const shares = [];
  const long = client.callTool({ name: "compose", arguments: { story, options: { bars: 300 }, compose: { drafts: 64 } } },
    ...options({ signal: stop.signal, onprogress: ({ progress }) => { shares.push(progress); if (shares.length > 3) stop.abort(); } }));
  await assert.rejects(long);
  assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
  const asked = Date.now();
  await client.callTool({ name: "read", arguments: { story } });
  assert(Date.now() - asked < 10_000);
}

const old = new handshake.Client({ name: "test", version: "1" });
await old.connect(new HandshakeTransport({ ...start, stderr: "inherit" }));
assert.equal(old.getServerVersion().name, "story2midi");
const first = await useEveryTool(old, "handshake");
await cancelled(old, (how) => [undefined, how]);
await old.close();

const now = new perRequest.Client({ name: "test", version: "1" }, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
await now.connect(new StdioClientTransport({ ...start, stderr: "inherit" }));
assert.equal(await useEveryTool(now, "per_request"), first);
await cancelled(now, (how) => [how]);
await now.close();

// A client that closes standard input in mid-call: the program ends with 0, soon.
const child = spawn(program, start.args, { stdio: ["pipe", "pipe", "inherit"] });
const lines = [];
child.stdout.on("data", (data) => lines.push(String(data)));
child.stdin.write(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "compose",
  _meta: { progressToken: 1 }, arguments: { story, options: { bars: 300 }, compose: { drafts: 64 } } } }) + "\n");
await new Promise((resolve) => child.stdout.once("data", resolve));
const closed = Date.now();
child.stdin.end();
const code = await new Promise((resolve) => child.on("close", resolve));
assert.equal(code, 0);
assert(Date.now() - closed < 10_000);
for (const line of lines.join("").trim().split("\n")) assert.equal(JSON.parse(line).jsonrpc, "2.0");
assert.deepEqual(faults, []);
console.log("mcp: both clients read, planned, composed, changed, judged, explained and cancelled");
