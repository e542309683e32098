// What the page knows, as signals: the story, its feeling, the plan, the takes and the playback.
import { computed, signal } from "@preact/signals";
import type { Bar, Job, Plan, Reading } from "./api";
import { withEdits, type SectionEdit } from "./plan";

export interface Wishes {
  bars: string;
  key: string;
  tempo: string;
  palette: string;
  seed: string;
}
export interface Take {
  id: string;
  text: string; // of which it is the music
  job: Job | null; // none while it is written
  bars: Bar[];
  total: number; // bars that are expected; 0: not known
  plan: Plan | null;
  note: string; // what was written anew
}
export interface Feeling {
  valence: number;
  arousal: number;
}

export const text = signal("");
export const format = signal("text");
// Of the words as they were when they were read: while the reader writes on, the arc stays.
export const reading = signal<(Reading & { source: string }) | null>(null);
export const isRead = computed(() => reading.value?.source === text.value);
export const storyNote = signal("");
export const storyFault = signal("");

// By passage: what the reader dragged them to.
export const feelings = signal<Map<number, Feeling>>(new Map());
export const passages = computed(() =>
  (reading.value?.passages ?? []).map((p, i) => ({ ...p, ...(feelings.value.get(i) ?? {}) })),
);

export const wishes = signal<Wishes>({ bars: "", key: "", tempo: "", palette: "piano", seed: "1" });
export const basePlan = signal<Plan | null>(null);
export const edits = signal<Map<number, SectionEdit>>(new Map());
export const plan = computed(() => (basePlan.value ? withEdits(basePlan.value, edits.value) : null));
export function usePlan(plan: Plan) {
  basePlan.value = plan;
  edits.value = new Map();
}
export const locks = signal<Set<number>>(new Set());
export const section = signal(-1); // that is open; -1: none

export const takes = signal<Take[]>([]); // the latest two, A and B
export const shown = signal(0);
export const take = computed<Take | null>(() => takes.value[shown.value] ?? null);
// The music of the story that stands there: after a change of the words the player alone still has it.
export const shownTake = computed(() => (take.value?.text === text.value ? take.value : null));
export const composing = signal<{ id: string; words: string } | null>(null);
export const fault = signal("");
export const offline = signal(false);

export const isPlaying = signal(false);
export const isTuning = signal(false); // the sound is fetched
export const time = signal(0);
export const parts = signal<{ name: string; channel: number }[]>([]);
export const muted = signal<Set<number>>(new Set());
export const soloed = signal<Set<number>>(new Set());
export const view = signal<"roll" | "score">("roll");
export const announcement = signal(""); // for screen readers

export const lengthOf = (bars: Bar[]) => {
  const last = bars.at(-1);
  return last ? last.start_seconds + last.length_seconds : 0;
};
export const clock = (seconds: number) => {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};
// The plan that the shown music has, else the one to come.
export const shownPlan = computed(() => shownTake.value?.plan ?? plan.value);
export const isChanged = computed(
  () => !!shownTake.value?.plan && !!plan.value && JSON.stringify(shownTake.value.plan) !== JSON.stringify(plan.value),
);
