// Options of sound files.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "story2midi/audio/audio.h"

namespace s2m::apps {

// --soundfont, --loudness, --fade, --tail, --duck and what says how.
struct SoundFlags {
  std::string soundfont, narration;
  bool is_mixed = false;
  DuckOptions duck;
  std::optional<double> loudness;
  double fade_seconds = RenderOptions{}.fade_seconds;
  double tail_seconds = RenderOptions{}.tail_seconds;
  void add_to(CLI::App& command);
  RenderOptions read(int sample_rate = RenderOptions{}.sample_rate) const;  // throws Error

 private:
  void add_narration_to(CLI::App& command);
};

}  // namespace s2m::apps
