// The path on the plane of valence and arousal, and the arc over time, whose points can be dragged.
import { useRef, useState } from "preact/hooks";
import * as actions from "./actions";
import { colourOf } from "./colour";
import { secondsAt } from "./plan";
import * as state from "./state";

type Axis = "valence" | "arousal";
interface Group {
  first: number; // passages, half-open
  end: number;
  byte: number; // of its middle
  valence: number;
  arousal: number;
}

const mostHandles = 12;
const mostPoints = 64;
const mostOnPlane = 24;
const clamp = (value: number) => Math.max(-1, Math.min(1, value));
const signed = (value: number) => (value >= 0 ? "+" : "−") + Math.abs(value).toFixed(2);

// Neighbours share a group where there are more than `most`.
function groupsOf(most: number): Group[] {
  const passages = state.passages.value;
  const count = Math.min(most, passages.length);
  return Array.from({ length: count }, (_, i) => {
    const first = Math.floor((i * passages.length) / count);
    const end = Math.floor(((i + 1) * passages.length) / count);
    const some = passages.slice(first, end);
    const mean = (axis: Axis) => some.reduce((sum, p) => sum + p[axis], 0) / some.length;
    return { first, end, byte: (some[0].start_byte + some.at(-1)!.end_byte) / 2, valence: mean("valence"), arousal: mean("arousal") };
  });
}

function shift(group: Group, axis: Axis, by: number, from: Map<number, state.Feeling>) {
  const all = state.reading.value!.passages;
  const feelings = new Map(state.feelings.value);
  for (let i = group.first; i < group.end; ++i) {
    const old = from.get(i) ?? all[i];
    const now = feelings.get(i) ?? { valence: clamp(all[i].valence), arousal: clamp(all[i].arousal) };
    feelings.set(i, { ...now, [axis]: clamp(old[axis] + by) });
  }
  state.feelings.value = feelings;
}

export function Plane() {
  const x = (valence: number) => 110 + 92 * clamp(valence);
  const y = (arousal: number) => 110 - 92 * clamp(arousal);
  const points = groupsOf(mostOnPlane);
  const path = points.map((p) => `${x(p.valence).toFixed(1)} ${y(p.arousal).toFixed(1)}`).join("L");
  return (
    <svg id="plane" viewBox="0 0 220 220" role="img" aria-label="The path of the story on the plane of valence and arousal">
      <rect x="8" y="8" width="204" height="204" rx="12" class="ground" />
      <path d="M110 14V206M14 110H206" class="axis" />
      <text x="206" y="104" text-anchor="end" class="word">pleasant</text>
      <text x="14" y="104" class="word">unpleasant</text>
      <text x="115" y="24" class="word">excited</text>
      <text x="115" y="202" class="word">calm</text>
      {points.length > 1 && <path d={`M${path}`} class="path" />}
      {points.map((p, i) => (
        <circle
          key={p.first}
          cx={x(p.valence)}
          cy={y(p.arousal)}
          r={i === points.length - 1 ? 7 : 5}
          fill={colourOf(p.valence, p.arousal)}
          class="point"
        >
          <title>{`valence ${signed(p.valence)}, arousal ${signed(p.arousal)}`}</title>
        </circle>
      ))}
    </svg>
  );
}

const height = 168;
const y = (value: number) => height / 2 - (height / 2 - 16) * clamp(value);

