// FluidSynth, with its settings and a soundfont.
#pragma once

#include <fluidsynth.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/audio/channel_events.h"

namespace s2m {

inline constexpr int kMostParts = 128;  // FluidSynth's

// While any of these lives, FluidSynth writes no log; then its functions stand as before.
class SilentLog {
 public:
  SilentLog();
  SilentLog(const SilentLog&) = delete;
  SilentLog& operator=(const SilentLog&) = delete;
  ~SilentLog();
};

// kParts: each channel has an output and effects of its own, which are taken by write_parts.
enum class SynthOutput { kMix, kParts };

class Synth {
 public:
  // Each track's instrument on the channel of its number. Throws Error for a soundfont that cannot be read, and for more than
  // kMostParts tracks by themselves.
  Synth(const Score& score, const RenderOptions& options, SynthOutput output = SynthOutput::kMix);
  // The file's own channels; its messages choose the instruments. Throws Error likewise.
  Synth(const MidiFile& file, const RenderOptions& options, SynthOutput output = SynthOutput::kMix);

  void play(const ChannelEvent& event);
  // Appends so many frames of two channels.
  void write_frames(std::int64_t frames, std::vector<float>& samples);
  // The same of each channel: the sides of channel c are sides[2c] and sides[2c + 1], each replaced by so many samples.
  void write_parts(std::int64_t frames, std::vector<std::vector<float>>& sides);

 private:
  Synth(const RenderOptions& options, int channels, SynthOutput output);

  int parts_;
  SilentLog silent_;
  std::unique_ptr<fluid_settings_t, decltype(&delete_fluid_settings)> settings_;
  std::unique_ptr<fluid_synth_t, decltype(&delete_fluid_synth)> synth_;
};

}  // namespace s2m
