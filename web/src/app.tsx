// The page: header, story, wishes, timeline, player, earlier pieces.
import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import * as actions from "./actions";
import * as api from "./api";
import { Plane } from "./feeling";
import { linkTo } from "./link";
import { Timeline } from "./music";
import { palettes } from "./palettes";
import { keys } from "./plan";
import { level, seek, switchTo, toggle } from "./player";
import * as state from "./state";
import { Story } from "./story";

function Header({ openHistory }: { openHistory: () => void }) {
  const [copied, setCopied] = useState("");
  const share = async () => {
    const { text, format, wishes, plan } = state;
    const link = await linkTo({ text: text.value, format: format.value, wishes: wishes.value, plan: plan.value });
    window.history.replaceState(null, "", link);
    const done = await navigator.clipboard?.writeText(link).then(() => true, () => false);
    setCopied(done ? "Link copied" : "The link is in the address bar");
    setTimeout(() => setCopied(""), 4000);
  };
  return (
    <header>
      <svg viewBox="0 0 32 32" class="mark" aria-hidden="true">
        <path d="M3 20C8 20 9 8 14 8s6 17 10 17 3-9 5-9" />
      </svg>
      <h1>story2midi</h1>
      <p class="faint">Write a story. Hear what it feels like.</p>
      <div class="tools">
        <button type="button" id="share" class="quiet" disabled={!state.text.value.trim()} onClick={share}>
          {copied || "Copy link"}
        </button>
        <button type="button" id="earlier" class="quiet" onClick={openHistory}>
          Earlier pieces
        </button>
      </div>
    </header>
  );
}

function Wishes() {
  const { bars, key, tempo, palette, seed } = state.wishes.value;
  const deed = actions.nextDeed();
  return (
    <form
      id="wishes"
      class="card"
      aria-label="What the music shall be"
      onSubmit={(event) => {
        event.preventDefault();
        actions.compose();
      }}
    >
      <label>
        Players
        <select id="palette" value={palette} onChange={(event) => actions.wish({ palette: event.currentTarget.value })}>
          {palettes.map(([value, label]) => (
            <option value={value}>{label}</option>
          ))}
        </select>
      </label>
      <label>
        Length
        <select id="bars" value={bars} onChange={(event) => actions.wish({ bars: event.currentTarget.value })}>
          <option value="">as the story</option>
          {[8, 16, 32, 64, 128].map((n) => (
            <option value={String(n)}>{n} bars</option>
          ))}
        </select>
      </label>
      <label>
        Key
        <select id="key" value={key} onChange={(event) => actions.wish({ key: event.currentTarget.value })}>
          <option value="">as it feels</option>
          {keys.map((each) => (
            <option>{each}</option>
          ))}
        </select>
      </label>
      <label>
        Tempo
        <input id="tempo" type="number" min="20" max="300" placeholder="auto" value={tempo} onChange={(event) => actions.wish({ tempo: event.currentTarget.value })} />
      </label>
      <label>
        Seed
        <input id="seed" type="number" min="0" step="1" value={seed} onChange={(event) => actions.wish({ seed: event.currentTarget.value })} />
      </label>
      <span class="actions">
        {state.composing.value ? (
          <>
            <span class="progress" role="status">{state.composing.value.words}</span>
            <button type="button" id="cancel" class="quiet" onClick={actions.cancel} disabled={!state.composing.value.id}>
              Stop
            </button>
          </>
        ) : (
          <button id="compose" type="submit" title="Ctrl + Enter" disabled={!state.text.value.trim() || state.offline.value}>
            {deed.words}
          </button>
        )}
      </span>
    </form>
  );
}

function Meter() {
  const bar = useRef<HTMLSpanElement>(null);
  useSignalEffect(() => {
    if (!bar.current) return;
    if (!state.isPlaying.value) return void (bar.current.style.transform = "scaleX(0)");
    const draw = () => {
      if (!bar.current) return;
      const now = level();
      bar.current.dataset.level = now.toFixed(4);
      bar.current.style.transform = `scaleX(${Math.min(1, 3 * now)})`;
      if (state.isPlaying.peek()) requestAnimationFrame(draw);
    };
    draw();
  });
  return (
    <span class="meter" aria-hidden="true">
      <span id="level" ref={bar} />
    </span>
  );
}

function Parts() {
  const flip = (which: typeof state.muted, channel: number) => {
    const all = new Set(which.value);
    all.delete(channel) || all.add(channel);
    which.value = all;
  };
  if (!state.parts.value.length) return null;
  return (
    <div id="parts" role="group" aria-label="Parts">
      {state.parts.value.map(({ name, channel }, i) => (
        <span class="part" style={{ "--track": `var(--track${i % 6})` }}>
          <i />
          {name}
          <button type="button" aria-pressed={state.muted.value.has(channel)} aria-label={`Mute ${name}`} title={`Mute ${name}`} onClick={() => flip(state.muted, channel)}>
            M
          </button>
          <button type="button" aria-pressed={state.soloed.value.has(channel)} aria-label={`Solo ${name}`} title={`Solo ${name}`} onClick={() => flip(state.soloed, channel)}>
            S
          </button>
        </span>
      ))}
    </div>
  );
}

const files: [string, string][] = [
  ["midi", "MIDI"], ["musicxml", "MusicXML"], ["mp3", "MP3"], ["flac", "FLAC"], ["wav", "WAV"], ["svg", "Picture"], ["json", "JSON"],
];

