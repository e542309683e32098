// Options of sound files.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "story2midi/audio/audio.h"

namespace s2m::apps {

// --soundfont, --loudness, --fade, --tail.
struct SoundFlags {
  std::string soundfont;
  std::optional<double> loudness;
  double fade_seconds = RenderOptions{}.fade_seconds;
  double tail_seconds = RenderOptions{}.tail_seconds;
  void add_to(CLI::App& command);
  RenderOptions read() const;
};

}  // namespace s2m::apps