function curve(points: [number, number][]): string {
  if (points.length === 1) return `M0 ${points[0][1]}H100000`;
  return points
    .map(([x, y], i) => {
      if (i === 0) return `M${x.toFixed(1)} ${y.toFixed(1)}`;
      const [px, py] = points[i - 1];
      const middle = ((px + x) / 2).toFixed(1);
      return `C${middle} ${py.toFixed(1)} ${middle} ${y.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

export function Arc({ width, times }: { width: number; times: number[] }) {
  const drag = useRef<{ group: Group; axis: Axis; y: number; from: Map<number, state.Feeling> }>();
  const [focused, setFocused] = useState<Record<Axis, number>>({ valence: 0, arousal: 0 });
  const plan = state.shownPlan.value;
  const passages = state.passages.value;
  const total = times.at(-1) || 1;
  const bytes = passages.at(-1)?.end_byte ?? 1;
  const x = (byte: number) => (plan ? (secondsAt(plan, times, byte) / total) * width : (byte / bytes) * width);
  const points = groupsOf(mostPoints);
  const handles = groupsOf(mostHandles);

  // Chapters and scenes, as far as their names have room.
  let free = 0;
  const parts = (state.reading.value?.parts ?? []).flatMap(({ heading, start_byte }) => {
    const left = x(start_byte);
    const words = heading.length > 24 ? heading.slice(0, 23) + "…" : heading;
    if (!heading || left < free) return [];
    free = left + 14 + 7 * words.length;
    return [{ left, words }];
  });

  const line = (axis: Axis) => curve(points.map((p): [number, number] => [x(p.byte), y(p[axis])]));
  const move = (event: PointerEvent) => {
    if (!drag.current) return;
    const { group, axis, y: start, from } = drag.current;
    shift(group, axis, (start - event.clientY) / (height / 2 - 16), from);
  };
  const end = () => {
    if (drag.current) actions.replan();
    drag.current = undefined;
  };
  const press = (event: KeyboardEvent, axis: Axis, i: number) => {
    const by = { ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.25, PageDown: -0.25 }[event.key];
    const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: handles.length - 1 }[event.key];
    if (by === undefined && to === undefined) return;
    event.preventDefault();
    if (by) {
      shift(handles[i], axis, by, state.passages.value.reduce((map, p, n) => map.set(n, p), new Map()));
      later();
    } else {
      const next = Math.max(0, Math.min(handles.length - 1, to!));
      setFocused({ ...focused, [axis]: next });
      document.getElementById(`${axis}-${next}`)?.focus();
    }
  };

  return (
    <svg id="arc" width={width} height={height} role="group" aria-label="The arc of the story" onPointerMove={move} onPointerUp={end} onPointerCancel={end}>
      {points.map((p) => {
        const left = x(passages[p.first].start_byte);
        const right = p.end < passages.length ? x(passages[p.end].start_byte) : width;
        return <rect key={p.first} x={left} width={Math.max(1, right - left)} y="0" height={height} fill={colourOf(p.valence, p.arousal)} class="stretch" />;
      })}
      <path d={`M0 ${height / 2}H${width}`} class="axis" />
      {parts.map(({ left, words }) => (
        <g key={left} class="part-name">
          <path d={`M${left} 0V${height}`} class="axis" />
          <text x={left + 6} y="15" class="word">
            {words}
          </text>
        </g>
      ))}
      {(["arousal", "valence"] as const).map((axis) => (
        <g key={axis} class={axis}>
          {points.length > 0 && <path d={line(axis)} class="line" />}
          {handles.map((p, i) => (
            <circle
              key={i}
              id={`${axis}-${i}`}
              class="handle"
              cx={x(p.byte)}
              cy={y(p[axis])}
              r="6.5"
              role="slider"
              tabIndex={i === Math.min(focused[axis], handles.length - 1) ? 0 : -1}
              aria-orientation="vertical"
              aria-label={`${axis === "valence" ? "Valence" : "Arousal"}, ${handles.length < passages.length ? "stretch" : "sentence"} ${i + 1} of ${handles.length}`}
              aria-valuemin={-1}
              aria-valuemax={1}
              aria-valuenow={Number(p[axis].toFixed(2))}
              aria-valuetext={signed(p[axis])}
              onFocus={() => setFocused({ ...focused, [axis]: i })}
              onKeyDown={(event) => press(event, axis, i)}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                drag.current = { group: p, axis, y: event.clientY, from: new Map(passages.map((each, n) => [n, each])) };
              }}
            >
              <title>{`${axis} ${signed(p[axis])}: drag up or down`}</title>
            </circle>
          ))}
        </g>
      ))}
    </svg>
  );
}

let timer = 0;
function later() {
  clearTimeout(timer);
  timer = window.setTimeout(actions.replan, 400);
}