function Player() {
  const take = state.take.value;
  const job = take?.job;
  if (job?.state !== "done") return null;
  const total = state.lengthOf(take!.bars);
  const { key, tempo_bpm, bars } = job.summary!;
  return (
    <section id="player" aria-label="Player">
      <button type="button" id="play" onClick={toggle} aria-label={state.isPlaying.value ? "Pause" : "Play"} aria-busy={state.isTuning.value}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={state.isPlaying.value ? "M7 5h4v14H7zM13 5h4v14h-4z" : "M8 5l11 7-11 7z"} />
        </svg>
      </button>
      <div class="piece">
        <b>{job.title}</b>
        <span class="faint">
          {state.isTuning.value ? "The players tune …" : `${key} · ${Math.round(tempo_bpm)} bpm · ${bars} bars`}
        </span>
      </div>
      <div class="place">
        <span class="clock">{state.clock(state.time.value)}</span>
        <input
          id="position"
          type="range"
          min="0"
          max={total.toFixed(1)}
          step="0.1"
          value={state.time.value.toFixed(1)}
          aria-label="Position"
          aria-valuetext={`${state.clock(state.time.value)} of ${state.clock(total)}`}
          style={{ "--share": `${(100 * state.time.value) / (total || 1)}%` }}
          onInput={(event) => seek(event.currentTarget.valueAsNumber)}
        />
        <span class="clock">{state.clock(total)}</span>
        <Meter />
      </div>
      {state.takes.value.length > 1 && (
        <div class="tabs" role="group" aria-label="Compare" id="compare">
          {state.takes.value.map((each, i) => (
            <button type="button" aria-pressed={state.shown.value === i} title={each.note} onClick={() => switchTo(i)}>
              {"AB"[i]}
            </button>
          ))}
        </div>
      )}
      <details id="downloads">
        <summary>Download</summary>
        <nav aria-label="Downloads">
          {files.map(([name, label]) => (
            <button type="button" class="quiet" onClick={() => actions.download(job, name)}>
              {label}
            </button>
          ))}
        </nav>
      </details>
      <Parts />
    </section>
  );
}

function History({ dialog }: { dialog: { current: HTMLDialogElement | null } }) {
  const jobs = actions.history.value;
  const open = (job: api.Job) => {
    dialog.current!.close();
    actions.openAgain(job);
  };
  return (
    <dialog ref={dialog} id="past" aria-labelledby="past-title">
      <div class="head">
        <h2 id="past-title">Earlier pieces</h2>
        <button type="button" class="quiet" aria-label="Close" onClick={() => dialog.current!.close()}>
          ✕
        </button>
      </div>
      {jobs?.length === 0 && <p class="faint">What you compose is kept here.</p>}
      <ul id="history">
        {jobs?.map((job) => (
          <li key={job.id}>
            <button type="button" class="row" onClick={() => open(job)}>
              <b>{job.title || "Untitled"}</b>
              <span class="faint">
                {job.state === "done" ? `${job.summary!.key}, ${state.clock(job.summary!.length_seconds)}` : job.state} ·{" "}
                {new Date(job.created).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}
              </span>
            </button>
            <button type="button" class="quiet" aria-label={`Delete ${job.title || "this piece"}`} onClick={() => actions.forget(job.id)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
    </dialog>
  );
}

function AskForToken() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    api.onTokenNeeded(
      () =>
        new Promise((resolve) => {
          const field = dialog.current!.querySelector("input")!;
          dialog.current!.addEventListener("close", () => resolve(field.value), { once: true });
          if (!dialog.current!.open) dialog.current!.showModal();
        }),
    );
    actions.showHistory();
  }, []);
  return (
    <dialog ref={dialog} id="ask" aria-label="Token">
      <form method="dialog">
        <label>
          This service asks for a token
          <input type="password" autocomplete="off" />
        </label>
        <button>Go on</button>
      </form>
    </dialog>
  );
}

export function App() {
  const past = useRef<HTMLDialogElement>(null);
  const openHistory = () => {
    actions.showHistory();
    past.current!.showModal();
  };
  useEffect(() => {
    addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) actions.compose();
      const isField = (event.target as Element).closest?.("input, textarea, select, button, summary, [role=slider]");
      if (event.key === " " && !isField) {
        event.preventDefault();
        toggle();
      }
    });
  }, []);
  return (
    <>
      <Header openHistory={openHistory} />
      {state.offline.value && (
        <p class="banner" role="alert">
          <span>
            The service does not answer. Is <code>story2midi serve</code> still running? Your story stays here; this page tries again by itself.
          </span>
        </p>
      )}
      {state.fault.value && (
        <p class="banner fault" role="alert">
          {state.fault.value}
          <button type="button" class="quiet" aria-label="Close the message" onClick={() => (state.fault.value = "")}>
            ✕
          </button>
        </p>
      )}
      <main>
        <div class="left">
          <Story />
          <section class="card" aria-labelledby="plane-title" id="feeling">
            <h2 id="plane-title">The path of the feeling</h2>
            <Plane />
          </section>
        </div>
        <div class="right">
          <Wishes />
          <Timeline />
        </div>
      </main>
      <footer class="faint">
        Everything happens on this service. <a href="/licences.txt">Licences</a> · <a href="/openapi.json">Interface for programs</a>
      </footer>
      <Player />
      <p class="hidden" role="status">{state.announcement.value}</p>
      <History dialog={past} />
      <AskForToken />
    </>
  );
}
