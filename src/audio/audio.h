// Sound: a score played by FluidSynth, and sound files.
#pragma once

#include <filesystem>
#include <vector>

#include "base/progress.h"
#include "music/score.h"

namespace s2m {

struct Audio {
  int sample_rate = 44100;
  int channels = 2;
  std::vector<float> samples;  // interleaved, in [-1, 1]
  double length_seconds() const { return static_cast<double>(samples.size()) / channels / sample_rate; }
};

struct RenderOptions {
  std::filesystem::path soundfont;  // empty: the distribution's (fluid-soundfont-gm)
  int sample_rate = 44100;
  double tail_seconds = 3;  // what may ring on after the last note
  Progress progress;
};

// Plays the score offline; peaks are brought under full scale. Throws Error where no soundfont is found.
Audio render(const Score& score, const RenderOptions& options = {});

// 16-bit WAV, written beside and renamed. Throws Error.
void save_wav(const Audio& audio, const std::filesystem::path& path);

}  // namespace s2m
