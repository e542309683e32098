// Pieces cut into stretches of bars, which have one emotion sooner than whole pieces.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lab/analysis/music_features.h"
#include "story2midi/base/progress.h"
#include "story2midi/music/score.h"

namespace s2m {

// Consecutive stretches of `bars` bars, the last one left out where it is shorter than half of that; the whole piece where
// `bars` is 0.
std::vector<Score> stretches_of(const Score& score, int bars);

struct StretchOptions {
  std::filesystem::path data;         // holds one folder per dataset
  std::vector<std::string> datasets;  // names from music_datasets()
  int bars = 16;
  int threads = 2;
};

// Of every stretch of the corpora, file by file; files that cannot be read are left out. Throws Error for an unknown
// dataset.
std::vector<MusicFeatures> measure_stretches(const StretchOptions& options, const Progress& progress = {});

}  // namespace s2m
