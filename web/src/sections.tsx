// The sections of the piece: what each is, what of it can be changed, locked and written anew.
import { useState } from "preact/hooks";
import * as actions from "./actions";
import { colourOf } from "./colour";
import { chordFault, chordsText, feelingOf, keys, meanTempo, type SectionEdit } from "./plan";
import { palettes } from "./palettes";
import * as state from "./state";

const Lock = ({ closed }: { closed: boolean }) => (
  <svg viewBox="0 0 16 16" class="icon" aria-hidden="true">
    <path d={closed ? "M5 7V5a3 3 0 0 1 6 0v2" : "M5 7V5a3 3 0 0 1 5.8-1"} />
    <rect x="3" y="7" width="10" height="7" rx="1.5" />
  </svg>
);

export function Strip({ times }: { times: number[] }) {
  const plan = state.shownPlan.value;
  if (!plan) return null;
  const total = times.at(-1) || 1;
  return (
    <div id="sections" role="group" aria-label="Sections">
      {plan.sections.map((written, i) => {
        const section = state.plan.value?.sections[i] ?? written; // as it will be
        const isChanged = state.edits.value.has(i) && state.isChanged.value;
        const { valence, arousal } = feelingOf(section);
        const isOpen = state.section.value === i;
        return (
          <button
            key={i}
            type="button"
            class="section"
            aria-expanded={isOpen}
            aria-controls="inspector"
            style={{ left: `${(100 * times[i]) / total}%`, width: `${(100 * (times[i + 1] - times[i])) / total}%`, "--feeling": colourOf(valence, arousal) }}
            title={`${section.title}: ${section.bars[0].key}, ${Math.round(meanTempo(section))} bpm, ${section.bars.length} bars`}
            onClick={() => (state.section.value = isOpen ? -1 : i)}
          >
            {state.locks.value.has(i) && <Lock closed />}
            <b>{section.title}</b>
            <span>
              {isChanged && "changed: "}
              {section.bars[0].key} · {Math.round(meanTempo(section))} bpm
            </span>
          </button>
        );
      })}
    </div>
  );
}

export function Inspector() {
  const i = state.section.value;
  const plan = state.plan.value;
  const [part, setPart] = useState("");
  const [lock, setLock] = useState<string[]>([]);
  const section = plan?.sections[i];
  if (!plan || !section) return null;
  const edit = state.edits.value.get(i) ?? {};
  const change = (more: SectionEdit) => {
    const all = new Map(state.edits.value);
    const next: SectionEdit = { ...all.get(i), ...more };
    for (const name of Object.keys(next) as (keyof SectionEdit)[]) if (next[name] === undefined || next[name] === "") delete next[name];
    Object.keys(next).length ? all.set(i, next) : all.delete(i);
    state.edits.value = all;
  };
  const isLocked = state.locks.value.has(i);
  const toggle = (which: Set<number>) => {
    const all = new Set(which);
    all.delete(i) || all.add(i);
    return all;
  };
  const canRewrite = state.shownTake.value?.job?.state === "done" && !state.composing.value && !state.isChanged.value;
  const chords = chordsText(section);
  const wrong = edit.chords === undefined ? "" : chordFault(edit.chords);
  return (
    <div id="inspector" class="card" role="region" aria-label={`Section ${i + 1}`}>
      <div class="head">
        <h3>
          {i + 1}. {section.title}
        </h3>
        <div class="tools">
          <button type="button" class="quiet" aria-pressed={isLocked} id="lock" onClick={() => (state.locks.value = toggle(state.locks.value))}>
            <Lock closed={isLocked} /> {isLocked ? "Locked" : "Lock"}
          </button>
          <button type="button" class="quiet" onClick={() => (state.section.value = -1)} aria-label="Close the section">
            ✕
          </button>
        </div>
      </div>
      <div class="fields" key={i}>
        <label>
          Key
          <select value={section.bars[0].key} id="section-key" onChange={(event) => change({ key: event.currentTarget.value })}>
            {[...new Set([section.bars[0].key, ...keys])].map((key) => (
              <option>{key}</option>
            ))}
          </select>
        </label>
        <label>
          Tempo
          <input
            type="number"
            id="section-tempo"
            min="20"
            max="300"
            value={edit.tempo ?? Math.round(meanTempo(section))}
            onInput={(event) => change({ tempo: event.currentTarget.valueAsNumber || undefined })}
          />
        </label>
        <label>
          Bars
          <input
            type="number"
            id="section-bars"
            min="1"
            max="128"
            value={edit.bars ?? section.bars.length}
            onInput={(event) => change({ bars: event.currentTarget.valueAsNumber || undefined, chords: undefined })}
          />
        </label>
        <label>
          Players
          <select value={section.palette || "piano"} id="section-palette" onChange={(event) => change({ palette: event.currentTarget.value })}>
            {palettes.map(([value, label]) => value !== "auto" && <option value={value}>{label}</option>)}
          </select>
        </label>
        <label class="wide">
          Chords
          <input
            id="section-chords"
            spellcheck={false}
            autocomplete="off"
            value={edit.chords ?? chords}
            aria-invalid={!!wrong}
            aria-describedby="chord-fault"
            onInput={(event) => change({ chords: event.currentTarget.value })}
          />
        </label>
      </div>
      <p id="chord-fault" class="fault" role="status">
        {wrong}
      </p>
      <div class="fields">
        <label>
          Parts
          <select value={part} id="section-part" onChange={(event) => setPart(event.currentTarget.value)}>
            <option value="">all parts</option>
            <option value="melody">melody</option>
            <option value="bass">bass</option>
            <option value="accompaniment">accompaniment</option>
          </select>
        </label>
        {["harmony", "rhythm"].map((name) => (
          <label class="check">
            <input
              type="checkbox"
              checked={lock.includes(name)}
              onChange={(event) => setLock(event.currentTarget.checked ? [...lock, name] : lock.filter((each) => each !== name))}
            />
            keep {name}
          </label>
        ))}
        <button type="button" id="rewrite" disabled={!canRewrite} onClick={() => actions.rewriteSection(i, part, lock)}>
          Write this section anew
        </button>
        {Object.keys(edit).length > 0 && (
          <button type="button" class="quiet" onClick={() => change({ key: undefined, tempo: undefined, bars: undefined, palette: undefined, chords: undefined })}>
            Undo the changes
          </button>
        )}
        {!canRewrite && <p class="faint">{state.isChanged.value ? "The plan has changed: compose again first." : "Compose first."}</p>}
      </div>
    </div>
  );
}
