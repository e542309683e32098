// One timeline: the arc, the sections and the notes above each other, under one playhead.
import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import * as actions from "./actions";
import * as api from "./api";
import { Arc } from "./feeling";
import { seek } from "./player";
import { sectionTimes } from "./plan";
import { Inspector, Strip } from "./sections";
import * as state from "./state";

const isDark = signal(matchMedia("(prefers-color-scheme: dark)").matches);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => (isDark.value = event.matches));

function drawRoll(canvas: HTMLCanvasElement, bars: api.Bar[], seconds: number, total: number) {
  const scale = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext("2d")!;
  pen.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const notes = bars.flatMap((bar) => bar.notes);
  const low = notes.reduce((low, n) => Math.min(low, n.pitch), 48) - 2;
  const high = notes.reduce((high, n) => Math.max(high, n.pitch), 76) + 2;
  const x = (time: number) => (time / total) * width;
  const y = (pitch: number) => height - ((pitch - low) / (high - low)) * height;
  pen.fillStyle = colour("--rule");
  const isNarrow = x(bars[0]?.length_seconds ?? 1) < 8;
  bars.forEach((bar, i) => (!isNarrow || i % 4 === 0) && pen.fillRect(x(bar.start_seconds), 0, 1, height));
  const tall = Math.max(2.5, height / (high - low) - 0.5);
  const tracks = [...new Set(notes.map((n) => n.track))];
  for (const note of notes) {
    const since = seconds - note.start_seconds;
    const sounds = seconds > 0 && since >= 0 && since < note.length_seconds;
    pen.globalAlpha = sounds ? 1 : 0.4 + (0.55 * note.velocity) / 127;
    pen.fillStyle = colour(sounds ? "--ink" : `--track${tracks.indexOf(note.track) % 6}`);
    pen.beginPath();
    pen.roundRect(x(note.start_seconds) + 0.5, y(note.pitch), Math.max(2, x(note.length_seconds) - 1), tall, Math.min(2, tall / 2));
    pen.fill();
  }
}

function Roll({ width, total }: { width: number; total: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef(-1);
  const take = state.shownTake.value;
  useEffect(() => drawRoll(canvas.current!, take?.bars ?? [], state.time.value, total), [take?.bars, width, total, isDark.value]);
  // Notes that sound are drawn anew ten times a second: enough for the eye, and cheap in long pieces.
  useSignalEffect(() => {
    const now = Math.floor(state.time.value * 10);
    if (now === drawn.current || !canvas.current) return;
    drawn.current = now;
    drawRoll(canvas.current, state.shownTake.peek()?.bars ?? [], state.time.value, total);
  });
  return (
    <canvas
      id="roll"
      ref={canvas}
      role="img"
      aria-label={take ? `Notes of ${take.bars.length} bars` : "No notes yet"}
      onClick={(event) => take && seek((event.offsetX / event.currentTarget.clientWidth) * total)}
    />
  );
}

function Score() {
  const place = useRef<HTMLDivElement>(null);
  const lit = useRef<Element>();
  const [words, setWords] = useState("The score is being engraved …");
  const take = state.shownTake.value;
  const job = take?.job;
  useEffect(() => {
    if (!job?.files.musicxml) return;
    let isOver = false;
    setWords("The score is being engraved …");
    (async () => {
      try {
        const [{ pagesOf }, musicxml] = await Promise.all([import("./score"), api.textOf(job.files.musicxml)]);
        const pages = await pagesOf(musicxml, place.current!.parentElement!.clientWidth - 16);
        if (isOver) return;
        place.current!.replaceChildren(...pages);
        setWords("");
      } catch (fault) {
        setWords(api.messageOf(fault));
      }
    })();
    return () => void (isOver = true);
  }, [job?.id]);
  useSignalEffect(() => {
    const bars = state.shownTake.value?.bars ?? [];
    const seconds = state.time.value;
    const bar = seconds > 0 ? bars.findIndex((each) => seconds < each.start_seconds + each.length_seconds) : -1;
    const measure = place.current?.querySelectorAll("g.measure")[bar];
    if (measure === lit.current) return;
    lit.current?.classList.remove("lit");
    measure?.classList.add("lit");
    lit.current = measure;
    if (measure && state.isPlaying.peek()) measure.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  });
  return (
    <div id="score">
      <p class="faint" role="status">{job ? words : "The score appears when the piece is composed."}</p>
      <div ref={place} class="pages" role="img" aria-label="The score" />
    </div>
  );
}

function Playhead({ total }: { total: number }) {
  const at = state.time.value;
  return at > 0 && total > 0 && state.shownTake.value ? <div id="playhead" style={{ transform: `translateX(${(100 * at) / total}%)` }} /> : null;
}

export function Timeline() {
  const body = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const watch = new ResizeObserver(() => setWidth(body.current!.clientWidth));
    watch.observe(body.current!);
    return () => watch.disconnect();
  }, []);
  const plan = state.shownPlan.value;
  const take = state.shownTake.value;
  const bars = take?.bars ?? [];
  const times = plan ? sectionTimes(plan, bars) : [0, 1];
  const total = times.at(-1)!;
  const isEmpty = !state.passages.value.length;
  return (
    <section id="music" class="card" aria-labelledby="music-title">
      <div class="head">
        <h2 id="music-title">Feeling and music</h2>
        <p class="legend faint">
          <span class="valence">valence</span> unpleasant to pleasant
          <span class="arousal">arousal</span> calm to excited
        </p>
        <div class="tabs" role="group" aria-label="View">
          {(["roll", "score"] as const).map((name) => (
            <button type="button" id={`view-${name}`} aria-pressed={state.view.value === name} onClick={() => (state.view.value = name)}>
              {name === "roll" ? "Notes" : "Score"}
            </button>
          ))}
        </div>
      </div>
      <div id="timeline" class={isEmpty ? "waits" : ""}>
        <div class="body" ref={body}>
          <Arc width={width} times={times} />
          <Strip times={times} />
          {state.view.value === "roll" && <Roll width={width} total={total} />}
          <Playhead total={total} />
          {isEmpty && <p class="hint">The arc of your story appears here. Drag its points, and the music follows.</p>}
          {!isEmpty && !bars.length && state.view.value === "roll" && <p class="hint low">{state.composing.value ? "" : "Press Compose to write the notes."}</p>}
        </div>
      </div>
      {state.feelings.value.size > 0 && (
        <button type="button" class="quiet" id="as-read" onClick={() => { state.feelings.value = new Map(); actions.replan(); }}>
          Undo the drags
        </button>
      )}
      {state.view.value === "score" && <Score />}
      <Inspector />
    </section>
  );
}
