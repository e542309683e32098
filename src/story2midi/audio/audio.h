// Sound: a score played by FluidSynth, and sound files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "story2midi/base/progress.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/score.h"

namespace s2m {

struct Audio {
  int sample_rate = 44100;
  int channels = 2;
  std::vector<float> samples;  // interleaved, in [-1, 1]
  double length_seconds() const { return static_cast<double>(samples.size()) / channels / sample_rate; }
};

inline constexpr double kSoftestLufs = -60, kLoudestLufs = -6;
inline constexpr double kLongestEndSeconds = 60;

// When music steps back for narration, and how far.
struct DuckOptions {
  double threshold_db = -45;    // of full scale, -90 to 0: what is louder counts as speech
  double depth_db = 12;         // by which the music is lowered, 0 to 60
  double attack_seconds = .3;   // before speech begins, 0 to 10: the music is down when it does
  double release_seconds = .8;  // after it has ended, 0 to 10
  double hold_seconds = .5;     // shorter pauses do not raise the music, 0 to 10
};

struct Narration {
  Audio speech;  // two channels, at the rate at which the music is rendered (read_sound)
  DuckOptions duck = {};
  // Whether the output has the speech too; then it lasts as long as the longer of the two.
  bool is_mixed = false;
};

struct RenderOptions {
  std::filesystem::path soundfont = {};  // empty: find_soundfont()
  int sample_rate = 44100;               // 8000 to 96000
  double tail_seconds = 3;  // what may ring on after the last note; it ends earlier where it is silent
  double fade_seconds = 0;  // the sound's last seconds, tail and all, in which it fades out
  bool reverb = true;
  // Integrated loudness wanted, EBU R 128, in LUFS, kSoftestLufs to kLoudestLufs. Nothing: one gain for all music, so that
  // soft music stays softer than loud music.
  std::optional<double> loudness = {};
  // Music is lowered under it after its loudness is set; the speech keeps its level.
  std::optional<Narration> narration = {};
  Progress progress = {};  // samples done, samples in all without the tail
};

// The distribution's General MIDI soundfont (package fluid-soundfont-gm or timgm6mb-soundfont). Throws Error
// where there is none.
std::filesystem::path find_soundfont();

// Plays the score offline, two channels, no peak above one decibel under full scale: beyond it a limiter lowers what is
// around the peak. Each track has a channel of its own. Throws Error for a soundfont that cannot be read, or more than limits::kMostFrames.
// FluidSynth has one log for the whole process: it is silent while this runs. A host that gave it a function with
// data of its own sets it again afterwards.
Audio render(const Score& score, const RenderOptions& options = {});

// The same for a file, by its channel messages: controllers, pitch bend, banks and programs are played as
// FluidSynth plays them. A program or a drum kit that the soundfont lacks gives way to the nearest that it has.
Audio render(const MidiFile& file, const RenderOptions& options = {});

// The mix, and each track that has notes by itself: `keep` is called in the order of the tracks. All have the same number of
// frames, and their sum is the mix: the effects are linear, so each track has its share of them. No limiter: where the mix would
// pass kCeiling, all have one lower gain. Throws Error, and what `keep` throws.
// Narration that is mixed in is the last stem, kNarrationStem.
inline constexpr auto kNarrationStem = static_cast<std::size_t>(-1);
using KeepStem = std::function<void(std::size_t track, const Audio& stem)>;
Audio render_stems(const Score& score, const RenderOptions& options, const KeepStem& keep);
// The same for the channels of a file.
Audio render_stems(const MidiFile& file, const RenderOptions& options, const KeepStem& keep);

// MP3 knows 8,000 to 48,000 samples a second, and of them only the usual rates. The same audio
// gives the same bytes.
enum class SoundFormat { kWav, kFlac, kOggVorbis, kMp3 };
// Of WAV and FLAC. k16: 16 bits, what lies beyond full scale is clipped. kFine: WAV has 32-bit floats, FLAC 24 bits.
enum class SampleDepth { k16, kFine };

// The bytes of a sound file. Throws Error.
std::vector<std::uint8_t> write_sound(const Audio& audio, SoundFormat format,
                                      SampleDepth depth = SampleDepth::k16);

// A sound file of a kind that libsndfile reads, brought to this sample rate (libsamplerate) and to two channels: one channel is on
// both sides, of more than two their mean. Throws Error for what cannot be read, or more than limits::kMostFrames.
Audio read_sound(const std::filesystem::path& path, int sample_rate);

// A WAV file. Throws Error.
void save_wav(const Audio& audio, const std::filesystem::path& path);

}  // namespace s2m
