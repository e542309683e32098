// The page: a story, its feeling, its music.
import * as api from "./api";
import { drawArc, drawPlane } from "./charts";
import { colourOf } from "./colour";
import { Roll } from "./roll";
import "./page.css";

const at = <T extends Element>(id: string) => document.getElementById(id) as unknown as T;
const text = at<HTMLTextAreaElement>("text");
const colours = at<HTMLElement>("colours");
const told = at<HTMLElement>("told");
const state = at<HTMLElement>("state");
const audio = at<HTMLAudioElement>("audio");
const listen = at<HTMLButtonElement>("listen");
const compose = at<HTMLButtonElement>("compose");
const cancel = at<HTMLButtonElement>("cancel");
const roll = new Roll(at<HTMLCanvasElement>("roll"));

const example =
  "The last ship had gone, and the harbour lay silent in the rain. She waited until the lamps went out. " +
  "Nobody came, and the cold crept up from the water.\n\n" +
  "Then, far over the sea, a small light answered hers. She shouted and ran along the pier, laughing, " +
  "and all the bells of the town began to ring for joy.";
const formats: Record<string, string> = {
  md: "markdown", html: "html", htm: "html", srt: "srt", vtt: "vtt", fountain: "fountain", epub: "epub",
};

let format = "text";
let reading = new AbortController();
let following = new AbortController();
let current = "";
let soundOf = "";

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function tell(place: HTMLElement, words: string, isFault = false) {
  place.textContent = words;
  place.classList.toggle("fault", isFault);
}

function tellFault(place: HTMLElement, fault: unknown) {
  if (fault instanceof DOMException && fault.name === "AbortError") return;
  tell(place, fault instanceof Error ? fault.message : String(fault), true);
}

// ---- The story and its feeling.

// Passages are byte ranges of the text; spans behind the letters show their colours.
function colourText(passages: api.Passage[]) {
  const bytes = new TextEncoder().encode(text.value);
  const decoder = new TextDecoder();
  const parts: Node[] = [];
  let done = 0;
  for (const p of passages) {
    parts.push(document.createTextNode(decoder.decode(bytes.subarray(done, p.start_byte))));
    const mark = document.createElement("mark");
    mark.style.setProperty("--feeling", colourOf(p.valence, p.arousal));
    mark.textContent = decoder.decode(bytes.subarray(p.start_byte, p.end_byte));
    parts.push(mark);
    done = p.end_byte;
  }
  parts.push(document.createTextNode(decoder.decode(bytes.subarray(done)) + "\n"));
  colours.replaceChildren(...parts);
  colours.scrollTop = text.scrollTop;
}

function show(passages: api.Passage[]) {
  colourText(passages);
  drawPlane(at("plane"), passages);
  drawArc(at("arc"), passages);
}

async function readStory() {
  reading.abort();
  reading = new AbortController();
  compose.disabled = !text.value.trim();
  if (!text.value.trim()) {
    show([]);
    return tell(told, "Your words go to this service alone.");
  }
  try {
    const found = await api.read({ text: text.value, format }, reading.signal);
    show(found.passages);
    tell(told, `${plural(found.passages.length, "sentence")} read. ${found.notes.join(". ")}`);
  } catch (fault) {
    tellFault(told, fault);
  }
}

let typing = 0;
function changed() {
  colours.textContent = text.value + "\n"; // old colours would stand behind other words
  clearTimeout(typing);
  typing = window.setTimeout(readStory, 300);
}

async function take(file: File) {
  format = formats[file.name.split(".").pop()!.toLowerCase()] ?? "text";
  try {
    if (file.size > 6_000_000) throw new api.Refusal("This file is too large: at most 6 MB.");
    if (format !== "epub") {
      text.value = await file.text();
    } else {
      const bytes = new Uint8Array(await file.arrayBuffer());
      let binary = "";
      for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
      tell(told, "Reading the book …");
      const book = await api.read({ base64: btoa(binary), format }, new AbortController().signal);
      text.value = book.passages.map((p) => (p.heading ? "\n" : "") + p.text).join("\n");
      format = "text";
    }
    await readStory();
  } catch (fault) {
    tellFault(told, fault);
  }
}

