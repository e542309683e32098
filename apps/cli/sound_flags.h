// Options of sound files.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/formats/save.h"

namespace s2m::apps {

// --soundfont, --loudness, --fade, --tail, --duck and what says how; --stems.
struct SoundFlags {
  std::string soundfont, narration, stems;
  bool is_mixed = false;
  DuckOptions duck;
  std::optional<double> loudness;
  double fade_seconds = RenderOptions{}.fade_seconds;
  double tail_seconds = RenderOptions{}.tail_seconds;
  void add_to(CLI::App& command);
  void add_stems_to(CLI::App& command);
  // Plays the piece into `how.audio` where it is written as sound, and its parts into --stems. Throws Error.
  void play(const Score& score, const std::vector<PieceFormat>& formats, SaveOptions& how) const;
  void play(const MidiFile& file, const std::vector<PieceFormat>& formats, SaveOptions& how) const;
  RenderOptions read(int sample_rate = RenderOptions{}.sample_rate) const;  // throws Error

 private:
  void add_narration_to(CLI::App& command);
  template <class Music>
  void play_music(const Music& music, const std::vector<PieceFormat>& formats, SaveOptions& how) const;
};

}  // namespace s2m::apps
