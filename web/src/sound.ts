// The synthesizer, loaded when it is first needed: the piece's MIDI file played with a soundfont of the service.
import { Sequencer, WorkletSynthesizer } from "spessasynth_lib";
import processor from "spessasynth_lib/dist/spessasynth_processor.min.js?url";

export class Synth {
  private constructor(
    private synth: WorkletSynthesizer,
    private sequencer: Sequencer,
    private ended: () => void,
  ) {}

  // `context` was made in a click.
  static async start(context: AudioContext, font: ArrayBuffer, output: AudioNode, ended: () => void): Promise<Synth> {
    await context.audioWorklet.addModule(processor);
    const synth = new WorkletSynthesizer(context);
    synth.connect(output);
    await synth.soundBankManager.addSoundBank(font, "font");
    await synth.isReady;
    const sequencer = new Sequencer(synth, { skipToFirstNoteOn: false });
    sequencer.loopCount = 0;
    const made = new Synth(synth, sequencer, ended);
    sequencer.eventHandler.addEvent("songEnded", "page", () => made.ended());
    return made;
  }

  // The parts that have notes, and their channels.
  async load(midi: ArrayBuffer): Promise<{ name: string; channel: number }[]> {
    const loaded = new Promise<void>((resolve, reject) => {
      this.sequencer.eventHandler.addEvent("songChange", "load", () => resolve());
      this.sequencer.eventHandler.addEvent("midiError", "load", reject);
    });
    this.sequencer.loadNewSongList([{ binary: midi }]);
    await loaded;
    return this.sequencer.midiData!.tracks
      .filter((track) => track.channels.size > 0)
      .map((track) => ({ name: track.name || "Music", channel: [...track.channels][0] }));
  }
  play() {
    this.sequencer.play();
  }
  pause() {
    this.sequencer.pause();
  }
  seek(seconds: number) {
    this.sequencer.currentTime = seconds;
  }
  get time() {
    return this.sequencer.currentHighResolutionTime;
  }
  mute(channel: number, isMuted: boolean) {
    this.synth.midiChannels[channel].setSystemParameter("isMuted", isMuted);
  }
}