text.addEventListener("input", changed);
text.addEventListener("scroll", () => (colours.scrollTop = text.scrollTop));
at<HTMLButtonElement>("sample").addEventListener("click", () => {
  text.value = example;
  format = "text";
  readStory();
});
const file = at<HTMLInputElement>("file");
at<HTMLButtonElement>("open").addEventListener("click", () => file.click());
file.addEventListener("change", () => file.files?.[0] && take(file.files[0]));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const dropped = event.dataTransfer?.files[0];
  if (dropped) take(dropped);
});

// ---- The music.

function wishes() {
  const value = (id: string) => at<HTMLInputElement>(id).value.trim();
  const options: Record<string, unknown> = { palette: value("palette") };
  if (value("bars")) options.bars = Number(value("bars"));
  if (value("key")) options.key = value("key");
  if (value("tempo")) options.tempo_bpm = Number(value("tempo"));
  return { story: { text: text.value, format }, options, compose: { seed: Number(value("seed") || 1) } };
}

function showResult(job: api.Job) {
  const { summary } = job;
  if (job.state === "done" && summary) {
    const seconds = Math.round(summary.length_seconds);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    tell(state, `${job.title}: ${summary.key}, ${Math.round(summary.tempo_bpm)} bpm, ${summary.bars} bars, ${time}`);
    at<HTMLElement>("result").hidden = false;
    const names: Record<string, string> = {
      midi: "MIDI", musicxml: "MusicXML", mp3: "MP3", flac: "FLAC", wav: "WAV", svg: "Picture", json: "JSON",
    };
    at<HTMLElement>("downloads").replaceChildren(
      ...Object.entries(names).map(([name, label]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "quiet";
        button.textContent = label;
        button.addEventListener("click", () => download(job, name, button));
        return button;
      }),
    );
  } else if (job.state === "failed") {
    tell(state, job.error?.message ?? "It failed.", true);
  } else {
    tell(state, "Stopped.");
  }
}

