// The plan of a piece (docs/reference/json.md#plan), and what a reader changes in a section of it.
import type { Plan, PlanBar, PlanSection } from "./api";

export interface SectionEdit {
  key?: string;
  tempo?: number;
  palette?: string;
  bars?: number;
  chords?: string; // "C | Am F | G"
}

const naturals: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const names = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];
export const keys = ["major", "minor"].flatMap((mode) => names.map((name) => `${name} ${mode}`));

const pitchOf = (name: string) =>
  [...name.slice(1)].reduce((pitch, sign) => pitch + (sign === "#" ? 1 : -1), naturals[name[0]]);
const higher = (name: string, by: number) => names[(((pitchOf(name) + by) % 12) + 12) % 12];
const moved = (chord: string, by: number) => chord.replace(/[A-G](#|b)*(?![a-z])/g, (root) => higher(root, by));

const quarters = (bar: PlanBar) => {
  const [beats, unit] = bar.metre.split("/").map(Number);
  return (4 * beats) / unit;
};
export const secondsOf = (bar: PlanBar) => (60 * quarters(bar)) / bar.tempo_bpm;
export const sectionSeconds = (section: PlanSection) => section.bars.reduce((sum, bar) => sum + secondsOf(bar), 0);
export const meanTempo = (section: PlanSection) =>
  (60 * section.bars.reduce((sum, bar) => sum + quarters(bar), 0)) / sectionSeconds(section);
export const feelingOf = (section: PlanSection) => {
  const mean = (name: "valence" | "arousal") =>
    section.bars.reduce((sum, bar) => sum + bar[name], 0) / section.bars.length;
  return { valence: mean("valence"), arousal: mean("arousal") };
};

// In a key of the same mode the chords move along; in the other mode the composer finds them.
function inKey(bar: PlanBar, from: string, to: string): PlanBar {
  const [oldTonic, oldMode] = from.split(" ");
  const [newTonic, newMode] = to.split(" ");
  if (oldMode !== newMode) {
    const { chords: _, ...rest } = bar;
    return { ...rest, key: to };
  }
  const by = pitchOf(newTonic) - pitchOf(oldTonic);
  const [tonic, mode] = bar.key.split(" ");
  return {
    ...bar,
    key: `${higher(tonic, by)} ${mode}`,
    ...(bar.chords && { chords: bar.chords.map((each) => ({ ...each, chord: moved(each.chord, by) })) }),
  };
}

export const chordsText = (section: PlanSection) =>
  section.bars.map((bar) => bar.chords?.map((each) => each.chord).join(" ") ?? "").join(" | ");

// The message of what cannot be read, or nothing.
export function chordFault(words: string): string {
  const wrong = words.split(/[\s|]+/).find((word) => word && !/^[A-G](#|b)?(m|dim|aug|7|maj7|m7|m7b5|dim7|sus4|sus2)?(\/[A-G](#|b)?)?$/.test(word));
  return wrong ? `“${wrong}” is no chord: write C, Am, F#m7, G7, Bb/D and | between bars` : "";
}

function withChords(bars: PlanBar[], words: string): PlanBar[] {
  const each = words.split("|").map((bar) => bar.trim().split(/\s+/).filter(Boolean));
  return bars.map((bar, i) => {
    const { chords: _, ...rest } = bar;
    const wanted = each[i] ?? [];
    if (!wanted.length) return rest;
    const length = 12 * quarters(bar);
    return { ...rest, chords: wanted.map((chord, n) => ({ position: Math.round((n * length) / wanted.length / 12) * 12, chord })) };
  });
}

// Whole rounds of the section's bars; the last bar stays the last.
const ofLength = (bars: PlanBar[], count: number) =>
  Array.from({ length: count }, (_, i) => (i === count - 1 ? bars[bars.length - 1] : bars[i % bars.length]));

function edited(section: PlanSection, edit: SectionEdit): PlanSection {
  let bars = section.bars;
  const count = Math.min(128, Math.max(1, Math.round(edit.bars ?? bars.length)));
  if (count !== bars.length) bars = ofLength(bars, count);
  if (edit.key) {
    const from = bars[0].key;
    bars = bars.map((bar) => inKey(bar, from, edit.key!));
  }
  if (edit.tempo) {
    const ratio = Math.min(300, Math.max(20, edit.tempo)) / meanTempo({ ...section, bars });
    bars = bars.map((bar) => ({ ...bar, tempo_bpm: Math.min(300, Math.max(20, bar.tempo_bpm * ratio)) }));
  }
  if (edit.chords !== undefined && !chordFault(edit.chords)) bars = withChords(bars, edit.chords);
  return { ...section, bars, ...(edit.palette && { palette: edit.palette }) };
}

export function withEdits(plan: Plan, edits: Map<number, SectionEdit>): Plan {
  if (!edits.size) return plan;
  const sections = plan.sections.map((section, i) => (edits.has(i) ? edited(section, edits.get(i)!) : section));
  // Times to keep do not outlast another length.
  const { cues: _, ...rest } = plan;
  const isLonger = [...edits.values()].some((edit) => edit.bars);
  return { ...(isLonger ? rest : plan), sections };
}

// Where the sections begin, in seconds, and at last where they end: by the bars that are there, else as planned.
export function sectionTimes(plan: Plan, bars: { start_seconds: number; length_seconds: number }[]): number[] {
  const times = [0];
  let number = 0;
  for (const section of plan.sections) {
    number += section.bars.length;
    const last = bars[number - 1];
    times.push(last ? last.start_seconds + last.length_seconds : times.at(-1)! + sectionSeconds(section));
  }
  return times;
}

// A byte of the story at a share of the piece, and the reverse.
export function byteAt(plan: Plan, times: number[], seconds: number): number {
  let i = times.findIndex((time) => time > seconds) - 1;
  if (i < 0) i = plan.sections.length - 1;
  const { start_byte, end_byte } = plan.sections[i];
  const share = Math.min(1, (seconds - times[i]) / (times[i + 1] - times[i]));
  return start_byte + share * (end_byte - start_byte);
}
export function secondsAt(plan: Plan, times: number[], byte: number): number {
  const found = plan.sections.findIndex((each) => byte < each.end_byte);
  const i = found < 0 ? plan.sections.length - 1 : found;
  const { start_byte, end_byte } = plan.sections[i];
  const share = Math.min(1, Math.max(0, (byte - start_byte) / Math.max(1, end_byte - start_byte)));
  return times[i] + share * (times[i + 1] - times[i]);
}
