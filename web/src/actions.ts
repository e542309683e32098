// What the reader's deeds do: read, plan, compose, change, open again.
import { signal } from "@preact/signals";
import * as api from "./api";
import { pause, warmUp } from "./player";
import * as state from "./state";

const formats: Record<string, string> = {
  md: "markdown", html: "html", htm: "html", srt: "srt", vtt: "vtt", fountain: "fountain", epub: "epub",
};
const largestFile = 6_000_000;
const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function showFault(fault: unknown) {
  if (api.isAbort(fault)) return;
  if (fault instanceof api.NoAnswer) return goOffline();
  state.fault.value = api.messageOf(fault);
}

// Asks until the service is back, and then reads again what was written meanwhile.
function goOffline() {
  if (state.offline.value) return;
  state.offline.value = true;
  const timer = setInterval(async () => {
    if (!(await api.health().then(() => true, () => false))) return;
    clearInterval(timer);
    state.offline.value = false;
    readStory();
    showHistory();
  }, 3000);
}

// ---- The story and its plan.

const story = () => ({ text: state.text.value, format: state.format.value });
let reading = new AbortController();
let planning = new AbortController();
let typing = 0;

export function write(words: string) {
  state.text.value = words;
  state.feelings.value = new Map();
  state.edits.value = new Map();
  state.locks.value = new Set();
  clearTimeout(typing);
  typing = window.setTimeout(readStory, 300);
}

export async function readStory(keepsPlan = false) {
  clearTimeout(typing);
  reading.abort();
  reading = new AbortController();
  state.storyFault.value = "";
  if (!state.text.value.trim()) {
    state.reading.value = null;
    state.basePlan.value = null;
    state.storyNote.value = "";
    return;
  }
  try {
    state.storyNote.value = "Reading …";
    const source = state.text.value;
    const found = await api.read(story(), reading.signal);
    state.reading.value = { ...found, source };
    const words = state.text.value.trim().split(/\s+/).length;
    state.storyNote.value = [`${plural(words, "word")}, ${plural(found.passages.length, "sentence")}`, ...found.notes].join(". ");
    if (!keepsPlan) await replan();
  } catch (fault) {
    state.storyNote.value = "";
    if (fault instanceof api.NoAnswer) goOffline();
    else if (!api.isAbort(fault)) state.storyFault.value = api.messageOf(fault);
  }
}

function options() {
  const { palette, bars, key, tempo } = state.wishes.value;
  return { palette, ...(bars && { bars: Number(bars) }), ...(key && { key }), ...(tempo && { tempo_bpm: Number(tempo) }) };
}

export async function replan() {
  if (!state.isRead.value) return;
  planning.abort();
  planning = new AbortController();
  const feelings = [...state.feelings.value].map(([passage, feeling]) => ({ passage, ...feeling }));
  try {
    const plan = await api.planOf({ story: story(), options: options(), feelings }, planning.signal);
    if (plan.sections.length !== state.basePlan.value?.sections.length) {
      state.edits.value = new Map();
      state.locks.value = new Set();
      state.section.value = -1;
    }
    state.basePlan.value = plan;
    state.fault.value = "";
  } catch (fault) {
    showFault(fault);
  }
}

export function wish(change: Partial<state.Wishes>) {
  state.wishes.value = { ...state.wishes.value, ...change };
  if (!("seed" in change)) replan();
}

export async function takeFile(file: File) {
  state.format.value = formats[file.name.split(".").pop()!.toLowerCase()] ?? "text";
  try {
    if (file.size > largestFile) throw new api.Refusal("This file is too large: at most 6 MB.");
    if (state.format.value !== "epub") return write(await file.text());
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = "";
    for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
    state.storyNote.value = "Reading the book …";
    const book = await api.read({ base64: btoa(binary), format: "epub" }, new AbortController().signal);
    state.format.value = "text";
    write(book.passages.map((p) => (p.heading ? "\n" : "") + p.text).join("\n"));
  } catch (fault) {
    state.storyNote.value = "";
    if (fault instanceof api.NoAnswer) goOffline();
    else state.storyFault.value = api.messageOf(fault);
  }
}

// ---- The music.

let following = new AbortController();

