// Playback: by the synthesizer, or where the browser or the service has none, by the sound file that the service makes.
import { effect } from "@preact/signals";
import * as api from "./api";
import type { Synth } from "./sound";
import * as state from "./state";

interface Instrument {
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  readonly time: number;
}

let context: AudioContext | null = null;
let meter: AnalyserNode | null = null;
let synth: Promise<Synth | null> | null = null;
let instrument: Instrument | null = null;
let loaded = ""; // the job whose music is in the instrument

function ended() {
  state.isPlaying.value = false;
  state.time.value = 0;
}

async function startSynth(): Promise<Synth | null> {
  if (!context!.audioWorklet) return null; // a page by HTTP from another machine has no worklets
  try {
    const [{ Synth }, font] = await Promise.all([import("./sound"), api.bytesOf("/api/v1/soundfont")]);
    return await Synth.start(context!, font, meter!, ended);
  } catch (fault) {
    if (fault instanceof api.NoAnswer) throw fault;
    return null;
  }
}

// Called in a click, ahead of the music: an AudioContext that is made at another time stays mute.
export function warmUp() {
  if (!context) {
    context = new AudioContext();
    meter = new AnalyserNode(context, { fftSize: 1024 });
    meter.connect(context.destination);
  }
  context.resume();
  synth ??= startSynth().catch(() => {
    synth = null;
    return null;
  });
}

async function soundFile(take: state.Take): Promise<Instrument> {
  const audio = new Audio(URL.createObjectURL(await api.blobOf(take.job!.files.mp3)));
  context!.createMediaElementSource(audio).connect(meter!);
  audio.addEventListener("ended", ended);
  return {
    play: () => void audio.play(),
    pause: () => audio.pause(),
    seek: (seconds) => (audio.currentTime = seconds),
    get time() {
      return audio.currentTime;
    },
  };
}

async function load(take: state.Take) {
  if (loaded === take.id) return;
  instrument?.pause();
  const midi = api.bytesOf(take.job!.files.midi);
  const started = await synth;
  if (started) {
    state.parts.value = await started.load(await midi);
    instrument = started;
    applyMutes();
  } else {
    state.parts.value = [];
    instrument = await soundFile(take);
  }
  loaded = take.id;
}

export async function play() {
  const take = state.take.value;
  if (!take?.job?.files.midi) return;
  warmUp();
  state.isTuning.value = loaded !== take.id;
  try {
    await load(take);
    instrument!.seek(state.time.value);
    instrument!.play();
    state.isPlaying.value = true;
    follow();
  } catch (fault) {
    state.fault.value = api.messageOf(fault);
  }
  state.isTuning.value = false;
}
export function pause() {
  instrument?.pause();
  state.isPlaying.value = false;
}
export const toggle = () => (state.isPlaying.value ? pause() : play());
export function seek(seconds: number) {
  const take = state.take.value;
  state.time.value = Math.max(0, Math.min(seconds, take ? state.lengthOf(take.bars) : 0));
  if (loaded === take?.id) instrument!.seek(state.time.value);
}
// Another take goes on at the same place.
export async function switchTo(index: number) {
  const wasPlaying = state.isPlaying.value;
  pause();
  state.shown.value = index;
  if (state.take.value?.plan) state.usePlan(state.take.value.plan);
  if (wasPlaying) await play();
}

function follow() {
  if (!state.isPlaying.value) return;
  state.time.value = instrument!.time;
  requestAnimationFrame(follow);
}

// Root mean square of what sounds now, 0 to 1.
export function level(): number {
  if (!meter) return 0;
  const samples = new Float32Array(meter.fftSize);
  meter.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
}

async function applyMutes() {
  const started = await synth;
  if (!started || instrument !== started) return;
  const { muted, soloed } = state;
  for (const { channel } of state.parts.value)
    started.mute(channel, soloed.value.size ? !soloed.value.has(channel) : muted.value.has(channel));
}
effect(() => {
  [state.muted.value, state.soloed.value];
  applyMutes();
});
