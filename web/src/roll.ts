// The piano roll, which grows bar by bar, and its playhead.
import type { Bar } from "./api";

export class Roll {
  private bars: Bar[] = [];
  private total = 0;
  private head = 0;

  constructor(private canvas: HTMLCanvasElement) {
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  clear() {
    this.bars = [];
    this.total = 0;
    this.head = 0;
    this.draw();
  }
  expect(bars: number) {
    this.total = bars;
  }
  add(bar: Bar) {
    this.bars.push(bar);
    this.draw();
  }
  // In seconds; 0: none.
  moveHead(seconds: number) {
    this.head = seconds;
    this.draw();
  }
  get seconds() {
    const last = this.bars.at(-1);
    return last ? last.start_seconds + last.length_seconds : 0;
  }

  private draw() {
    const { canvas, bars } = this;
    const scale = devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d")!;
    pen.scale(scale, scale);
    const style = getComputedStyle(canvas);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    if (!bars.length) return;
    // Bars still to come have the length of those that are there.
    const seconds = Math.max(this.seconds, (this.seconds / bars.length) * this.total);
    const notes = bars.flatMap((bar) => bar.notes);
    const low = Math.min(48, ...notes.map((n) => n.pitch)) - 2;
    const high = Math.max(76, ...notes.map((n) => n.pitch)) + 2;
    const x = (time: number) => (time / seconds) * width;
    const y = (pitch: number) => height - ((pitch - low) / (high - low)) * height;
    pen.fillStyle = colour("--rule");
    for (const bar of bars) pen.fillRect(x(bar.start_seconds), 0, 1, height);
    const tall = Math.max(2, height / (high - low) - 0.5);
    const tracks = [...new Set(notes.map((n) => n.track))];
    for (const note of notes) {
      const since = this.head - note.start_seconds;
      const sounds = this.head > 0 && since >= 0 && since < note.length_seconds;
      pen.globalAlpha = sounds ? 1 : 0.35 + (0.6 * note.velocity) / 127;
      pen.fillStyle = colour(sounds ? "--ink" : `--track${tracks.indexOf(note.track) % 4}`);
      const long = Math.max(2, x(note.length_seconds) - 1);
      pen.beginPath();
      pen.roundRect(x(note.start_seconds) + 1, y(note.pitch), long, tall, Math.min(2, tall / 2));
      pen.fill();
    }
    pen.globalAlpha = 1;
    if (this.head > 0) {
      pen.fillStyle = colour("--accent");
      pen.fillRect(x(this.head) - 1, 0, 2, height);
    }
  }
}