async function watch(id: string, plan: api.Plan | null, note = "", isChange = false) {
  following.abort();
  following = new AbortController();
  pause();
  const old = state.shownTake.value?.job?.state === "done" && note ? [state.shownTake.value] : [];
  const mine: state.Take = { id, text: state.text.value, job: null, bars: [], total: 0, plan, note };
  const update = (change: Partial<state.Take>) => {
    Object.assign(mine, change);
    state.takes.value = [...old, { ...mine }];
  };
  update({});
  state.shown.value = old.length;
  state.fault.value = "";
  state.composing.value = { id, words: "Waiting for its turn …" };
  const stages: Record<string, string> = { queued: "Waiting for its turn …", reading: "Reading …", writing: "Writing the files …" };
  try {
    await api.follow(
      id,
      {
        progress({ stage, done, total }) {
          if (total) mine.total = total;
          const words = stages[stage] ?? (total ? `Composing, ${Math.min(done, total)} of ${total} bars` : "Composing …");
          state.composing.value = { id, words };
        },
        bar: (bar) => update({ bars: [...mine.bars, bar] }),
        end: (job) => void (mine.job = job),
      },
      following.signal,
    );
  } catch (fault) {
    showFault(fault);
  }
  if (following.signal.aborted) return;
  state.composing.value = null;
  if (mine.job?.state === "done") {
    // While they were written, their times still changed.
    const lines = (await api.textOf(mine.job.files.bars)).trim().split("\n");
    update({ bars: lines.map((line) => JSON.parse(line)) });
    // A change may bring other chords.
    if (!mine.plan || isChange) update({ plan: JSON.parse(await api.textOf(mine.job.files.json)).plan });
    if (isChange) state.usePlan(mine.plan!);
    state.time.value = 0;
    update({});
    state.announcement.value = `The music is ready: ${mine.job.summary!.bars} bars.`;
  } else if (mine.job) {
    state.takes.value = old;
    state.shown.value = 0;
    if (mine.job.state === "failed") state.fault.value = mine.job.error?.message ?? "It failed.";
  }
  showHistory();
}

async function ask(body: Record<string, unknown>, note: string) {
  if (state.composing.value) return;
  warmUp();
  const plan = state.plan.value;
  state.composing.value = { id: "", words: "Asking for it …" };
  try {
    const { id } = await api.addJob(body);
    await watch(id, plan, note, !!body.change);
  } catch (fault) {
    showFault(fault);
  }
  state.composing.value = null;
}

const nextSeed = () => (state.take.value?.job?.summary?.seed ?? 0) + 1;
const change = (only: string[], lock: string[], note: string) =>
  ask(
    { story: story(), change: { job: state.take.value!.id, only, ...(lock.length && { lock }) }, compose: { seed: nextSeed() } },
    note,
  );

// What the button of the page does next.
export function nextDeed(): { words: string; isChange: boolean } {
  const take = state.shownTake.value;
  if (take?.job?.state !== "done") return { words: "Compose", isChange: false };
  if (state.isChanged.value) return { words: "Compose again", isChange: false };
  return { words: "Another take", isChange: state.locks.value.size > 0 };
}

export async function compose() {
  if (!state.text.value.trim()) return document.getElementById("text")!.focus();
  if (!state.isRead.value || !state.plan.value) await readStory();
  const plan = state.plan.value;
  if (!plan) return;
  const { words, isChange } = nextDeed();
  if (isChange) {
    const free = plan.sections.map((_, i) => i).filter((i) => !state.locks.value.has(i));
    if (!free.length) return void (state.fault.value = "Every section is locked: unlock what shall be written anew.");
    return change(free.map((i) => `section:${i + 1}`), [], "unlocked sections written anew");
  }
  if (words === "Another take") state.wishes.value = { ...state.wishes.value, seed: String(nextSeed()) };
  return ask({ story: story(), plan, compose: { seed: Number(state.wishes.value.seed || 1) } }, words === "Compose" ? "" : "composed anew");
}

export function rewriteSection(index: number, part: string, lock: string[]) {
  const only = [`section:${index + 1}`, ...(part ? [`part:${part}`] : [])];
  return change(only, lock, `section ${index + 1} written anew`);
}

export const cancel = () => api.cancelJob(state.composing.value!.id).catch(showFault);

export async function download(job: api.Job, name: string) {
  try {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await api.blobOf(job.files[name]));
    const title = job.title.replace(/[^\p{L}\p{N}]+/gu, " ").trim().slice(0, 40) || "story";
    link.download = `${title}.${name === "midi" ? "mid" : name}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (fault) {
    showFault(fault);
  }
}

// ---- Earlier pieces.

export const history = signal<api.Job[] | null>(null);

export async function showHistory() {
  try {
    history.value = await api.jobs();
  } catch (fault) {
    showFault(fault);
  }
}
export const forget = (id: string) => api.deleteJob(id).then(showHistory, showFault);

export async function openAgain(job: api.Job) {
  try {
    const asked = await api.requestOf(job.id);
    pause();
    state.takes.value = [];
    state.edits.value = new Map();
    state.locks.value = new Set();
    state.feelings.value = new Map();
    state.section.value = -1;
    state.text.value = asked.story?.text ?? "";
    state.format.value = asked.story?.format ?? "text";
    const plan = job.files.json ? JSON.parse(await api.textOf(job.files.json)).plan : null;
    state.basePlan.value = plan;
    state.wishes.value = {
      bars: "", key: "", tempo: "",
      palette: plan?.sections[0].palette || "piano",
      seed: String(job.summary?.seed ?? asked.compose?.seed ?? 1),
    };
    readStory(!!plan);
    await watch(job.id, plan);
  } catch (fault) {
    showFault(fault);
  }
}
