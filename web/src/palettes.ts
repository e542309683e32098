export const palettes: [string, string][] = [
  ["piano", "piano"], ["auto", "as it feels"], ["four-hands", "four hands"], ["piano-cello", "piano and cello"],
  ["string-quartet", "string quartet"], ["string-orchestra", "string orchestra"], ["chamber", "chamber group"],
  ["orchestra", "orchestra"], ["guitar", "guitar"], ["music-box", "music box"], ["synth", "synth"],
  ["chiptune", "chiptune"], ["rock-band", "rock band"],
];