async function download(job: api.Job, name: string, button: HTMLButtonElement) {
  button.disabled = true;
  try {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await api.blobOf(job.files[name]));
    const title = job.title.replace(/[^\p{L}\p{N}]+/gu, " ").trim().slice(0, 40) || "story";
    link.download = `${title}.${name === "midi" ? "mid" : name}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (fault) {
    tellFault(state, fault);
  } finally {
    button.disabled = false;
  }
}

function begin(id: string) {
  following.abort();
  following = new AbortController();
  current = id;
  audio.pause();
  audio.hidden = true;
  listen.hidden = false;
  soundOf = "";
  roll.clear();
  at<HTMLElement>("stage").hidden = false;
  at<HTMLElement>("result").hidden = true;
}

async function watch(id: string) {
  begin(id);
  cancel.hidden = false;
  const stages: Record<string, string> = {
    queued: "Waiting for its turn …", reading: "Reading …", composing: "Composing", writing: "Writing the files …",
  };
  try {
    await api.follow(
      id,
      {
        progress({ stage, done, total }) {
          if (total) roll.expect(total);
          const count = stage === "composing" && total ? `: bar ${done} of ${total}` : "";
          if (stages[stage]) tell(state, stages[stage] + count);
        },
        bar: (bar) => roll.add(bar),
        end: showResult,
      },
      following.signal,
    );
  } catch (fault) {
    tellFault(state, fault);
  }
  if (current === id) cancel.hidden = true;
  showHistory();
}

at<HTMLFormElement>("wishes").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!text.value.trim()) return text.focus();
  compose.disabled = true;
  tell(state, "Composing …");
  try {
    await watch((await api.addJob(wishes())).id);
  } catch (fault) {
    tellFault(state, fault);
  }
  compose.disabled = false;
});
cancel.addEventListener("click", () => api.cancelJob(current).catch((fault) => tellFault(state, fault)));
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at<HTMLFormElement>("wishes").requestSubmit();
});

listen.addEventListener("click", async () => {
  listen.disabled = true;
  listen.textContent = "The players tune …";
  try {
    if (soundOf !== current) {
      audio.src = URL.createObjectURL(await api.blobOf(`/api/v1/jobs/${current}/files/mp3`));
      soundOf = current;
    }
    audio.hidden = false;
    listen.hidden = true;
    await audio.play();
  } catch (fault) {
    tellFault(state, fault);
  }
  listen.disabled = false;
  listen.textContent = "Listen";
});
function follow() {
  roll.moveHead(audio.currentTime);
  if (!audio.paused) requestAnimationFrame(follow);
}
audio.addEventListener("play", follow);
audio.addEventListener("seeked", follow);

// ---- Earlier pieces.

async function openAgain(job: api.Job) {
  try {
    const asked = await api.requestOf(job.id);
    if (asked.story.text) {
      text.value = asked.story.text;
      format = asked.story.format ?? "text";
      readStory();
    }
    at<HTMLInputElement>("seed").value = String(asked.compose?.seed ?? 1);
    at<HTMLSelectElement>("bars").value = String(asked.options?.bars ?? "");
    at<HTMLSelectElement>("palette").value = asked.options?.palette || "piano";
    at<HTMLInputElement>("key").value = asked.options?.key ?? "";
    at<HTMLInputElement>("tempo").value = asked.options?.tempo_bpm ?? "";
    scrollTo({ top: 0 });
    await watch(job.id);
  } catch (fault) {
    tellFault(state, fault);
  }
}

async function showHistory() {
  const list = at<HTMLUListElement>("history");
  let jobs: api.Job[];
  try {
    jobs = await api.jobs();
  } catch (fault) {
    return tellFault(state, fault);
  }
  const rows = jobs.map((job) => {
    const row = document.createElement("li");
    const open = document.createElement("button");
    open.type = "button";
    open.className = "row";
    open.textContent = job.title || "Untitled";
    open.addEventListener("click", () => openAgain(job));
    const when = document.createElement("span");
    when.className = "faint";
    when.textContent = job.state === "done" ? new Date(job.created).toLocaleString() : job.state;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "quiet";
    remove.textContent = "Delete";
    remove.setAttribute("aria-label", `Delete ${job.title || "this piece"}`);
    remove.addEventListener("click", () =>
      api.deleteJob(job.id).then(showHistory, (fault) => tellFault(state, fault)),
    );
    row.append(open, when, remove);
    return row;
  });
  if (!rows.length) {
    const empty = document.createElement("li");
    empty.className = "faint";
    empty.textContent = "What you compose is kept here.";
    rows.push(empty);
  }
  list.replaceChildren(...rows);
}

// ---- The beginning.

function fill(id: string, choices: [string, string][]) {
  at<HTMLSelectElement>(id).replaceChildren(...choices.map(([value, label]) => new Option(label, value)));
}

api.onTokenNeeded(
  () =>
    new Promise((resolve) => {
      const ask = at<HTMLDialogElement>("ask");
      ask.addEventListener("close", () => resolve(at<HTMLInputElement>("token").value), { once: true });
      if (!ask.open) ask.showModal();
    }),
);
fill("bars", [["", "as the story"], ...[8, 16, 32, 64, 128].map((n): [string, string] => [String(n), `${n} bars`])]);
fill("palette", [
  ["piano", "piano"], ["auto", "as it feels"], ["four-hands", "four hands"], ["piano-cello", "piano and cello"],
  ["string-quartet", "string quartet"], ["string-orchestra", "string orchestra"], ["chamber", "chamber group"],
  ["orchestra", "orchestra"], ["guitar", "guitar"], ["music-box", "music box"], ["synth", "synth"],
  ["chiptune", "chiptune"], ["rock-band", "rock band"],
]);
readStory();
showHistory();
