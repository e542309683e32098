// Measures a folder of composed music, real music of the same length and the music of training, for a report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lab/reports/corpus_sample.h"
#include "lab/reports/music_report.h"
#include "story2midi/base/progress.h"

namespace s2m {

struct MusicEvaluation {
  std::filesystem::path folder = {};    // of the composed pieces
  std::filesystem::path intended = {};  // the requests; empty: intended_of() finds them
  std::filesystem::path judge = {};
  // Corpora to compare with; may be empty. The quality is compared with the first, the writing with each.
  std::vector<std::filesystem::path> real = {};
  std::filesystem::path training = {};  // the corpora of training, for originality; may be empty
  std::optional<BarRange> bars = {};    // of each piece; all where absent
  std::size_t sample = 200;             // real pieces, drawn by `seed`
  int real_bars = 0;                    // length of real pieces; 0: the median of the composed ones
  int window_bars = 16;                 // of the figures of writing
  std::uint64_t seed = 1;
  int threads = 0;  // 0: one for each core
  std::function<Progress(std::string label)> progress = {};
};

// Throws Error naming the file.
ReportInput measure_music(const MusicEvaluation& options);

}  // namespace s2m
