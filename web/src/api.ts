// The service's interface (docs/reference/http.md), as far as the page needs it.

export interface Passage {
  text: string;
  start_byte: number;
  end_byte: number;
  valence: number;
  arousal: number;
  quadrant: string;
  heading?: string;
}
export interface Reading {
  title: string;
  passages: Passage[];
  mean: { valence: number; arousal: number; quadrant: string };
  parts: { kind: string; heading: string; start_byte: number }[];
  notes: string[];
}
export interface BarNote {
  start_seconds: number;
  length_seconds: number;
  pitch: number;
  velocity: number;
  track: string;
}
export interface Bar {
  bar: number;
  start_seconds: number;
  length_seconds: number;
  notes: BarNote[];
}
export interface Job {
  id: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  title: string;
  created: string;
  summary: { key: string; tempo_bpm: number; bars: number; length_seconds: number; seed: number } | null;
  error: { message: string } | null;
  files: Record<string, string>;
}
export interface PlanBar {
  metre: string;
  key: string;
  tempo_bpm: number;
  valence: number;
  arousal: number;
  chords?: { position: number; chord: string }[];
}
export interface PlanSection {
  title: string;
  start_byte: number;
  end_byte: number;
  palette?: string;
  bars: PlanBar[];
}
export interface Plan {
  key: string;
  sections: PlanSection[];
  cues?: unknown[];
}
export interface Story {
  text?: string;
  base64?: string;
  format: string;
}
export interface Progress {
  stage: string;
  done: number;
  total: number;
}

// What the service refused: one line for people.
export class Refusal extends Error {}
export class NoAnswer extends Refusal {}

export const isAbort = (fault: unknown) => fault instanceof DOMException && fault.name === "AbortError";
export const messageOf = (fault: unknown) => (fault instanceof Error ? fault.message : String(fault));

let token = sessionStorage.getItem("token") ?? "";
let askForToken: () => Promise<string> = async () => "";
export function onTokenNeeded(ask: () => Promise<string>) {
  askForToken = ask;
}

async function request(path: string, how: RequestInit = {}): Promise<Response> {
  const headers = new Headers(how.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  let answer: Response;
  try {
    answer = await fetch(path, { ...how, headers });
  } catch (fault) {
    if (how.signal?.aborted) throw fault;
    throw new NoAnswer("The service does not answer. Is story2midi serve still running?");
  }
  if (answer.status === 401) {
    token = await askForToken();
    sessionStorage.setItem("token", token);
    return request(path, how);
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => null);
  throw new Refusal(problem?.error?.message ?? `The service answered ${answer.status}.`);
}

async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const answer = await request(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  return answer.json();
}

export const read = (story: Story, signal: AbortSignal) => post<Reading>("/api/v1/read", { story }, signal);
export const planOf = (body: unknown, signal: AbortSignal) => post<Plan>("/api/v1/plan", body, signal);
export const addJob = (body: unknown) => post<Job>("/api/v1/jobs", body);
export const cancelJob = (id: string) => request(`/api/v1/jobs/${id}/cancel`, { method: "POST" });
export const deleteJob = (id: string) => request(`/api/v1/jobs/${id}`, { method: "DELETE" });
export const jobs = async (): Promise<Job[]> => (await (await request("/api/v1/jobs?limit=20")).json()).jobs;
export const job = async (id: string): Promise<Job> => (await request(`/api/v1/jobs/${id}`)).json();
export const health = () => request("/api/v1/health");
export const requestOf = async (id: string) => (await request(`/api/v1/jobs/${id}/request`)).json();
export const bytesOf = async (path: string) => (await request(path)).arrayBuffer();
export const textOf = async (path: string) => (await request(path)).text();
export const blobOf = async (path: string) => (await request(path)).blob();

export interface Listener {
  progress(progress: Progress): void;
  bar(bar: Bar): void;
  end(job: Job): void;
}

// Follows a job to its end. A stream that breaks is taken up where it broke. fetch() rather than EventSource, which cannot
// show a token.
export async function follow(id: string, listener: Listener, signal: AbortSignal): Promise<void> {
  let last = "";
  for (let tries = 0; tries < 20; ++tries) {
    const answer = await request(`/api/v1/jobs/${id}/events`, { headers: last ? { "Last-Event-ID": last } : {}, signal });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }));
      if (done || value === undefined) break;
      const events = (rest + value).split("\n\n");
      rest = events.pop()!;
      for (const event of events) {
        const field = (name: string) => event.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1] ?? "";
        last = field("id") || last;
        const data = field("data");
        if (!data) continue;
        const name = field("event");
        if (name === "progress") listener.progress(JSON.parse(data));
        if (name === "bar") listener.bar(JSON.parse(data));
        if (name === "end") return listener.end(JSON.parse(data));
      }
    }
    if (signal.aborted) return;
    await new Promise((resume) => setTimeout(resume, 1000));
  }
  throw new Refusal("The service does not answer any more.");
}
